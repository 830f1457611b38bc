"""A disk that breaks on purpose: real files underneath, and faults at chosen operations."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager

from headrace.blobs.files import LocalFile, LocalFiles

#: Reading and asking; a full disk allows them.
READS = {
    "read", "size", "pread", "names", "free_space", "disk_size", "lock",
    "links", "changed", "resolved",
}  # fmt: skip
#: Changing the disk; a full one may refuse them.
WRITES = {
    "create",
    "open",
    "write",
    "pwrite",
    "truncate",
    "fsync",
    "replace",
    "link",
    "clone",
    "set_time",
    "make_folder",
}


class FaultyFiles(LocalFiles):
    """Counts the operations, notes them, and fails the one that it is told to fail."""

    def __init__(self, number=0, *, fails=None, lasting=False, only=None):
        """Fail operation ``fails`` (from 1) with errno ``number``; all from there if ``lasting``.

        ``only``: the names of the operations that count; all of them if none are named.
        """
        self.number = number
        self.fails = fails
        self.lasting = lasting
        self.only = only
        #: What was asked for, in order: (operation, path).
        self.log = []
        #: What was failed.
        self.failed = []
        self._lock = threading.Lock()

    def reached(self, name, path):
        """One more operation, before it is done."""
        if self.only is not None and name not in self.only:
            return
        with self._lock:
            self.log.append((name, str(path)))
            count = len(self.log)
            due = self.fails is not None and (
                count == self.fails or (self.lasting and count > self.fails)
            )
            if due:
                self.failed.append((name, str(path)))
        if due:
            raise OSError(self.number, os.strerror(self.number), str(path))

    def create(self, path, *, mode=0o600):
        self.reached("create", path)
        return FaultyFile(self, super().create(path, mode=mode))

    def open(self, path, *, mode=0o600):
        self.reached("open", path)
        return FaultyFile(self, super().open(path, mode=mode))

    def read(self, path):
        self.reached("read", path)
        return super().read(path)

    def size(self, path):
        self.reached("size", path)
        return super().size(path)

    def replace(self, source, target):
        self.reached("replace", target)
        super().replace(source, target)

    def link(self, source, target):
        self.reached("link", target)
        super().link(source, target)

    def clone(self, source, target):
        self.reached("clone", target)
        super().clone(source, target)

    def set_time(self, path, seconds):
        self.reached("set_time", path)
        super().set_time(path, seconds)

    def links(self, path):
        self.reached("links", path)
        return super().links(path)

    def resolved(self, path):
        self.reached("resolved", path)
        return super().resolved(path)

    def changed(self, path):
        self.reached("changed", path)
        return super().changed(path)

    def unlink(self, path):
        self.reached("unlink", path)
        super().unlink(path)

    def chmod(self, path, mode):
        self.reached("chmod", path)
        super().chmod(path, mode)

    def remove_folder(self, path):
        self.reached("remove_folder", path)
        super().remove_folder(path)

    def make_folder(self, path):
        if not path.is_dir():
            self.reached("make_folder", path)
        super().make_folder(path)

    def sync_folder(self, path):
        self.reached("sync_folder", path)
        super().sync_folder(path)

    def names(self, path):
        self.reached("names", path)
        return super().names(path)

    def free_space(self, path):
        self.reached("free_space", path)
        return super().free_space(path)

    def disk_size(self, path):
        self.reached("disk_size", path)
        return super().disk_size(path)

    @contextmanager
    def lock(self, path, *, create=False, wait=True):
        self.reached("lock", path)
        with super().lock(path, create=create, wait=wait):
            yield


class FaultyFile(LocalFile):
    """A file of a ``FaultyFiles``."""

    def __init__(self, files, opened):
        super().__init__(os.dup(opened._number), opened._path)
        opened.close()
        self._files = files

    def write(self, content):
        self._torn("write", content, lambda part: super(FaultyFile, self).write(part))

    def pwrite(self, content, offset):
        self._torn("pwrite", content, lambda part: super(FaultyFile, self).pwrite(part, offset))

    def pread(self, size, offset):
        self._files.reached("pread", self._path)
        return super().pread(size, offset)

    def truncate(self, size):
        self._files.reached("truncate", self._path)
        super().truncate(size)

    def fsync(self):
        self._files.reached("fsync", self._path)
        super().fsync()

    def _torn(self, name, content, put):
        """A write that fails has written half, as it does on a disk that fills up."""
        try:
            self._files.reached(name, self._path)
        except OSError:
            put(memoryview(content)[: len(content) // 2])
            raise
        put(content)
