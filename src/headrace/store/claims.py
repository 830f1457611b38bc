"""Claims: the lanes of a running import, as the ledger knows them."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select

from headrace.model.coverage import Claim
from headrace.store.statements import upsert
from headrace.store.tables import claims

_UPSERT = upsert(claims)


def save(connection: Connection, claim: Claim, fence: int) -> None:
    """A claim is known by its chat, scope and upper end."""
    row = (claim.chat_id, claim.scope, claim.hi, claim.lo, claim.cursor, fence)
    _UPSERT.run(connection, [row])


def drop(connection: Connection, chat_id: int, scope: str) -> None:
    connection.execute(delete(claims).where(claims.c.chat_id == chat_id, claims.c.scope == scope))


def of_scope(connection: Connection, chat_id: int, scope: str) -> list[Claim]:
    fields = [claims.c[name] for name in Claim.__struct_fields__]
    rows = connection.execute(
        select(*fields)
        .where(claims.c.chat_id == chat_id, claims.c.scope == scope)
        .order_by(claims.c.hi)
    )
    return [Claim(**dict(zip(Claim.__struct_fields__, row, strict=True))) for row in rows]
