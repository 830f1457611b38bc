# ruff: noqa: RUF001 -- these texts are meant to deceive
"""Texts and file names that want to do harm."""

from __future__ import annotations

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.zoo_parts import HOSTILE_USER, file, other, styled, told

TEXTS = (
    "NUL \x00 in the middle",
    "\x00",
    "\x01\x02\x07\x08\x0b\x0c\x0e\x1b[31mred\x1b[0m\x7f\x85",
    "\u202eright to left\u202c \u2066isolate\u2069 \u200b\u200d\ufeff",
    "\ud7ff\ue000\ufffd\ufffe\uffff\U0001fffe\U0010ffff",
    "line\rline\r\nline\nline\u2028line\u2029line\x0bline",
    "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;&amp;&#x41;",
    "'; DROP TABLE messages; -- \" %s %d {0} ${x} `id` $(id)",
    '\\x00 \\u0000 \\ud83d \\\\ "quoted" \\',
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘",
    " leading and trailing \t\n ",
    "\n\n\n",
    "𝕳𝖔𝖚𝖘𝖊 ﷽ ﬁ Ⅷ ½ ǆ İıſß",
    "Å Å Å ñ ñ",
    "=cmd|' /C calc'!A0",
    "\u0007[click](javascript:alert(1)) **not bold** __nor this__",
    "0" * 400,
    "x" * 1_000 + "." + "y" * 1_000,
)
NAMES = (
    "../../etc/passwd",
    "..\\..\\windows\\system32\\drivers\\etc\\hosts",
    "/etc/shadow",
    "C:\\autoexec.bat",
    "\\\\server\\share\\file",
    "file:///etc/passwd",
    "~/.ssh/id_rsa",
    ".",
    "..",
    " ",
    "CON",
    "con.txt",
    "COM1.log",
    "COM¹",
    "LPT9",
    "NUL",
    "nul\x00.txt",
    "new\nline\r\n.txt",
    "tab\t.txt",
    "trailing dot.",
    "trailing blank .txt ",
    "stream.txt:hidden",
    "qu\"ote's;%2e%2e%2f.txt",
    "semi;colon, comma=.txt",
    "photo\u202egpj.exe",
    "zero\u200bwidth\ufeff.pdf",
    "résumé.pdf",
    "résumé.pdf",
    "README.md",
    "readme.MD",
    "😀" * 64 + ".png",
    "a" * 251 + ".txt",
    "я" * 200 + ".doc",
    "x." + "long" * 80,
    ".htaccess",
    "-rf",
    "--help",
    "$(id).sh",
    "<b>.html",
    "page.svg",
    "archive.tar.gz",
    "no extension",
)
_FIRST_FILE = 5001


def messages() -> list[Content]:
    return [*[told(text) for text in TEXTS], *_named_files(), *_elsewhere()]


def _named_files() -> list[Content]:
    return [
        told(media=file(_FIRST_FILE + place, "file", "application/octet-stream", name=name))
        for place, name in enumerate(NAMES)
    ]


def _elsewhere() -> list[Content]:
    """Hostile texts in the other places that hold text."""
    evil = "\u202e\x00<b>\"'&"
    song = file(5201, "audio", "audio/mpeg", duration=1, title=evil, performer=evil, name=evil)
    page = {
        "kind": "web_page",
        "url": f"https://zoo.example/{evil}",
        "title": evil,
        "site_name": evil,
    }
    poll = {
        "kind": "poll",
        "id": "5500000000000000001",
        "question": styled(evil),
        "answers": [{"option": "AA==", "text": evil}, {"option": "AAE=", "text": evil}],
    }
    return [
        told(media=song, signature=evil),
        told(media={**file(5202, "file", evil), "size": 1}),
        told(media=page, forward={"name": evil, "date": 1, "psa": evil}),
        told(media=poll, author=HOSTILE_USER),
        told(
            media=other(
                "contact", phone_number=evil, first_name=evil, last_name=evil, vcard=evil, user_id=0
            )
        ),
        told(evil, buttons=[[{"type": "url", "text": evil, "url": "javascript:alert(1)"}]]),
        told("Restricted.", restrictions=[{"platform": evil, "reason": evil, "text": evil}]),
    ]
