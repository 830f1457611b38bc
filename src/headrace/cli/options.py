"""The options that work before and after every command."""

from __future__ import annotations

import logging
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from headrace.settings import Settings

#: Options with a value, and the setting that each gives.
VALUED = {
    "--archive": "archive",
    "--account": "account",
    "--server": "server",
    "--dc": "dc",
    "--public-key": "public_key",
    "--session": "session",
    "--api-id": "api_id",
    "--proxy": "proxy",
    "--log-level": "log_level",
}
_MARKED_ID = re.compile(r"-\d{5,}(/\d+)?")
#: Its value may be an id below zero.
CHAT_OPTION = "--chat"
FLAGS = {"--json", "--quiet", "--yes"}


@dataclass(kw_only=True)
class Globals:
    """What the user said beside the command."""

    json: bool = False
    quiet: bool = False
    yes: bool = False
    given: dict[str, Any] = field(default_factory=dict)

    def settings(self, **more: Any) -> Settings:
        """All settings, with a command's own options on top."""
        from headrace import settings

        loaded = settings.load({**self.given, **more})
        logging.basicConfig(
            level=loaded.log_level,
            format="%(asctime)s %(levelname)s %(name)s: %(message)s",
            stream=sys.stderr,
        )
        return loaded


def hoist(argv: list[str]) -> list[str]:
    """Move the global options of a command line to its front; after ``--`` nothing moves.

    Ids such as -1001234567890 are no options and go behind a ``--`` at the end.
    """
    front: list[str] = []
    rest: list[str] = []
    ids: list[str] = []
    words = iter(argv)
    for word in words:
        name, _, value = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif word in FLAGS or (name in VALUED and value):
            front.append(word)
        elif word in VALUED:
            front += [word, *(v for v in [next(words, None)] if v is not None)]
        elif word == CHAT_OPTION:
            rest += [word, *(v for v in [next(words, None)] if v is not None)]
        elif _MARKED_ID.fullmatch(word):
            ids.append(word)
        else:
            rest.append(word)
    return front + rest + (["--", *ids] if ids else [])
