"""Changes of the world's files: lost, moved, replaced, and of another size than was stated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tgsandbox.errors import SandboxError
from tgsandbox.worlds import ids, tl_media
from tgsandbox.worlds.base import Chat, Content, World
from tgsandbox.worlds.bodies import Body
from tgsandbox.worlds.views import view

Change = dict[str, Any]
Named = Callable[[Change], Chat]

#: Replacements have ids of their own, above all that worlds use.
_FIRST_REPLACEMENT = 1 << 62


class FileChanges:
    """Carries out the verbs that concern files; ``chat`` finds the chat that a change names."""

    def __init__(self, world: World, chat: Named) -> None:
        self._world = world
        self._chat = chat
        self._made = 0

    def lose(self, change: Change) -> None:
        """The file is gone; messages still name it."""
        self._world.locations.lost[_key(change)] = change.get("error", "LOCATION_INVALID")

    def move(self, change: Change) -> None:
        """The file lies in another data centre, and messages say so from now on."""
        self._world.locations.move(_key(change), int(change["dc"]))

    def state_size(self, change: Change) -> None:
        """The message states another size than the file has; it counts as no edit."""
        chat, media = self._media(change)
        size = int(change["size"])
        stated = {**media, "size": size}
        if media.get("sizes"):
            *smaller, largest = media["sizes"]
            stated["sizes"] = [*smaller, {**largest, "size": size}]
        chat.history.edit(change["id"], {"media": stated})

    def replacement(self, change: Change) -> Content:
        """Media in the place of a message's own: of the same kind, with other bytes.

        The bytes are in the world then; those of the file before are gone.
        """
        _, media = self._media(change)
        locations = self._world.locations
        number = _FIRST_REPLACEMENT + ids.mix(tl_media.number(media["file"])) % 2**32 + self._made
        self._made += 1
        key = f"{media['file'].partition('/')[0]}/{number}"
        locations.lost[media["file"]] = "LOCATION_INVALID"
        dc = locations.dc(media["file"])
        locations.move(key, dc)
        for one in [*media.get("sizes", ()), *media.get("thumbs", ())]:
            self._world.add_file(key, one["type"], view("replaced", key, one, dc))
        replaced = {**media, "file": key}
        if media["kind"] == "document":
            replaced["size"] = int({**media, **change}["size"])
            self._world.add_file(key, "", Body(replaced, dc))
        return replaced

    def _media(self, change: Change) -> tuple[Chat, Content]:
        chat = self._chat(change)
        media = (chat.history.get(change["id"]) or {}).get("media") or {}
        if "file" not in media:
            raise SandboxError(f"Message {change['id']} has no photo and no document.")
        return chat, media


def _key(change: Change) -> str:
    key = change["file"]
    if not isinstance(key, str) or not key.rpartition("/")[2].isdecimal():
        raise SandboxError(f"{key!r} is no file; write photo/ID, document/ID or peer_photo/ID.")
    return key
