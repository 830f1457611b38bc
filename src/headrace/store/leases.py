"""Leases: the right to write to a resource, with a fence that only grows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from headrace.errors import ArchiveBusy, LeaseLost
from headrace.model.coverage import Lease
from headrace.store import owner as owners
from headrace.store import seals
from headrace.store.statements import insert_missing
from headrace.store.tables import claims, leases

#: What the one server of an archive holds; whoever works on a chat holds ``chat:ID``.
JOBS = "jobs"
#: A holder that does not renew for this long has lost its lease.
TTL_SECONDS = 60

_CHAT = "chat:"
_ADD = insert_missing(leases)
_STANDING = select(leases.c.resource, leases.c.fence, leases.c.owner).where(
    leases.c.resource.startswith(_CHAT)
)


class Standing(NamedTuple):
    """The fence of the last holder of a chat, and whether it may still write.

    What is told of a chat is as it was while nobody may write and the fence is the same.
    """

    fence: int = 0
    is_held: bool = False


def acquire(
    connection: Connection, resource: str, owner: str, *, now: int, ttl: int = TTL_SECONDS
) -> Lease:
    """Take the lease; a dead process of this host is replaced at once.

    Raises:
        ArchiveBusy: another process holds it.
    """
    _ADD.run(connection, [(resource, "", 0, 0, 0)])
    row = connection.execute(
        select(leases).where(leases.c.resource == resource).with_for_update()
    ).one()
    if row.owner and row.until > now and not owners.is_dead(row.owner):
        raise _busy(resource, f"{owners.describe(row.owner)}, since {_clock_time(row.since)}")
    fence = row.fence + 1
    connection.execute(
        update(leases)
        .where(leases.c.resource == resource)
        .values(owner=owner, fence=fence, since=now, until=now + ttl)
    )
    _drop_older_claims(connection, resource, fence)
    if (chat_id := _chat_of(resource)) is not None:
        seals.break_of(connection, chat_id)
    return Lease(resource=resource, owner=owner, fence=fence, until=now + ttl)


def renew(connection: Connection, lease: Lease, *, now: int, ttl: int = TTL_SECONDS) -> Lease:
    check(connection, lease)
    until = now + ttl
    connection.execute(
        update(leases).where(leases.c.resource == lease.resource).values(until=until)
    )
    return Lease(resource=lease.resource, owner=lease.owner, fence=lease.fence, until=until)


def release(connection: Connection, lease: Lease) -> None:
    """Give the lease back and seal what it was for; nothing happens when it is no longer ours."""
    given = connection.execute(
        update(leases)
        .where(
            leases.c.resource == lease.resource,
            leases.c.fence == lease.fence,
            leases.c.owner == lease.owner,
        )
        .values(owner="", until=0)
    )
    chat_id = _chat_of(lease.resource)
    if given.rowcount and chat_id is not None:
        seals.seal(connection, chat_id, shared=not is_anyone_at_work(connection))


def _busy(resource: str, who: str) -> ArchiveBusy:
    if resource == JOBS:
        return ArchiveBusy(
            f"Another headrace serves this archive already ({who}).",
            hint="Use that one, or end it first.",
        )
    return ArchiveBusy(
        f"Another import of this channel is running ({who}).",
        hint="Wait until it has finished or stop it; then run the same command again.",
    )


_HOLDER = select(leases.c.owner, leases.c.fence).with_for_update()


def check(connection: Connection, lease: Lease) -> None:
    """Hold the lease's row until the transaction ends.

    So writers of one lease follow each other, and none can be overtaken by a new holder.

    Raises:
        LeaseLost: somebody else took it over.
    """
    row = connection.execute(_HOLDER.where(leases.c.resource == lease.resource)).first()
    if row is None or row.fence != lease.fence or row.owner != lease.owner:
        raise LeaseLost


def _drop_older_claims(connection: Connection, resource: str, fence: int) -> None:
    if (chat_id := _chat_of(resource)) is not None:
        connection.execute(
            delete(claims).where(claims.c.chat_id == chat_id, claims.c.fence < fence)
        )


def _chat_of(resource: str) -> int | None:
    kind, _, chat_id = resource.partition(":")
    return int(chat_id) if kind == "chat" else None


def is_anyone_at_work(connection: Connection) -> bool:
    """Whether somebody may still write; one whose time has run out may, until overtaken.

    A server writes nothing of a chat but under that chat's lease.
    """
    found = connection.scalars(
        select(leases.c.owner).where(leases.c.owner != "", leases.c.resource != JOBS)
    )
    return any(not owners.is_dead(owner) for owner in found)


def standing(connection: Connection) -> dict[int, Standing]:
    """How it stands with the lease of each chat on which anybody has worked."""
    rows = connection.execute(_STANDING)
    return {
        int(row.resource.removeprefix(_CHAT)): Standing(
            row.fence, bool(row.owner) and not owners.is_dead(row.owner)
        )
        for row in rows
    }


def _clock_time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
