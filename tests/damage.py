"""Damages an archive once, at random, and takes the damage back."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from contextlib import closing, contextmanager

#: Tables that hold no content, with the reason.
NOT_CONTENT = {
    "leases": "who is at work",
    "claims": "how far a running import has come; a range without its claim is read again",
    "jobs": "work that was asked for",
    "unindexed": "work to do for the search",
    "watch": "up to where changes were told; without it, the next watch reads what the ledger "
    "lacks and looks at everything again that may have changed",
    "seals": "counted off the other tables",
    "alembic_version": "of the schema",
    "found_idx": "the way into the index of words; SQLite can do without some rows of it",
}


def flip(rng, archive):
    """One bit of one file."""
    path = _file(rng, archive)
    data = bytearray(path.read_bytes())
    data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    path.write_bytes(data)
    return f"bit flip in {path.name}"


def truncate(rng, archive):
    path = _file(rng, archive)
    size = path.stat().st_size
    os.truncate(path, rng.randrange(size))
    return f"{path.name} cut off"


def lengthen(rng, archive):
    """The wrong size on the disk."""
    path = _file(rng, archive)
    with path.open("ab") as file:
        file.write(rng.randbytes(rng.randrange(1, 5000)))
    return f"{path.name} too long"


def delete_file(rng, archive):
    path = _file(rng, archive)
    path.unlink()
    return f"{path.name} deleted"


def swap(rng, archive):
    """Two files under each other's names."""
    one, other = rng.sample(_files(archive, "media"), 2)
    spare = one.with_name("spare")
    one.rename(spare)
    other.rename(one)
    spare.rename(other)
    return f"{one.name} and {other.name} swapped"


def delete_row(rng, archive, table=None):
    """One row of any table that holds content."""
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as connection:
        names = [table] if table else tables(connection)
        table = rng.choice(names)
        keys = key_of(connection, table)
        count = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        chosen = connection.execute(
            f"SELECT {', '.join(keys)} FROM {table} LIMIT 1 OFFSET ?", (rng.randrange(count),)
        ).fetchone()
        where = " AND ".join(f"{key} = ?" for key in keys)
        assert connection.execute(f"DELETE FROM {table} WHERE {where}", chosen).rowcount == 1
    return f"row {chosen} of {table} deleted"


def of_table(name):
    """A kind of damage: a row of this table is deleted."""

    def lose(rng, archive):
        return delete_row(rng, archive, name)

    return lose


def miscount(rng, archive):
    """The wrong size in a row."""
    with closing(sqlite3.connect(archive / "archive.db", isolation_level=None)) as connection:
        keys = connection.execute(
            "SELECT key FROM files WHERE state = 'stored' ORDER BY key"
        ).fetchall()
        (key,) = rng.choice(keys)
        more = rng.choice([-1, 1]) * rng.randrange(1, 100)
        connection.execute("UPDATE files SET size = size + ? WHERE key = ?", (more, key))
    return f"size of {key} wrong by {more}"


KINDS = (flip, truncate, delete_file, delete_row, swap, lengthen, miscount)


@contextmanager
def once(rng, archive, safe, kind=None):
    """One damage of a kind (of any, if none is named), taken back; ``safe``: an untouched copy."""
    kind = kind or rng.choice(KINDS)
    yield kind.__name__, kind(rng, archive)
    restore(archive, safe)


def restore(archive, safe):
    """As the copy is: only what differs in size or time is copied again."""
    for path in safe.rglob("*"):
        target = archive / path.relative_to(safe)
        if path.is_file() and not (target.exists() and _same(path, target)):
            shutil.copy2(path, target)
    for name in ("archive.db-wal", "archive.db-shm"):
        (archive / name).unlink(missing_ok=True)
    shutil.copy2(safe / "archive.db", archive / "archive.db")
    for path in list(archive.rglob("*")):
        if path.is_file() and not (safe / path.relative_to(archive)).exists():
            path.unlink()


def _same(one, other):
    a, b = one.stat(), other.stat()
    return (a.st_size, a.st_mtime_ns) == (b.st_size, b.st_mtime_ns)


def tables(connection):
    """Every table of content that has rows."""
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        # A virtual table is its shadow tables.
        if name not in NOT_CONTENT.keys() | {"found"} and not name.startswith("sqlite_")
    ]
    return sorted(
        name for name in names if connection.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()
    )


def key_of(connection, table):
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return [name for _, name, _, _, _, place in columns if place]


def _file(rng, archive):
    return rng.choice(_files(archive, "media") + _files(archive, "thumbs"))


def _files(archive, folder):
    return sorted(path for path in (archive / folder).glob("??/*") if path.is_file())


def generator(seed):
    return random.Random(f"damage {seed}")
