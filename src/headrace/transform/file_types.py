"""What a file is, by its first bytes; what its name or its sender says does not count.

A type has a file extension of ours and may be shown inside a page or not. Types that a double
click would run or render with scripts are stored as ``.bin``.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from headrace.transform.text_types import text_type

#: How many bytes of a file's beginning are looked at.
HEAD = 4096


class FileType(NamedTuple):
    """``mime`` is what to serve it as; only ``inline`` types may be shown inside a page."""

    name: str
    mime: str
    extension: str
    inline: bool = False


UNKNOWN = FileType("unknown", "application/octet-stream", "bin")

_SHOWN = (
    FileType("jpeg", "image/jpeg", "jpg", inline=True),
    FileType("png", "image/png", "png", inline=True),
    FileType("gif", "image/gif", "gif", inline=True),
    FileType("webp", "image/webp", "webp", inline=True),
    FileType("avif", "image/avif", "avif", inline=True),
    FileType("mp4", "video/mp4", "mp4", inline=True),
    FileType("webm", "video/webm", "webm", inline=True),
    FileType("m4a", "audio/mp4", "m4a", inline=True),
    FileType("ogg", "audio/ogg", "ogg", inline=True),
    FileType("opus", "audio/ogg", "ogg", inline=True),
    FileType("ogv", "video/ogg", "ogv", inline=True),
    FileType("mp3", "audio/mpeg", "mp3", inline=True),
    FileType("wav", "audio/wav", "wav", inline=True),
    FileType("flac", "audio/flac", "flac", inline=True),
)
_KEPT = (
    FileType("heic", "image/heic", "heic"),
    FileType("jxl", "image/jxl", "jxl"),
    FileType("tiff", "image/tiff", "tif"),
    FileType("bmp", "image/bmp", "bmp"),
    FileType("psd", "image/vnd.adobe.photoshop", "psd"),
    FileType("mov", "video/quicktime", "mov"),
    FileType("3gp", "video/3gpp", "3gp"),
    FileType("mkv", "video/x-matroska", "mkv"),
    FileType("avi", "video/x-msvideo", "avi"),
    FileType("flv", "video/x-flv", "flv"),
    FileType("aac", "audio/aac", "aac"),
    FileType("amr", "audio/amr", "amr"),
    FileType("midi", "audio/midi", "mid"),
    FileType("tgs", "application/x-tgsticker", "tgs"),
    FileType("pdf", "application/pdf", "pdf"),
    FileType("djvu", "image/vnd.djvu", "djvu"),
    FileType("epub", "application/epub+zip", "epub"),
    FileType("zip", "application/zip", "zip"),
    FileType("gzip", "application/gzip", "gz"),
    FileType("bzip2", "application/x-bzip2", "bz2"),
    FileType("xz", "application/x-xz", "xz"),
    FileType("zstd", "application/zstd", "zst"),
    FileType("tar", "application/x-tar", "tar"),
    FileType("7z", "application/x-7z-compressed", "7z"),
    FileType("rar", "application/vnd.rar", "rar"),
    FileType("sqlite", "application/vnd.sqlite3", "sqlite"),
    FileType("json", "application/json", "json"),
    FileType("text", "text/plain", "txt"),
)
#: What acts when it is opened.
_ACTIVE = ("html", "svg", "xml", "mhtml", "script", "exe", "elf", "macho", "swf")

TYPES: dict[str, FileType] = {
    **{one.name: one for one in (UNKNOWN, *_SHOWN, *_KEPT)},
    **{name: FileType(name, UNKNOWN.mime, UNKNOWN.extension) for name in _ACTIVE},
}

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"ID3", "mp3"),
    (b"fLaC", "flac"),
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\x1f\x8b\x08", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"MZ", "exe"),
    (b"\x7fELF", "elf"),
    (b"\xcf\xfa\xed\xfe", "macho"),
    (b"\xca\xfe\xba\xbe", "macho"),
    (b"CWS", "swf"),
    (b"FWS", "swf"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"8BPS", "psd"),
    (b"\xff\x0a", "jxl"),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "jxl"),
    (b"FLV\x01", "flv"),
    (b"#!AMR", "amr"),
    (b"MThd", "midi"),
    (b"AT&TFORM", "djvu"),
    (b"SQLite format 3\x00", "sqlite"),
)
_RIFF = {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
_AVIF = (b"avif", b"avis")
_TAR = slice(257, 262)
_INFLATED = 1024


def detect(head: bytes) -> FileType:
    """The type of a file that begins with these bytes (``HEAD`` of them, or all there are)."""
    return TYPES[_name_of(head[:HEAD])]


def _name_of(head: bytes) -> str:
    for find in (_by_magic, _iso, _riff, _matroska, _ogg, _by_fields, _sound, text_type):
        if (name := find(head)) is not None:
            return name
    return UNKNOWN.name


def _by_magic(head: bytes) -> str | None:
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return _inside(name, head)
    return None


def _inside(name: str, head: bytes) -> str:
    """What stands in a container."""
    if name == "zip" and head[30:58] == b"mimetypeapplication/epub+zip":
        return "epub"
    if name == "gzip":
        try:
            inner = zlib.decompressobj(wbits=31).decompress(head, _INFLATED)
        except zlib.error:
            return name
        # A Lottie animation, as Telegram makes stickers of.
        is_sticker = inner.startswith(b'{"') and (b'"tgs"' in inner or b'"layers"' in inner)
        return "tgs" if is_sticker else name
    return name


def _iso(head: bytes) -> str | None:
    if head[4:8] != b"ftyp":
        return None
    size = int.from_bytes(head[:4], "big")
    brands = [head[at : at + 4] for at in (8, *range(16, min(size, len(head)), 4))]
    if any(brand in _AVIF for brand in brands):
        return "avif"
    if brands[0] in _HEIC:
        return "heic"
    if brands[0] == b"qt  ":
        return "mov"
    if brands[0][:3] in (b"M4A", b"M4B"):
        return "m4a"
    return "3gp" if brands[0][:2] == b"3g" else "mp4"


def _riff(head: bytes) -> str | None:
    return _RIFF.get(head[8:12]) if head.startswith(b"RIFF") else None


def _matroska(head: bytes) -> str | None:
    if not head.startswith(b"\x1aE\xdf\xa3"):
        return None
    return "webm" if b"\x42\x82\x84webm" in head else "mkv"


def _ogg(head: bytes) -> str | None:
    if not head.startswith(b"OggS"):
        return None
    first = head[28:36]
    if first == b"OpusHead":
        return "opus"
    return "ogv" if first[:7] == b"\x80theora" else "ogg"


def _by_fields(head: bytes) -> str | None:
    """Types whose first bytes alone would be too little to go by."""
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return "bmp"
    return "tar" if head[_TAR] == b"ustar" else None


def _sound(head: bytes) -> str | None:
    """MPEG audio without a tag: a frame's header is all there is to go by."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - its sync word
        return None
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    if layer == 0:
        return "aac" if head[1] & 0xF6 == 0xF0 else None  # noqa: PLR2004 - ADTS
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    is_frame = version != 1 and bitrate not in (0, 15) and rate != 3  # noqa: PLR2004 - reserved
    return "mp3" if is_frame else None
