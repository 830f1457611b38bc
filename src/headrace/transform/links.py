"""Links: where an entity leads, and whether a page may lead there.

Allowed are ``http``, ``https``, ``mailto``, ``tel`` and ``tg`` (Telegram's own links, which open
its app). Everything else (``javascript``, ``data``, ``vbscript``, ``file``, ``blob``, ``intent``,
schemes of other programs, links relative to the page) leads nowhere.
"""

from __future__ import annotations

import re
import unicodedata

from headrace.model.text import Entity
from headrace.transform.spans import text_content

SCHEMES = frozenset({"http", "https", "mailto", "tel", "tg"})

#: Browsers drop some of these from a URL; here all go, before anything is decided.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_WEB = re.compile(r"(?i:https?)://[^/?#]")
_BARE = re.compile(r"[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?(?=[/?#]|\Z)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NAME = re.compile(r"@([A-Za-z][A-Za-z0-9_]{2,31})")
_MISLEADING = '"<>`'
_PHONE_DIGITS = 20


def target_of(entity: Entity, shown: str) -> str:
    """The URL that an entity on the text ``shown`` leads to; nothing where it may not."""
    if entity.type == "text_link":
        return safe_url(entity.url)
    if entity.type == "text_mention":
        return f"tg://user?id={entity.user_id:d}" if (entity.user_id or 0) > 0 else ""
    find = _BY_TEXT.get(entity.type)
    return find(shown) if find else ""


def safe_url(url: str) -> str:
    """The URL with an allowed scheme, or nothing. ``example.org/x`` is taken for ``http``."""
    url = _CONTROLS.sub("", text_content(url)).strip()
    if _BARE.match(url):
        url = f"http://{url}"
    scheme = _SCHEME.match(url)
    if scheme is None or scheme[1].lower() not in SCHEMES:
        return ""
    if scheme[1].lower() in ("http", "https"):
        url = _with_slashes(url)
        if not _WEB.match(url):
            return ""
    return "".join(map(_readable, url))


def _with_slashes(url: str) -> str:
    """Backslashes before query and fragment as the slashes that browsers take them for."""
    end = re.search(r"[?#]|\Z", url)
    assert end is not None
    return url[: end.start()].replace("\\", "/") + url[end.start() :]


def _readable(character: str) -> str:
    """Blanks and what is invisible or turns the direction of writing, percent-encoded."""
    if character in _MISLEADING or unicodedata.category(character)[0] in "CZ":
        return "".join(f"%{byte:02X}" for byte in character.encode())
    return character


def _mail(shown: str) -> str:
    return f"mailto:{shown}" if _EMAIL.fullmatch(shown) else ""


def _profile(shown: str) -> str:
    name = _NAME.fullmatch(shown)
    return f"https://t.me/{name[1]}" if name else ""


def _phone(shown: str) -> str:
    digits = "".join(c for c in shown if c in "0123456789")
    if not 0 < len(digits) <= _PHONE_DIGITS:
        return ""
    return f"tel:{'+' if shown.lstrip().startswith('+') else ''}{digits}"


_BY_TEXT = {"url": safe_url, "email": _mail, "phone_number": _phone, "mention": _profile}
