"""A message for people: everything in it on lines of its own, nothing that acts on a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from headrace.cli.media_line import data_text, media_lines, named
from headrace.model.text import Entity
from headrace.transform.plain_text import to_plain
from headrace.transform.visible import visible, visible_line

_SHORT = 80
_LISTED = 50
#: Values of a count that are told.
_POINTS = 5


class Card:
    """Makes the lines of one view (as ``headrace show --json`` prints it)."""

    def __init__(self, found: dict[str, Any]) -> None:
        self._found = found
        self._peers = {peer["id"]: peer for peer in found["authors"]}

    def lines(self) -> list[str]:
        found, message = self._found, self._found["message"]
        lines = [self._title(), f"  {self._by(message)}"]
        lines += [f"  {line}" for line in self._headers(message)]
        body = self._body(message)
        lines += ["", *(f"  {line}" for line in body), ""] if body else []
        lines += [f"  {line}" for line in self._counts(message)]
        lines += self._listed("Album, the other items:", found["album"])
        lines += self._listed("Replies:", found["replies"])
        lines += self._versions()
        lines += self._series()
        return lines

    def _title(self) -> str:
        found = self._found
        name = f"@{found['username']}" if found["username"] else str(found["chat"])
        title = f"{found['title']} ({name}) · message {found['id']}"
        if found["state"] == "deleted":
            title += f" · deleted at Telegram (noticed {moment(found['deleted_at'])})"
        if found["source"] != "telegram":
            title += " · from an export"
        return visible_line(title)

    def _by(self, message: dict[str, Any]) -> str:
        author = message.get("author")
        parts = [self._name(author) if author else self._found["title"]]
        parts += [f"signed {message['signature']}"] if message.get("signature") else []
        parts += [f"via {self._name(message['via_bot'])}"] if message.get("via_bot") else []
        parts.append(moment(message["date"]))
        if message.get("edited") and not message.get("edit_hidden"):
            parts.append(f"edited {moment(message['edited'])}")
        flags = ("pinned", "silent", "noforwards", "from_scheduled")
        parts += [flag.replace("_", " ") for flag in flags if message.get(flag)]
        return visible_line(", ".join(parts))

    def _headers(self, message: dict[str, Any]) -> list[str]:
        lines = []
        if forward := message.get("forward"):
            lines.append("forwarded from " + self._forward(forward))
        if reply := message.get("reply"):
            lines += self._reply(reply)
        return lines

    def _forward(self, forward: dict[str, Any]) -> str:
        origin = forward.get("from")
        parts = [self._name(origin) if origin else forward.get("name", "somebody")]
        parts += [f"message {forward['post']}"] if "post" in forward else []
        parts += [f"signed {forward['signature']}"] if forward.get("signature") else []
        parts += [moment(forward["date"])] if forward.get("date") else []
        return visible_line(", ".join(parts))

    def _reply(self, reply: dict[str, Any]) -> list[str]:
        answered = self._found["reply_to"]
        if "story_id" in reply:
            lines = [f"answers story {reply['story_id']}"]
        elif answered is None:
            lines = ["answers a message elsewhere"]
        elif "message" in answered:
            gone = ", deleted since" if answered["deleted_at"] else ""
            lines = [f"answers {self._short(answered)}{gone}"]
        else:
            lines = [f"answers {answered['id']} ({answered['state']})"]
        quote = reply.get("quote", {}).get("text", "")
        lines += [f"  > {visible_line(line)}" for line in quote.split("\n") if quote]
        return lines

    def _body(self, message: dict[str, Any]) -> list[str]:
        lines = []
        if action := message.get("action"):
            lines.append(f"[{named(action['type'])}{self._action(action.get('data'))}]")
        if text := message.get("text"):
            entities = msgspec.convert(message.get("entities", []), list[Entity])
            lines += visible(to_plain(text, entities)).split("\n")
        if media := message.get("media"):
            lines += media_lines(media)
        for row in message.get("buttons", ()):
            lines.append("  ".join(_button(button) for button in row))
        unsupported = message.get("unsupported", ())
        lines += [f"[not understood: {visible_line(one['where'])}]" for one in unsupported]
        return lines

    def _action(self, data: Any) -> str:
        """The fields of an action, people by name."""
        if not isinstance(data, dict):
            return ""
        known = {key: self._named_ids(value) for key, value in data.items()}
        return data_text(known)

    def _named_ids(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._named_ids(one) for one in value]
        return self._name(value) if type(value) is int and value in self._peers else value

    def _counts(self, message: dict[str, Any]) -> list[str]:
        lines = []
        if reactions := message.get("reactions"):
            lines.append("  ".join(f"{_reaction(one)} {one['count']:,}" for one in reactions))
        counts = [f"{message[key]:,} {key}" for key in ("views", "forwards") if key in message]
        if replies := message.get("replies"):
            kind = "comments" if replies.get("comments") else "replies"
            counts.append(f"{replies['count']:,} {kind}")
        lines += [", ".join(counts)] if counts else []
        return [visible_line(line) for line in lines]

    def _listed(self, title: str, entries: list[dict[str, Any]]) -> list[str]:
        if not entries:
            return []
        lines = [title, *(f"  {self._short(one)}" for one in entries[:_LISTED])]
        more = len(entries) - _LISTED
        return [*lines, f"  … and {more} more: --json lists them"] if more > 0 else lines

    def _versions(self) -> list[str]:
        versions, first = self._found["versions"], moment(self._found["first_seen_at"])
        lines = [f"  {_until(one)}: {_said(one)}" for one in versions]
        if lines:
            return [f"Versions since {first}, when headrace first looked:", *lines]
        message = self._found["message"]
        if message.get("edited") and not message.get("edit_hidden"):
            return [f"No other version since {first}, when headrace first looked"]
        return []

    def _series(self) -> list[str]:
        """Counts that have moved; the latest values of each."""
        lines = []
        for kind, points in self._found["counts"].items():
            told = [f"{value:,} from {moment(at)}" for at, value in points[-_POINTS:]]
            told = ["…", *told] if len(points) > _POINTS else told
            lines.append(visible_line(f"  {kind.removeprefix('reaction:')}: {', '.join(told)}"))
        return ["Counts over time:", *lines] if lines else []

    def _short(self, entry: dict[str, Any]) -> str:
        """A message on one line."""
        message = entry["message"]
        author = f"{self._name(message['author'])}, " if "author" in message else ""
        parts = [_cut(message["text"])] if message.get("text") else []
        parts += media_lines(message["media"])[:1] if message.get("media") else []
        parts += [f"[{named(message['action']['type'])}]"] if message.get("action") else []
        head = visible_line(f"{message['id']} · {author}{moment(message['date'])}")
        return f"{head} · {' '.join(parts)}"

    def _name(self, peer_id: int) -> str:
        peer = self._peers.get(peer_id, {})
        if peer.get("deleted"):
            return f"deleted account {peer_id}"
        name, username = peer.get("name", ""), peer.get("username", "")
        if name and username:
            return f"{name} (@{username})"
        return name or (f"@{username}" if username else str(peer_id))


def moment(when: int) -> str:
    """A time in UTC."""
    try:
        return f"{datetime.fromtimestamp(when, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, OSError, ValueError):
        return f"at {when}"


def _until(version: dict[str, Any]) -> str:
    """When a version was replaced; those below zero were never there, but in an export."""
    if version.get("version", 1) < 0:
        return "in an export"
    return f"until {moment(version['replaced_at'])}"


def _said(version: dict[str, Any]) -> str:
    parts = [_cut(version["text"])] if version.get("text") else []
    parts += media_lines(version["media"])[:1] if version.get("media") else []
    return " ".join(parts)


def _cut(text: str) -> str:
    line = visible_line(text)
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"


def _button(button: dict[str, Any]) -> str:
    target = button.get("url", "")
    return visible_line(f"[ {button.get('text', '')} ]" + (f" <{target}>" if target else ""))


def _reaction(reaction: dict[str, Any]) -> str:
    if reaction["type"] == "emoji":
        return str(reaction.get("emoji", ""))
    return "⭐" if reaction["type"] == "paid" else f"emoji {reaction.get('document_id', '')}"
