"""The question before very many bytes are fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from headrace.cli import output
from headrace.cli.media_options import amount
from headrace.cli.prompt import ask, on_terminal
from headrace.errors import UsageError

if TYPE_CHECKING:
    from headrace.cli.progress import Shown
    from headrace.model.estimate import TooMuch


@dataclass(frozen=True)
class BeforeBytes:
    """Asks on a terminal; elsewhere only ``--yes`` goes on (``model.estimate.Confirm``)."""

    shown: Shown
    yes: bool

    async def __call__(self, question: TooMuch) -> bool:
        """Whether to go on.

        Raises:
            UsageError: there is nobody to ask.
        """
        if self.yes:
            return True
        told = sentence(question)
        if not on_terminal():
            raise UsageError(
                told,
                hint="Say --yes to fetch them, or choose less: --max-size 100MB, "
                "--media photo, --since 30d, --media none.",
            )
        with self.shown.aside():
            output.notice(told)
            answer = await ask("Go on? [y/N] ")
        return answer.strip().lower() in ("y", "yes", "д", "да")


def sentence(question: TooMuch) -> str:
    """What would be fetched, and what there is room for."""
    found, room = question.estimate, question.room
    told = (
        f"This would fetch {amount(found.bytes, found.error)} in {found.files:,} files; "
        f"{amount(room.free)} are free beside a reserve of {amount(room.reserve)}"
    )
    return f"{told}: it may not fit." if question.is_over_the_disk else f"{told}."
