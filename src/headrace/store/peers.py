"""Peers: whoever is named in a message; minimal data never overwrites full data."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from headrace.model.chat import Peer
from headrace.store.statements import upsert
from headrace.store.tables import peers

_FIELDS = tuple(Peer.__struct_fields__)
_UPSERT = upsert(peers, minimal="minimal")
#: Peers whose rows are known to be as they are now; a peer is about 300 bytes.
_REMEMBERED = 20_000


class RecentPeers:
    """Peers written lately, so that the same peer is not written with each page.

    ``remember`` only what was committed.
    """

    def __init__(self, size: int = _REMEMBERED) -> None:
        self._size = size
        self._peers: OrderedDict[int, Peer] = OrderedDict()

    def unwritten(self, found: Iterable[Peer]) -> list[Peer]:
        """Those that would change a row, ordered by id (so that no two writers deadlock)."""
        return sorted((peer for peer in found if self._is_news(peer)), key=lambda peer: peer.id)

    def remember(self, written: Iterable[Peer]) -> None:
        for peer in written:
            self._peers[peer.id] = peer
            self._peers.move_to_end(peer.id)
        while len(self._peers) > self._size:
            self._peers.popitem(last=False)

    def _is_news(self, peer: Peer) -> bool:
        known = self._peers.get(peer.id)
        return known is None or (known != peer and not (peer.minimal and not known.minimal))


def save(connection: Connection, found: Sequence[Peer]) -> None:
    _UPSERT.run(connection, [_row(peer) for peer in found])


def get(connection: Connection, ids: Collection[int]) -> list[Peer]:
    """Those of the ids that are known, by id."""
    rows = connection.execute(
        select(*(peers.c[name] for name in _FIELDS)).where(peers.c.id.in_(ids)).order_by(peers.c.id)
    )
    return [msgspec.convert(dict(zip(_FIELDS, row, strict=True)), Peer) for row in rows]


# The table's columns are the fields, in their order.
assert list(_FIELDS) == peers.columns.keys()


def _row(peer: Peer) -> tuple[Any, ...]:
    return tuple(getattr(peer, name) for name in _FIELDS)
