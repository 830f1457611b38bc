"""Who holds a lease: ``host:pid:start``, where start tells a process from its successors."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def owner_name() -> str:
    """The name of this process."""
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{_start(pid)}"


def describe(owner: str) -> str:
    """For people: ``process 123 on host``; any other name as it is."""
    parts = owner.rsplit(":", 2)
    return f"process {parts[1]} on {parts[0]}" if len(parts) == 3 else owner  # noqa: PLR2004


def is_dead(owner: str) -> bool:
    """Whether the owner was a process of this host that is gone; unknown counts as alive."""
    parts = owner.rsplit(":", 2)
    if len(parts) != 3 or parts[0] != socket.gethostname() or not parts[1].isdigit():  # noqa: PLR2004
        return False
    pid = int(parts[1])
    if not _exists(pid):
        return True
    now = _start(pid)
    return bool(now and parts[2] and now != parts[2])


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _start(pid: int) -> str:
    """The start time in clock ticks where the system tells it (Linux), or nothing."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    # A zombie has ended; only its parent has not asked yet.
    return "ended" if fields[0] == "Z" else fields[19]
