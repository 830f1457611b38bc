"""How a file of the archive gets another name: as a clone, a hard link, or a copy."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

from headrace.model.files import FileOps, partial

_CHUNK = 1 << 20
#: The disk cannot do it, or not between these two places; a copy can.
_CANNOT = frozenset(
    (
        errno.EOPNOTSUPP,
        errno.ENOTTY,
        errno.EXDEV,
        errno.EINVAL,
        errno.ENOSYS,
        errno.EPERM,
        errno.EMLINK,
        errno.EACCES,
    )
)


class Way(StrEnum):
    """How a file was put in its place."""

    #: Shares its blocks until one of both is changed.
    CLONED = "cloned"
    #: Another name for the archive's own file: who changes it changes the archive.
    LINKED = "linked"
    COPIED = "copied"


@dataclass(slots=True)
class Copier:
    """Puts files in their places; what a disk has refused once is not tried again."""

    files: FileOps
    may_link: bool = True
    may_clone: bool = True

    def put(self, source: PurePath, target: PurePath, date: int) -> Way:
        """A file under its new name, whole, with its date; raises ``OSError``.

        A hard link shares its date with the archive's file, so it is only made where no other
        message has given it another.
        """
        if self.may_clone:
            try:
                self._made(lambda to: self.files.clone(source, to), target, date)
            except OSError as error:
                if error.errno not in _CANNOT:
                    raise
                self.may_clone = False
            else:
                return Way.CLONED
        if self.may_link and self._is_linked(source, target, date):
            return Way.LINKED
        self._made(lambda to: self._copy(source, to), target, date)
        return Way.COPIED

    def _is_linked(self, source: PurePath, target: PurePath, date: int) -> bool:
        if self._is_dated_otherwise(source, date):
            return False
        try:
            self._made(lambda to: self.files.link(source, to), target, date)
        except OSError as error:
            if error.errno not in _CANNOT:
                raise
            self.may_link = error.errno == errno.EMLINK
            return False
        return True

    def _is_dated_otherwise(self, source: PurePath, date: int) -> bool:
        """Whether another name of the file has been given another date."""
        return self.files.links(source) > 1 and self.files.changed(source) != date

    def _made(self, make: Callable[[PurePath], object], target: PurePath, date: int) -> None:
        unfinished = partial(target)
        self.files.unlink(unfinished)
        try:
            make(unfinished)
            self.files.set_time(unfinished, date)
            self.files.replace(unfinished, target)
            # Of two names of one file neither takes the other's place.
            self.files.unlink(unfinished)
        except BaseException:
            with suppress(OSError):
                self.files.unlink(unfinished)
            raise
        self.files.sync_folder(target.parent)

    def _copy(self, source: PurePath, target: PurePath) -> None:
        size = self.files.size(source) or 0
        with self.files.open(source) as old, self.files.create(target) as new:
            for offset in range(0, size, _CHUNK):
                new.write(old.pread(_CHUNK, offset))
            new.fsync()
