"""Bytes of files: pictures drawn on first read, files on disk, and plain filling."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tgsandbox.errors import SandboxError

if TYPE_CHECKING:
    from tgsandbox.worlds.base import World

#: Part of every cache key; raise it whenever the drawn bytes change.
GENERATION = 2
_BLOCK = 1 << 16
_PIECE = 1 << 20


def cache_folder() -> Path:
    """Where drawn pictures are kept between runs (XDG cache directory)."""
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "tgsandbox" / f"pictures-{GENERATION}"


class Drawn:
    """A file of known size whose bytes are made on first read and then kept on disk."""

    def __init__(self, name: str, size: int, dc: int, make: Callable[[], bytes]) -> None:
        self.size = size
        self.dc = dc
        self._name = name
        self._make = make
        self._path: Path | None = None

    def read(self, offset: int, limit: int) -> bytes:
        with self._drawn().open("rb") as file:
            file.seek(offset)
            return file.read(limit)

    def _drawn(self) -> Path:
        if self._path is None:
            path = cache_folder() / f"{self._name}-{self.size}.jpg"
            if not path.exists() or path.stat().st_size != self.size:
                content = self._make()
                if len(content) != self.size:
                    raise AssertionError(f"{self._name}: {len(content)} bytes, not {self.size}")
                _put(path, content)
            self._path = path
        return self._path


def digest(world: World, key: str, size_type: str = "") -> dict[str, Any]:
    """``size`` and ``sha256`` (hexadecimal) of a file, read in pieces."""
    file = world.file(key, size_type)
    if file is None:
        raise SandboxError(f"There is no file {key!r} of the size {size_type!r} in this world.")
    found = hashlib.sha256()
    for offset in range(0, file.size, _PIECE):
        found.update(file.read(offset, _PIECE))
    return {"size": file.size, "sha256": found.hexdigest()}


def _put(path: Path, content: bytes) -> None:
    """Two servers may draw the same picture at once; each puts a whole file in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
        part.write(content)
    Path(part.name).replace(path)


class OnDisk:
    """A file beside a Telegram Desktop export."""

    def __init__(self, path: Path, dc: int) -> None:
        self.size = path.stat().st_size
        self.dc = dc
        self._path = path

    def read(self, offset: int, limit: int) -> bytes:
        with self._path.open("rb") as file:
            file.seek(offset)
            return file.read(limit)


class Filling:
    """Bytes without meaning, the same for the same name, of any size at no cost."""

    def __init__(self, name: str, size: int, dc: int, head: bytes = b"") -> None:
        self.size = size
        self.dc = dc
        self._block = head + hashlib.shake_128(name.encode()).digest(_BLOCK - len(head))

    def read(self, offset: int, limit: int) -> bytes:
        end = min(offset + limit, self.size)
        if end <= offset:
            return b""
        first = offset // _BLOCK
        content = b"".join(self._numbered(block) for block in range(first, (end - 1) // _BLOCK + 1))
        return content[offset - first * _BLOCK : end - first * _BLOCK]

    def _numbered(self, block: int) -> bytes:
        """Block 0 is as made, later ones end in their number: no two parts are equal."""
        return self._block if block == 0 else self._block[:-8] + block.to_bytes(8, "big")
