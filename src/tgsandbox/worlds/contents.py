"""Small constructors of canonical messages, media and entities, for worlds written by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from tgsandbox.worlds.base import Content

_HASHTAG = re.compile(r"#\w+")


def is_empty(value: Any) -> bool:
    """What the canonical form leaves out: null, false and empty things; never zero."""
    return value is None or value is False or value in ("", [], {})


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def message(message_id: int, date: int, text: str = "", **fields: Any) -> Content:
    """A message; values that are empty are left out, ``thread_id`` follows from the reply."""
    content = {"id": message_id, "date": date, "text": text, **fields}
    thread = thread_of(fields.get("reply"))
    if thread is not None:
        content["thread_id"] = thread
    return {key: value for key, value in content.items() if not is_empty(value)}


def post(message_id: int, date: int, text: str = "", **fields: Any) -> Content:
    """A message of a broadcast channel."""
    return message(message_id, date, text, post=True, **fields)


def service(message_id: int, date: int, action: str, data: Any = None, **fields: Any) -> Content:
    content = {"type": action, "data": data} if data else {"type": action}
    return message(message_id, date, kind="service", action=content, **fields)


def thread_of(reply: Content | None) -> int | None:
    """The thread that a reply puts a message into; none for other chats and stories."""
    if not reply or "peer" in reply or "story_id" in reply:
        return None
    thread: int | None = reply.get("top_id") or reply.get("msg_id")
    return thread


def mark(text: str, part: str, kind: str, **extra: Any) -> Content:
    """An entity over the first occurrence of ``part``."""
    start = text.index(part)
    return {"type": kind, "offset": units(text[:start]), "length": units(part), **extra}


def hashtags(text: str) -> list[Content]:
    """Entities over all hashtags of a text."""
    return [
        {"type": "hashtag", "offset": units(text[: found.start()]), "length": units(found.group())}
        for found in _HASHTAG.finditer(text)
    ]


def photo(photo_id: int, date: int, sizes: Sequence[Content], **fields: Any) -> Content:
    """A photo; width, height and size are those of its largest size (of equals the later)."""
    largest = max(enumerate(sizes), key=lambda at: (at[1]["width"] * at[1]["height"], at[0]))[1]
    return {
        "kind": "photo",
        "file": f"photo/{photo_id}",
        "width": largest["width"],
        "height": largest["height"],
        "size": largest["size"],
        "date": date,
        "sizes": list(sizes),
        **fields,
    }


def size(kind: str, width: int, height: int, length: int) -> Content:
    return {"type": kind, "width": width, "height": height, "size": length}


def document(
    document_id: int, date: int, role: str, mime: str, length: int, **fields: Any
) -> Content:
    head = {"kind": "document", "file": f"document/{document_id}", "role": role, "mime": mime}
    return {**head, "size": length, "date": date, **fields}


def emoji(symbol: str, count: int) -> Content:
    return {"type": "emoji", "emoji": symbol, "count": count}
