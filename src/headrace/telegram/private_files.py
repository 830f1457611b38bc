"""Files that only their owner may read: sessions, access hashes, learned limits."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def make_private_folder(folder: Path) -> None:
    """Create a folder with mode 0700; one that is there is left as it is."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_private(path: Path, content: bytes) -> None:
    """Put a file in place, mode 0600, whole or not at all, and on the disk when this returns."""
    make_private_folder(path.parent)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
