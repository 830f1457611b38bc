"""Jobs: what was asked of a server, and how far it had come when that was last written down."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, select

from headrace.model.coverage import Lease
from headrace.model.job import Job
from headrace.store import leases
from headrace.store.database import Rows
from headrace.store.statements import upsert
from headrace.store.tables import jobs

_COLUMNS = tuple(str(column.name) for column in jobs.columns)
_SELECT = select(jobs).order_by(jobs.c.created_at, jobs.c.id)
_PUT = upsert(jobs, keep=["created_at"])


class JobRows(Rows):
    """The jobs of the server that holds the lease ``jobs``."""

    async def jobs(self) -> list[Job]:
        """All that were not cleared, the oldest first."""
        return await self._database.read(list_all)

    async def save_jobs(self, lease: Lease, changed: Sequence[Job]) -> None:
        """Write jobs as they are now."""

        def put(connection: Connection) -> None:
            leases.check(connection, lease)
            save(connection, changed)

        await self._database.write(put)

    async def drop_jobs(self, lease: Lease, ids: Collection[str]) -> None:
        """Forget jobs."""

        def drop(connection: Connection) -> None:
            leases.check(connection, lease)
            connection.execute(delete(jobs).where(jobs.c.id.in_(ids)))

        await self._database.write(drop)


def list_all(connection: Connection) -> list[Job]:
    return [_job(row) for row in connection.execute(_SELECT)]


def save(connection: Connection, changed: Sequence[Job]) -> None:
    _PUT.run(connection, [_row(job) for job in changed])


def _row(job: Job) -> tuple[Any, ...]:
    values = msgspec.structs.asdict(job)
    values |= {name: msgspec.json.encode(values[name]).decode() for name in ("request", "progress")}
    return tuple(values[name] for name in _COLUMNS)


def _job(row: Any) -> Job:
    return msgspec.convert(dict(zip(_COLUMNS, row, strict=True)), Job)
