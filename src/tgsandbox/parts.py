"""Answers to upload.getFile, kept apart until they are sent so that faults can touch them.

Beside them stands the record of what was sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from telethon.tl import types

from tgsandbox import wire

#: Parts that are remembered one by one; the files that were begun first are forgotten first.
REMEMBERED = 200_000
_CIPHER_BLOCK = 16

FileKey = tuple[str, str]
"""The key of a file and its size type, as `World.file` takes them."""


@dataclass(slots=True)
class Part:
    """Bytes of a file from ``offset`` on; ``wrong`` is the kind of answer given instead."""

    file: FileKey
    offset: int
    data: bytes
    dc: int
    kind: Any
    wrong: str | None = None

    def __bytes__(self) -> bytes:
        if self.wrong is not None:
            return bytes(WRONG_ANSWERS[self.wrong](self))
        return bytes(types.upload.File(type=self.kind, mtime=0, bytes=self.data))


def _cdn_redirect(part: Part) -> Any:
    return types.upload.FileCdnRedirect(
        dc_id=part.dc,
        file_token=b"elsewhere:" + part.file[0].encode(),
        encryption_key=bytes(2 * _CIPHER_BLOCK),
        encryption_iv=bytes(_CIPHER_BLOCK),
        file_hashes=[],
    )


def _web_file(part: Part) -> Any:
    return types.upload.WebFile(
        size=len(part.data),
        mime_type="application/octet-stream",
        file_type=types.storage.FileUnknown(),
        mtime=0,
        bytes=part.data,
    )


#: What may be answered in the place of ``upload.file``.
WRONG_ANSWERS: dict[str, Callable[[Part], Any]] = {
    "cdn_redirect": _cdn_redirect,
    "cdn_file": lambda part: types.upload.CdnFile(part.data),
    "web_file": _web_file,
    "bool": lambda _: wire.BOOL_FALSE,
}


class PartCounts:
    """How much of which file was sent, and over which connection."""

    def __init__(self) -> None:
        self.by_connection: Counter[int] = Counter()
        self._parts: dict[FileKey, Counter[int]] = {}
        self._many = 0

    def sent(self, part: Part, connection: int) -> None:
        """Note an answer that goes out; an answer of the wrong kind carries no part."""
        if part.wrong is not None:
            return
        self.by_connection[connection] += len(part.data)
        offsets = self._parts.setdefault(part.file, Counter())
        self._many += part.offset not in offsets
        offsets[part.offset] += 1
        while self._many > REMEMBERED and len(self._parts) > 1:
            self._many -= len(self._parts.pop(next(iter(self._parts))))

    def of(self, key: str | None = None) -> list[dict[str, Any]]:
        """How often each part was sent, of one file (all its sizes) or of all."""
        return [
            {"file": file, "size_type": size_type, "offset": offset, "sent": times}
            for (file, size_type), offsets in self._parts.items()
            if key in (None, file)
            for offset, times in sorted(offsets.items())
        ]

    def as_json(self) -> dict[str, Any]:
        times = [count for offsets in self._parts.values() for count in offsets.values()]
        return {
            "bytes": self.by_connection.total(),
            "bytes_by_connection": {str(one): size for one, size in self.by_connection.items()},
            "files": len(self._parts),
            "parts": len(times),
            "parts_sent": sum(times),
            "parts_sent_again": sum(count > 1 for count in times),
            "most_often": max(times, default=0),
        }
