"""Who may read the files: those of accounts and of an archive are for their owner alone."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from headrace.model.check import Check, Standing
from headrace.model.files import FileOps

#: The rights of everybody but the owner.
_OTHERS = 0o077
#: So many paths are named; more are counted.
_NAMED = 3


def check_modes(files: FileOps, name: str, root: Path, *, fix: bool) -> Check:
    """Look for wider modes than 0700 and 0600; ``fix`` takes the surplus bits away.

    Links are not followed, and nothing but bits of modes is ever changed.
    """
    mended, wide = 0, []
    for path, surplus in _too_wide(root):
        try:
            if fix:
                files.chmod(path, stat.S_IMODE(path.lstat().st_mode) & ~surplus)
                mended += 1
                continue
        except OSError:
            pass
        wide.append(path)
    if wide:
        return Check(
            name=name,
            state=Standing.PROBLEM,
            text=f"others may read or change {_some(wide)}",
            mend="These belong to another user; ask their owner."
            if fix
            else "Take that right away: headrace doctor --fix",
        )
    done = f" ({mended} mended)" if mended else ""
    return Check(name=name, text=f"{root} is readable by you alone{done}")


def _too_wide(root: Path) -> Iterator[tuple[Path, int]]:
    """Folders and files with the bits that they have too many."""
    for path in (root, *sorted(root.rglob("*"))):
        mode = path.lstat().st_mode
        if mode & _OTHERS and (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
            yield path, mode & _OTHERS


def _some(paths: list[Path]) -> str:
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return ", ".join(map(str, paths[:_NAMED])) + more
