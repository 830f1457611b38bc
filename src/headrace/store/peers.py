"""Peers: whoever is named in a message; minimal data never overwrites full data.

What an export says of a peer is minimal and yields to anything that Telegram says.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, literal_column, select

from headrace.model.chat import Peer
from headrace.model.coverage import DESKTOP, TELEGRAM
from headrace.store.statements import upsert
from headrace.store.tables import peers

_FIELDS = tuple(Peer.__struct_fields__)
_DESKTOP: ColumnElement[str] = literal_column(f"'{DESKTOP}'")
_NOTHING: ColumnElement[str] = literal_column("''")


def _overwrites(old: Any, new: Any) -> ColumnElement[bool]:
    """As ``_is_news``, for rows; those of exports are minimal."""
    was_exported: ColumnElement[bool] = old.source == _DESKTOP
    by_telegram = (new.source != _DESKTOP) & (old.minimal | ~new.minimal)
    by_export = was_exported & ((new.name != _NOTHING) | (old.name == _NOTHING))
    overwrites: ColumnElement[bool] = by_telegram | by_export
    return overwrites


_UPSERT = upsert(peers, when=_overwrites)
#: Peers whose rows are known to be as they are now; a peer is about 300 bytes.
_REMEMBERED = 20_000


class RecentPeers:
    """Peers written lately, so that the same peer is not written with each page.

    ``remember`` only what was committed.
    """

    def __init__(self, size: int = _REMEMBERED) -> None:
        self._size = size
        self._peers: OrderedDict[int, tuple[Peer, str]] = OrderedDict()

    def unwritten(self, found: Iterable[Peer], source: str) -> list[Peer]:
        """Those that would change a row, ordered by id (so that no two writers deadlock)."""
        news = (peer for peer in found if self._is_news(peer, source))
        return sorted(news, key=lambda peer: peer.id)

    def remember(self, written: Iterable[Peer], source: str) -> None:
        for peer in written:
            self._peers[peer.id] = (peer, source)
            self._peers.move_to_end(peer.id)
        while len(self._peers) > self._size:
            self._peers.popitem(last=False)

    def _is_news(self, peer: Peer, source: str) -> bool:
        """Telegram goes before exports, full before minimal, and no export takes a name away."""
        known, told_by = self._peers.get(peer.id, (None, source))
        if known is None:
            return True
        if source == DESKTOP:
            lacks_name = bool(known.name) and not peer.name
            return told_by == DESKTOP and known != peer and not lacks_name
        if told_by == DESKTOP:
            return True
        return known != peer and (known.minimal or not peer.minimal)


def save(connection: Connection, found: Sequence[Peer], source: str = TELEGRAM) -> None:
    _UPSERT.run(connection, [_row(peer, source) for peer in found])


def get(connection: Connection, ids: Collection[int]) -> list[Peer]:
    """Those of the ids that are known, by id."""
    rows = connection.execute(
        select(*(peers.c[name] for name in _FIELDS)).where(peers.c.id.in_(ids)).order_by(peers.c.id)
    )
    return [msgspec.convert(dict(zip(_FIELDS, row, strict=True)), Peer) for row in rows]


# The table's columns are the fields, in their order, and the source.
assert [*_FIELDS, "source"] == peers.columns.keys()


def _row(peer: Peer, source: str) -> tuple[Any, ...]:
    if source == DESKTOP and not peer.minimal:
        peer = msgspec.structs.replace(peer, minimal=True)
    return (*(getattr(peer, name) for name in _FIELDS), source)
