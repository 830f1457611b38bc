"""The archive folder: what marks it, what lies in it, and when to keep the hands off.

A folder is an archive by its ``headrace.toml``. Nothing is changed in a folder that is
not ours, cannot be written to, or belongs to a newer version.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import msgspec

from headrace.errors import ArchiveReadOnly, ArchiveTooNew, NotAnArchive
from headrace.model.files import FileOps, partial, write_whole
from headrace.store.migrate import HEAD

MARKER = "headrace.toml"
DATABASE = "archive.db"
_SCHEMA = int(HEAD)

_MARKER_TEXT = """\
# This folder is a headrace archive. Keep this file: it is how headrace knows it.
schema = {schema}
"""
_MEDIA_README = """\
The files of the archive, named after their content (SHA-256), in folders of the
first two digits. Which message a file belongs to, and the name that its sender gave
it, stand in archive.db. Do not rename the files.
"""


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """An archive folder that can be used."""

    path: Path
    #: Where the rows are if not in ``archive.db``: ``postgresql://…``.
    database_url: str | None = None
    #: As the marker says; older than this version's until it is brought up to date.
    schema: int = _SCHEMA

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.path / DATABASE


def find(path: Path) -> Archive | None:
    """The archive in a folder, or nothing where one could be made.

    Raises:
        NotAnArchive: something else is there.
        ArchiveTooNew, ArchiveReadOnly: it is one, but not for us.
    """
    if not path.exists():
        return None
    if not path.is_dir():
        raise NotAnArchive(f"{path} is a file, not a folder.", hint=_CHOOSE)
    if not os.access(path, os.R_OK | os.X_OK, effective_ids=_EFFECTIVE):
        raise ArchiveReadOnly(f"{path} cannot be read.", hint=_PERMISSIONS)
    if (path / MARKER).is_file():
        return _marked(path)
    if (path / DATABASE).exists():
        raise NotAnArchive(
            f"{path} has an {DATABASE} but no {MARKER}, which marks an archive.",
            hint=f"If it is yours, write a {MARKER} with the one line: schema = {_SCHEMA}",
        )
    if any(one != partial(path / MARKER) for one in path.iterdir()):
        raise NotAnArchive(f"{path} is not empty and no headrace archive.", hint=_CHOOSE)
    return None


def create(files: FileOps, path: Path, database_url: str | None = None) -> Archive:
    """Make an archive in a new or an empty folder.

    The marker comes first: what is interrupted from there on is known again, and finished
    by whoever opens it. Of two processes at once the second finds the archive of the first.
    """
    parent = next(one for one in (path, *path.parents) if one.exists())
    if not os.access(parent, os.W_OK | os.X_OK, effective_ids=_EFFECTIVE):
        raise ArchiveReadOnly(f"{parent} cannot be written to.", hint=_PERMISSIONS)
    files.make_folder(path)
    with files.lock(path):
        if (path / MARKER).is_file():
            return _marked(path)
        files.chmod(path, 0o700)
        text = _MARKER_TEXT.format(schema=_SCHEMA)
        if database_url:
            text += f"database = {msgspec.json.encode(database_url).decode()}\n"
        write_whole(files, path / MARKER, text.encode())
    return Archive(path=path, database_url=database_url)


def furnish(files: FileOps, archive: Archive) -> None:
    """Make what an archive has beside its marker and its rows, where it is missing."""
    readme = archive.path / "media" / "README.txt"
    if files.size(readme) is not None:
        return
    with files.lock(archive.path):
        files.make_folder(readme.parent)
        write_whole(files, readme, _MEDIA_README.encode())


def check_writable(archive: Archive) -> None:
    """Refuse, before anything is touched, an archive that this user cannot write to."""
    for one in (archive.path, archive.database):
        if one.exists() and not os.access(one, os.W_OK, effective_ids=_EFFECTIVE):
            raise ArchiveReadOnly(f"{one} cannot be written to.", hint=_PERMISSIONS)


def mark_schema(files: FileOps, archive: Archive) -> None:
    """Write this version's number into the marker, after a migration."""
    if archive.schema == _SCHEMA:
        return
    marker = archive.path / MARKER
    with files.lock(archive.path):
        text = files.read(marker).decode()
        text = re.sub(r"(?m)^schema\s*=.*$", f"schema = {_SCHEMA}", text)
        write_whole(files, marker, text.encode())


_CHOOSE = "Choose another folder: --archive DIR"
_PERMISSIONS = "Check its owner and mode, or choose another folder: --archive DIR"
_EFFECTIVE = os.access in os.supports_effective_ids


def _marked(path: Path) -> Archive:
    try:
        marker = tomllib.loads((path / MARKER).read_text(encoding="utf-8"))
        found = int(marker["schema"])
        url = marker.get("database")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise NotAnArchive(
            f"{path / MARKER} cannot be understood: {error}.",
            hint=f"Its first line should be: schema = {_SCHEMA}",
        ) from error
    if found > _SCHEMA:
        raise ArchiveTooNew(
            f"{path} was made by a newer headrace (schema {found}, this one knows {_SCHEMA})."
        )
    archive = Archive(path=path, database_url=url, schema=found)
    if url is None and not archive.database.exists() and _has_media(path):
        raise NotAnArchive(
            f"{path} has media but no {DATABASE}: the rows are missing.",
            hint=f"Bring {DATABASE} back from a backup, or choose another folder: --archive DIR",
        )
    return archive


def _has_media(path: Path) -> bool:
    media = path / "media"
    return media.is_dir() and any(one.is_dir() for one in media.iterdir())
