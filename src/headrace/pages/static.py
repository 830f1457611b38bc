"""Static files: styles, scripts and pictures of the site, under an address of their content."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from headrace.pages.geometry import STYLESHEET

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}


class Asset(NamedTuple):
    """A static file."""

    content: bytes
    type: str


@cache
def assets() -> dict[str, Asset]:
    """All static files by name, as in ``vendor/photoswipe.esm.min.js``."""
    found = {"geometry.css": Asset(STYLESHEET.encode(), _TYPES["css"])}
    _gather(files(__package__).joinpath("static"), "", found)
    return found


def _gather(folder: Traversable, path: str, found: dict[str, Asset]) -> None:
    for entry in folder.iterdir():
        name = f"{path}{entry.name}"
        if entry.is_dir():
            _gather(entry, f"{name}/", found)
        elif kind := _TYPES.get(entry.name.rpartition(".")[2]):
            found[name] = Asset(entry.read_bytes(), kind)


@cache
def prefix() -> str:
    """In front of the names: one hash of all files.

    So scripts find each other by relative names, and everything may be cached for ever.
    """
    found = hashlib.sha256()
    for name, asset in sorted(assets().items()):
        found.update(f"{name}\0{len(asset.content)}\0".encode())
        found.update(asset.content)
    return f"/static/{found.hexdigest()[:16]}"
