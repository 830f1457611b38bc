"""Bodies of documents: what a program that looks at the first bytes would call them.

Pictures decode, and animated stickers are complete gzip; of the rest only the head is true.
Behind it comes filling up to the size that is stated.
"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Callable
from functools import cached_property
from itertools import cycle, islice
from typing import Any

from PIL import Image

from tgsandbox.worlds import tl_media
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.files import Filling
from tgsandbox.worlds.views import draw

_SIDE = 96
_COLOURS = 16
_HEAD_ROOM = 1 << 16
_PAGE = b"<!doctype html><title>Weir</title><script>document.title = 'run'</script>\n"
_DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
    b"<script>document.title = 'run'</script></svg>\n"
)
_WORDS = "Water over the weir. Вода через плотину.\n".encode()
_ROWS = b"7;9\n"
_OPUS = b"OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00"
_EBML = bytes.fromhex(
    "1a45dfa39f4286810142f7810142f2810442f381084282847765626d42878104428581021853806701ffffffffffffff"
)


class Body:
    """A document whose bytes are what ``truth`` says, a MIME type, made on first read."""

    def __init__(self, media: Content, dc: int, truth: str | None = None) -> None:
        self.size: int = media["size"]
        self.dc = dc
        self._media = media
        self._truth = truth or truth_of(media)

    def read(self, offset: int, limit: int) -> bytes:
        return self._content.read(offset, limit)

    @cached_property
    def _content(self) -> Filling:
        make = _HEADS.get(self._truth)
        head = make(self._media) if make else b""
        return Filling(self._media["file"], self.size, self.dc, head[: min(self.size, _HEAD_ROOM)])


def truth_of(media: Content) -> str:
    """What an honest document is: what it says, or what its name says where it says nothing."""
    mime: str = media.get("mime", "")
    if mime != "application/octet-stream":
        return mime
    _, _, suffix = media.get("name", "").lower().rpartition(".")
    return _SUFFIXES.get(suffix, mime)


def _still(form: str, **options: Any) -> Callable[[Content], bytes]:
    """A picture of the document's extent, of few bytes."""

    def make(media: Content) -> bytes:
        small = draw(tl_media.number(media["file"]) % _HEAD_ROOM, _SIDE, _SIDE)
        shape = (media.get("width") or _SIDE, media.get("height") or _SIDE)
        picture = small.resize(shape, Image.Resampling.BICUBIC)
        if form in {"PNG", "GIF"}:
            picture = picture.quantize(_COLOURS)
        buffer = io.BytesIO()
        picture.save(buffer, form, **options)
        return buffer.getvalue()

    return make


def _box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def _film(brand: bytes) -> Callable[[Content], bytes]:
    """File type, then media data up to the end."""

    def make(_: Content) -> bytes:
        return _box(b"ftyp", brand + b"\0\0\2\0" + brand + b"isom") + b"\0\0\0\0mdat"

    return make


def _vector(media: Content) -> bytes:
    """An animated sticker of exactly the stated size: the comment in its gzip head fills it."""
    drawing = {"tgs": 1, "v": "5.5.2", "fr": 60, "ip": 0, "op": 60, "w": 512, "h": 512}
    plain = json.dumps({**drawing, "nm": media["file"], "layers": []}).encode()
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(plain) + packer.flush()
    tail = packed + zlib.crc32(plain).to_bytes(4, "little") + len(plain).to_bytes(4, "little")
    head = b"\x1f\x8b\x08\x10\0\0\0\0\0\3"
    length: int = media["size"] - len(head) - len(tail) - 1
    return head + b"." * length + b"\0" + tail


def _wave(media: Content) -> bytes:
    size: int = media["size"]
    rest = (size - 8).to_bytes(4, "little")
    shape = bytes.fromhex("10000000010001004456000088580100020010")
    return b"RIFF" + rest + b"WAVEfmt " + shape + b"\0data" + rest


def _text(line: bytes) -> Callable[[Content], bytes]:
    def make(media: Content) -> bytes:
        return bytes(islice(cycle(line), min(media["size"], _HEAD_ROOM)))

    return make


def _plain(head: bytes) -> Callable[[Content], bytes]:
    return lambda _: head


_HEADS: dict[str, Callable[[Content], bytes]] = {
    "image/webp": _still("WEBP", quality=40),
    "image/png": _still("PNG"),
    "image/gif": _still("GIF"),
    "image/jpeg": _still("JPEG", quality=60),
    "image/svg+xml": _text(_DRAWING),
    "video/mp4": _film(b"mp42"),
    "video/quicktime": _film(b"qt  "),
    "video/webm": _plain(_EBML),
    "audio/ogg": _plain(b"OggS\0\2" + bytes(20) + b"\1" + bytes([len(_OPUS)]) + _OPUS),
    "audio/mpeg": _plain(b"ID3\4\0\0\0\0\0\0\xff\xfb\x90\x00"),
    "audio/x-wav": _wave,
    "application/pdf": _plain(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"),
    "application/zip": _plain(b"PK\3\4\x14\0\0\0\0\0"),
    "application/gzip": _plain(b"\x1f\x8b\x08\0\0\0\0\0\0\3"),
    "application/x-tgsticker": _vector,
    "application/x-mpegurl": _text(b"#EXTM3U\n#EXT-X-VERSION:7\n"),
    "application/vnd.microsoft.portable-executable": _plain(b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff"),
    "text/html": _text(_PAGE),
    "text/plain": _text(_WORDS),
    "text/csv": _text(_ROWS),
}
#: What a name says of a document that states nothing.
_SUFFIXES = {
    "exe": "application/vnd.microsoft.portable-executable",
    "gz": "application/gzip",
    "html": "text/html",
    "md": "text/plain",
    "pdf": "application/pdf",
    "sh": "text/plain",
    "svg": "image/svg+xml",
    "txt": "text/plain",
}
