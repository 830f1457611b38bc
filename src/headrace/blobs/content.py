"""Content: what bytes are, by hash, length and type; and streams on their way into a file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from headrace.errors import FileFailed
from headrace.model.download import Readable, Stored
from headrace.model.values import FileKey
from headrace.transform.file_types import HEAD, FileType, detect

#: Bytes read at once.
CHUNK = 1 << 20


class Content(NamedTuple):
    """What a file is, whatever it is called."""

    sha256: str
    #: In bytes.
    size: int
    type: FileType


class Copying:
    """A stream on its way into a file; it can be told to stop."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._is_stopped = False

    def stop(self) -> None:
        self._is_stopped = True

    def into(self, write: Callable[[bytes], None], size: int) -> Iterable[bytes]:
        """The stream's bytes, each written before it is given on."""
        total = 0
        while not self._is_stopped and (chunk := self._stream.read(CHUNK)):
            total += len(chunk)
            if size and total > size:
                raise FileFailed("overlong")
            write(chunk)
            yield chunk
        if self._is_stopped:
            raise FileFailed("stopped")


def read(chunks: Iterable[bytes]) -> Content:
    """The content of a file, given all of its bytes in order."""
    hashed, size, head = hashlib.sha256(), 0, b""
    for chunk in chunks:
        hashed.update(chunk)
        size += len(chunk)
        if len(head) < HEAD:
            head += chunk[: HEAD - len(head)]
    return Content(hashed.hexdigest(), size, detect(head))


def stored(key: FileKey, content: Content) -> Stored:
    """What is told of a file that has its place."""
    return Stored(
        key=key,
        sha256=content.sha256,
        size=content.size,
        mime=content.type.mime,
        extension=content.type.extension,
    )
