"""Messages of a Telegram Desktop export in the canonical form."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

from tgsandbox.worlds import ids
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import message, units
from tgsandbox.worlds.export_files import ExportFiles

_ENTITIES = {
    "link": "url",
    "phone": "phone_number",
    "mention_name": "text_mention",
}
_PEER = re.compile(r"(user|chat|channel)(\d+)")
#: Exports before 2.7.2 give numbers: groups from 2^32 on, channels from 2^33 on.
_OLD_GROUPS, _OLD_CHANNELS = 1 << 32, 1 << 33
#: Actions whose fields an export holds in full: its name -> Telegram's, and the fields.
_ACTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "create_channel": ("channel_create", ("title",)),
    "edit_group_title": ("chat_edit_title", ("title",)),
    "edit_group_photo": ("chat_edit_photo", ()),
    "delete_group_photo": ("chat_delete_photo", ()),
    "pin_message": ("pin_message", ()),
    "clear_history": ("history_clear", ()),
    "set_messages_ttl": ("set_messages_ttl", ("period",)),
    "join_group_by_request": ("chat_joined_by_request", ()),
    "boost_apply": ("boost_apply", ("boosts",)),
}


class Reader:
    """Reads the messages of one chat; ``peers`` fills with everybody it meets."""

    def __init__(self, chat_id: int, broadcast: bool, files: ExportFiles) -> None:
        self.peers: dict[int, Content] = {}
        self._chat_id = chat_id
        self._broadcast = broadcast
        self._files = files

    def message(self, raw: Any) -> Content | None:
        """The canonical message; None for what is not served."""
        if raw.get("type") not in {"message", "service"} or raw["id"] <= 0:
            return None
        date = _time(raw, "date")
        service = raw["type"] == "service"
        fields = self._service(raw, date) if service else self._ordinary(raw, date)
        return message(raw["id"], date, **fields)

    def _ordinary(self, raw: Any, date: int) -> Content:
        text, entities = self._text(raw.get("text_entities") or raw.get("text", ""), raw["id"])
        return {
            **self._author(raw.get("from_id"), raw.get("from")),
            "text": text,
            "entities": entities,
            "signature": raw.get("author"),
            "media": self._files.media(raw, date),
            "reply": self._reply(raw),
            "forward": self._forward(raw, date),
            "via_bot": self._bot(raw.get("via_bot")),
            "edited": _time(raw, "edited") or None,
            "reactions": [
                self._reaction(one, raw["id"]) for one in raw.get("reactions", ()) if one["count"]
            ],
            "recent_reactions": self._recent(raw),
        }

    def _service(self, raw: Any, date: int) -> Content:
        fields = self._author(raw.get("actor_id"), raw.get("actor"))
        fields["kind"] = "service"
        name, keys = _ACTIONS.get(raw.get("action"), ("", ()))
        data = {key: raw[key] for key in keys if key in raw}
        if name == "chat_edit_photo" and "photo" in raw:
            data["photo"] = self._files.photo(raw, date)
            self._files.set_portrait(raw)
        elif not name or (name == "chat_edit_photo") or len(data) < len(keys):
            words = raw.get("action") or raw.get("information_text") or "unknown"
            name, data = "custom_action", {"message": words.replace("_", " ")}
        if name == "pin_message" and "message_id" in raw:
            fields["reply"] = {"msg_id": raw["message_id"]}
        fields["action"] = {"type": name, "data": data} if data else {"type": name}
        return fields

    def _author(self, peer: Any, name: str | None) -> Content:
        if self._broadcast:
            return {"post": True}
        marked = marked_id(peer)
        if marked is None:
            return {}
        self._meet(marked, name)
        return {"author": marked}

    def _meet(self, marked: int, name: str | None) -> None:
        kind = "user" if marked > 0 else "channel" if ids.is_channel(marked) else "group"
        peer: Content = {"id": marked, "kind": kind}
        if name:
            peer["name"] = " ".join(name.split())
        elif kind == "user":
            peer["deleted"] = True
        self.peers.setdefault(marked, peer)

    def _text(self, parts: Any, message_id: int) -> tuple[str, list[Content]]:
        if isinstance(parts, str):
            return parts, []
        text: list[str] = []
        entities = []
        offset = 0
        for part in parts:
            content = {"text": part, "type": "plain"} if isinstance(part, str) else part
            length = units(content["text"])
            if content["type"] != "plain" and length:
                place = {"offset": offset, "length": length}
                entities.append({**self._entity(content, message_id), **place})
            text.append(content["text"])
            offset += length
        return "".join(text), entities

    def _entity(self, part: Any, message_id: int) -> Content:
        kind = _ENTITIES.get(part["type"], part["type"])
        match kind:
            case "text_link":
                return {"type": kind, "url": part.get("href", "")}
            case "text_mention":
                self._meet(part["user_id"], part["text"])
                return {"type": kind, "user_id": part["user_id"]}
            case "pre" if part.get("language"):
                return {"type": kind, "language": part["language"]}
            case "custom_emoji":
                return {"type": kind, "document_id": self._emoji_id(part, message_id)}
            case "blockquote" if part.get("collapsed"):
                return {"type": kind, "collapsed": True}
        return {"type": kind}

    def _emoji_id(self, part: Any, message_id: int) -> str:
        """Telegram's id, or where the export gives the path of a file, a hash of it."""
        given = str(part.get("document_id", ""))
        return given if given.isdigit() else str(self._files.number(given or "(", message_id))

    def _reply(self, raw: Any) -> Content | None:
        if "reply_to_message_id" not in raw:
            return None
        peer = marked_id(raw.get("reply_to_peer_id"))
        if peer is None or peer == self._chat_id:
            return {"msg_id": raw["reply_to_message_id"]}
        self._meet(peer, None)
        return {"msg_id": raw["reply_to_message_id"], "peer": peer}

    def _forward(self, raw: Any, date: int) -> Content | None:
        """The date of the original is not in the JSON; the message's own stands for it."""
        if "forwarded_from" not in raw:
            return None
        name = raw["forwarded_from"]
        origin = marked_id(raw.get("forwarded_from_id"))
        if origin is not None:
            self._meet(origin, name)
            return {"from": origin, "date": date}
        return {"name": name, "date": date} if name else {"date": date}

    def _bot(self, username: str | None) -> int | None:
        if not username:
            return None
        name = username.lstrip("@")
        digest = hashlib.blake2b(name.encode(), digest_size=4).digest()
        marked = int.from_bytes(digest, "big") | 1 << 32
        bot = {"id": marked, "kind": "user", "name": name, "username": name, "bot": True}
        self.peers.setdefault(marked, bot)
        return marked

    def _reaction(self, raw: Any, message_id: int) -> Content:
        kind = "emoji" if raw["type"] == "empty" else raw["type"]
        content: Content = {"type": kind, "count": raw["count"]}
        if kind == "emoji":
            content["emoji"] = raw.get("emoji", "")
        if kind == "custom_emoji":
            content["document_id"] = self._emoji_id(raw, message_id)
        return content

    def _recent(self, raw: Any) -> list[Content]:
        found = []
        for reaction in raw.get("reactions", ()):
            for one in reaction.get("recent", ()):
                author = marked_id(one.get("from_id"))
                if author is not None:
                    self._meet(author, one.get("from"))
                    kind = self._reaction(reaction, raw["id"])
                    del kind["count"]
                    found.append({**kind, "author": author, "date": _time(one, "date")})
        return found


def marked_id(peer: Any) -> int | None:
    """The marked id of ``channel123`` or of a number in the old encoding."""
    if isinstance(peer, int):
        if peer >= _OLD_CHANNELS:
            return ids.channel_id(peer - _OLD_CHANNELS)
        return _OLD_GROUPS - peer if peer >= _OLD_GROUPS else peer
    found = _PEER.fullmatch(peer or "")
    if not found:
        return None
    number = int(found[2])
    match found[1]:
        case "user":
            return number
        case "chat":
            return -number
    return ids.channel_id(number)


def _time(raw: Any, key: str) -> int:
    """Unix time, 0 for none; without one the local time of the export is taken as UTC."""
    unix = raw.get(f"{key}_unixtime")
    if unix is not None:
        return int(unix)
    text = raw.get(key)
    if not text:
        return 0
    return max(0, int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()))
