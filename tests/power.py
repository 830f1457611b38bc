"""A disk that notes what it is told, and every state in which a power cut could leave it.

What was not synced may be there, in part or not at all: the bytes of a file until its ``fsync``,
the names in a folder until its ``sync_folder``. A rename between folders is two names. Folders
are there for certain, as ``make_folder`` promises.
"""

from __future__ import annotations

import itertools
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from headrace.blobs.files import LocalFile, LocalFiles


class RecordingFiles(LocalFiles):
    """Notes every change as (operation, …); inodes tell files apart."""

    def __init__(self) -> None:
        self.log: list[tuple[Any, ...]] = []
        self._inodes: dict[PurePath, int] = {}
        self._numbers = itertools.count()
        self._lock = threading.RLock()

    def commit(self, what: Any) -> None:
        """A row is on the disk."""
        self.log.append(("commit", what))

    def create(self, path, *, mode=0o600):
        with self._lock:
            return self._named(super().create(path, mode=mode), path)

    def open(self, path, *, mode=0o600):
        with self._lock:
            return self._named(super().open(path, mode=mode), path)

    def lock(self, path, *, create=False, wait=True):
        if create:
            self.open(path).close()
        return super().lock(path, create=create, wait=wait)

    def replace(self, source, target):
        with self._lock:
            super().replace(source, target)
            inode = self._inodes.pop(source)
            self._inodes[target] = inode
            self.log += [("name", target, inode), ("unname", source)]

    def link(self, source, target):
        with self._lock:
            super().link(source, target)
            self._inodes[target] = self._inodes[source]
            self.log.append(("name", target, self._inodes[source]))

    def unlink(self, path):
        with self._lock:
            super().unlink(path)
            if self._inodes.pop(path, None) is not None:
                self.log.append(("unname", path))

    def make_folder(self, path):
        super().make_folder(path)
        self.log.append(("folder", path))

    def sync_folder(self, path):
        super().sync_folder(path)
        self.log.append(("sync_folder", path))

    def _named(self, opened, path):
        if path not in self._inodes:
            self._inodes[path] = next(self._numbers)
            self.log.append(("name", path, self._inodes[path]))
        return RecordingFile(self, opened, path, self._inodes[path])


class RecordingFile(LocalFile):
    """A file of a ``RecordingFiles``."""

    def __init__(self, files, opened, path, inode):
        super().__init__(os.dup(opened._number), path)
        opened.close()
        self._files, self._inode = files, inode

    def write(self, content):
        at = os.fstat(self._number).st_size
        super().write(content)
        self._files.log.append(("write", self._inode, at, bytes(content)))

    def pwrite(self, content, offset):
        super().pwrite(content, offset)
        self._files.log.append(("write", self._inode, offset, bytes(content)))

    def truncate(self, size):
        super().truncate(size)
        self._files.log.append(("truncate", self._inode, size))

    def fsync(self):
        super().fsync()
        self._files.log.append(("fsync", self._inode))


@dataclass
class _Disk:
    """What is on the disk for certain, and what may be."""

    data: dict[int, bytearray] = field(default_factory=dict)
    names: dict[PurePath, int] = field(default_factory=dict)
    folders: set[PurePath] = field(default_factory=set)
    writes: list[tuple[Any, ...]] = field(default_factory=list)
    namings: list[tuple[Any, ...]] = field(default_factory=list)
    committed: list[Any] = field(default_factory=list)

    def take(self, step):
        match step:
            case ("write" | "truncate", *_):
                self.writes.append(step)
            case ("name" | "unname", *_):
                self.namings.append(step)
            case ("folder", path):
                self.folders.add(path)
            case ("commit", what):
                self.committed.append(what)
            case ("fsync", inode):
                mine = [one for one in self.writes if one[1] == inode]
                self.writes = [one for one in self.writes if one[1] != inode]
                _write(self.data, mine)
            case ("sync_folder", folder):
                mine = [one for one in self.namings if one[1].parent == folder]
                self.namings = [one for one in self.namings if one[1].parent != folder]
                _name(self.names, mine)

    def states(self):
        """(names, bytes) of each state that is tried."""
        for namings in _subsets(self.namings):
            names = dict(self.names)
            _name(names, namings)
            for writes, torn in self._writings():
                data = {inode: bytearray(content) for inode, content in self.data.items()}
                _write(data, writes, torn=torn)
                yield names, data

    def _writings(self):
        for kept in _subsets(self.writes):
            yield kept, False
        # The length of a file is kept, and the bytes are not.
        yield self.writes, True


#: How far back steps are lost one by one; older ones are there, or nothing is.
_RECENT = 5


def _subsets(steps):
    """None, and of the latest each beginning and all but one."""
    count = len(steps)
    recent = range(max(0, count - _RECENT), count)
    kept = {(), tuple(range(count))} | {tuple(range(n)) for n in recent}
    kept |= {tuple(one for one in range(count) if one != gone) for gone in recent}
    return [[steps[one] for one in places] for places in sorted(kept)]


def _write(data, steps, *, torn=False):
    for name, inode, at, *content in steps:
        held = data.setdefault(inode, bytearray())
        end = at + len(content[0]) if content else at
        held.extend(bytes(max(0, end - len(held))))
        if name == "truncate":
            del held[at:]
        elif not torn:
            held[at:end] = content[0]


def _name(names, steps):
    for name, path, *inode in steps:
        if name == "name":
            names[path] = inode[0]
        else:
            names.pop(path, None)


def states(log, root: PurePath):
    """(committed, files) for every instant at which the power may go, without repetition.

    ``files``: what to ``materialise``.
    """
    disk, seen = _Disk(), set()
    for step in [*log, ("end",)]:
        for names, data in disk.states():
            files = tuple(
                (path.relative_to(root), inode, bytes(data.get(inode, b"")))
                for path, inode in sorted(names.items())
            )
            key = (len(disk.committed), files)
            if key not in seen:
                seen.add(key)
                yield list(disk.committed), files
        disk.take(step)


def materialise(files, folder: Path) -> None:
    """Make the files of a state; names of one file are links."""
    made: dict[int, Path] = {}
    for name, inode, content in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if inode in made:
            path.hardlink_to(made[inode])
        else:
            path.write_bytes(content)
            made[inode] = path
