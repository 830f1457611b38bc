"""The world ``export:PATH``: a Telegram Desktop export (JSON) served as a channel.

``PATH`` is the folder of the export or its ``result.json``. Every channel and supergroup in
it is served, with the ids of the export. What an export does not hold (views, album ids,
polls, usernames) is not served either; messages of unsupported type and the ids below zero
of a migrated group are left out.

Usernames are made up: the name of the folder, with everything but ASCII letters, digits and
underscores as ``_``, where that is a valid username (5 to 32 characters, a letter first), or
else ``export_`` and the channel's id; the second and later chats of an export always get the
latter. The folder ``trantor_library_dev2023`` is served as @trantor_library_dev2023.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tgsandbox.worlds import ids
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.export_files import ExportFiles
from tgsandbox.worlds.export_messages import Reader
from tgsandbox.worlds.memory import MemoryWorld

ME: Content = {"id": 424242, "kind": "user", "name": "Sandbox Reader", "username": "sandbox_reader"}
_USERNAME = re.compile(r"[A-Za-z]\w{4,31}", re.ASCII)
#: Control characters are written as ``\xNN`` by Telegram Desktop, which is not JSON.
_BROKEN_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\x([0-9A-Fa-f]{2})")


def build(path: str, seed: int) -> MemoryWorld:
    """The world of the export at ``path``; ValueError when there is none."""
    file = _result_file(Path(path))
    world = MemoryWorld(name=f"export:{path}", seed=seed, me=ME)
    chats = _chats(_load(file))
    if not chats:
        raise ValueError(f"The export {path} holds no channel and no supergroup.")
    for place, chat in enumerate(chats):
        _add_chat(world, chat, file.parent, first=place == 0)
    return world


def username_of(folder: Path, channel: int, *, first: bool) -> str:
    """The made-up username; see the module's docstring."""
    name = re.sub(r"\W", "_", folder.resolve().name, flags=re.ASCII)
    return name if first and _USERNAME.fullmatch(name) else f"export_{channel}"


def _result_file(path: Path) -> Path:
    file = path / "result.json" if path.is_dir() else path
    if not file.is_file():
        raise ValueError(f"There is no Telegram Desktop export (result.json) at {path}.")
    return file


def _load(file: Path) -> Any:
    text = file.read_text(encoding="utf-8")
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return json.loads(_BROKEN_ESCAPE.sub(r"\1\\u00\2", text))


def _chats(root: Any) -> list[Any]:
    """The channels and supergroups of an export of one chat or of an account."""
    found = [root]
    for key in ("chats", "left_chats"):
        found += root.get(key, {}).get("list", [])
    return [chat for chat in found if str(chat.get("type")).endswith(("_channel", "_supergroup"))]


def _add_chat(world: MemoryWorld, chat: Any, folder: Path, *, first: bool) -> None:
    marked = ids.channel_id(chat["id"])
    kind = chat["type"].rsplit("_", 1)[1]
    files = ExportFiles(folder, str(chat["id"]), world)
    reader = Reader(marked, kind == "channel", files)
    messages = [message for raw in chat["messages"] if (message := reader.message(raw))]
    messages.sort(key=lambda message: int(message["id"]))
    content = {
        "id": marked,
        "kind": kind,
        "title": chat.get("name") or f"Channel {chat['id']}",
        "username": username_of(folder, chat["id"], first=first),
    }
    if messages:
        content["created"] = messages[0]["date"]
    if files.portrait:
        content["photo"] = files.portrait
    world.add_chat(content, messages)
    world.add_peers(peer for peer in reader.peers.values() if peer["id"] != marked)
