"""Media for people: one line for a file, several for a poll or a list."""

from __future__ import annotations

import json
from typing import Any

from headrace.transform.visible import visible_line

_KIB = 1024
_LONGEST = 300
_ROLES = {"": "file", "round_video": "round video", "custom_emoji": "custom emoji"}


def media_lines(media: dict[str, Any]) -> list[str]:
    """What a message carries, described; ``media`` in the form of ``content.md``."""
    match media.get("kind"):
        case "photo":
            return [_described("photo", media)]
        case "document":
            role = media.get("role", "")
            return [_described(_ROLES.get(role, role), media)]
        case "web_page":
            return _web_page(media)
        case "poll":
            return _poll(media)
        case "todo":
            return _todo(media)
        case _:
            return [f"[{named(media.get('type', 'unknown'))}{data_text(media.get('data'))}]"]


def data_text(data: Any) -> str:
    """Telegram's own fields, short."""
    if not data:
        return ""
    text = visible_line(json.dumps(data, ensure_ascii=False))
    return ": " + (text if len(text) <= _LONGEST else text[:_LONGEST] + "…")


def named(kind: str) -> str:
    """``pin_message`` as words."""
    return visible_line(kind.replace("_", " "))


def _described(what: str, media: dict[str, Any]) -> str:
    facts = [what]
    if media.get("width"):
        facts.append(f"{media['width']}x{media.get('height', 0)}")
    if media.get("duration"):
        facts.append(_duration(media["duration"]))
    facts.append(_size(media.get("size", 0)) if media.get("file") else "not there")
    facts += [one for one in (media.get("mime"), media.get("emoji")) if one]
    by = " - ".join(one for one in (media.get("performer"), media.get("title")) if one)
    facts += [f"“{one}”" for one in (media.get("name"), by) if one]
    facts += ["spoiler"] if media.get("spoiler") else []
    facts += [f"for {media['ttl']} s"] if media.get("ttl") else []
    return f"[{visible_line(', '.join(facts))}]"


def _web_page(media: dict[str, Any]) -> list[str]:
    head = [media.get("site_name", ""), media.get("title", ""), media.get("author", "")]
    lines = [f"[link: {visible_line(media.get('url', ''))}]"]
    about = visible_line(" · ".join(one for one in head if one))
    lines += [f"  {about}"] if about else []
    if media.get("description"):
        lines.append(f"  {visible_line(media['description'])}")
    for part in ("photo", "document"):
        if part in media:
            lines += [f"  {line}" for line in media_lines(media[part])]
    return lines


def _poll(media: dict[str, Any]) -> list[str]:
    kind = "quiz" if media.get("quiz") else "poll"
    votes = f", {media['total_voters']:,} voters" if "total_voters" in media else ""
    closed = ", closed" if media.get("closed") else ""
    lines = [f"[{kind}: {_styled(media.get('question'))}{votes}{closed}]"]
    for answer in media.get("answers", ()):
        count = f" - {answer['voters']:,}" if "voters" in answer else ""
        right = " ✓" if answer.get("correct") else ""
        lines.append(f"  · {_styled(answer)}{count}{right}")
    return lines


def _todo(media: dict[str, Any]) -> list[str]:
    lines = [f"[to do: {_styled(media.get('title'))}]"]
    for item in media.get("items", ()):
        done = "x" if "completed" in item or "completed_by" in item else " "
        lines.append(f"  [{done}] {_styled(item)}")
    return lines


def _styled(part: dict[str, Any] | None) -> str:
    return visible_line((part or {}).get("text", ""))


def _size(size: int) -> str:
    amount, unit = float(size), "bytes"
    for larger in ("KiB", "MiB", "GiB"):
        if amount < _KIB:
            break
        amount, unit = amount / _KIB, larger
    return f"{size:,} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"
