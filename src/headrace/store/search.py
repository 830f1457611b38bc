"""Search: messages with all the words of a query, newest first or the best of the newest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, select

from headrace.errors import UsageError
from headrace.model.reading import Entry, Filter, Hit, Hits, Order, Shown
from headrace.model.values import PeerId
from headrace.store import hidden, indexing, messages, reading_threads, shown, threads, word_index
from headrace.store.site_tables import findable
from headrace.store.word_index import Asked
from headrace.transform.queries import Query, parse_query
from headrace.transform.ranking import Candidate, best_first
from headrace.transform.searchable import asked_of, in_chat, texts_of
from headrace.transform.snippets import snippet

#: The newest hits of which the best come first, and how many are counted.
RANKED = 5_000
COUNTED = 10_000

_AT = select(findable.c.place, findable.c.chat_id, findable.c.id).where(
    findable.c.place.in_(bindparam("places", expanding=True))
)


class _Place(NamedTuple):
    place: int
    chat_id: PeerId
    id: int


def search(
    connection: Connection,
    text: str,
    *,
    chats: Collection[PeerId] | None,
    filters: Filter,
    order: Order,
    after: str | None,
    limit: int,
) -> Hits:
    """Messages of these chats and of the discussions of these channels; of all that are shown.

    Raises:
        UsageError: ``after`` is not what a page ended with.
    """
    if after is not None:
        _numbers(after, 1 if order is Order.NEWEST else 2)
    query = parse_query(text)
    if not query.wanted or (chats is not None and not chats):
        return Hits(hits=(), shown=Shown(), total=0)
    index = word_index.of(connection)
    lo, hi = indexing.span(filters.since, filters.until)
    asked = _asked(connection, query, chats, filters)
    values = {**index.values(asked), "lo": lo, "hi": hi}
    counted = connection.scalar(_counting(index), values) or 0
    if order is Order.NEWEST:
        found, more = _newest(connection, values, after, limit)
    else:
        found, more = _best(connection, values, query, after, limit)
    return _hits(connection, query, found, counted, more)


def _asked(
    connection: Connection, query: Query, chats: Collection[PeerId] | None, filters: Filter
) -> Asked:
    one_of, none_of = asked_of(filters)
    hidden_chats = _with_groups(connection, hidden.chats(connection))
    if chats is not None:
        wanted = _with_groups(connection, chats) - hidden_chats
        # A chat that cannot be, so that nothing is found.
        one_of.append([in_chat(one) for one in sorted(wanted) or [0]])
    elif hidden_chats:
        none_of += [in_chat(one) for one in sorted(hidden_chats)]
    return Asked(query, one_of, none_of)


def _with_groups(connection: Connection, chats: Collection[PeerId]) -> set[PeerId]:
    return {*chats}.union(*(threads.groups_of(connection, one) for one in chats))


@cache
def _counting(index: word_index.WordIndex) -> Select[Any]:
    few = index.matching().limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(few)


@cache
def _places(index: word_index.WordIndex) -> Select[Any]:
    return index.matching(findable.c.place, findable.c.chat_id, findable.c.id).limit(
        bindparam("limit")
    )


@cache
def _candidates(index: word_index.WordIndex) -> Select[Any]:
    return index.matching(findable.c.place, findable.c.words).limit(RANKED)


def _newest(
    connection: Connection, values: Mapping[str, Any], after: str | None, limit: int
) -> tuple[list[_Place], str | None]:
    hi = values["hi"]
    if after is not None:
        hi = min(hi, _numbers(after, 1)[0] - 1)
    asked = {**values, "hi": hi, "limit": limit + 1}
    statement = _places(word_index.of(connection))
    found = [_Place(*row) for row in connection.execute(statement, asked)]
    return found[:limit], str(found[limit - 1].place) if len(found) > limit else None


def _best(
    connection: Connection,
    values: Mapping[str, Any],
    query: Query,
    after: str | None,
    limit: int,
) -> tuple[list[_Place], str | None]:
    """What came since the first page would move the others, so it is left out."""
    top, offset = (values["hi"], 0) if after is None else _numbers(after, 2)
    asked = {**values, "hi": min(values["hi"], top)}
    rows = connection.execute(_candidates(word_index.of(connection)), asked)
    candidates = [Candidate(row.place, row.words) for row in rows]
    ranked = best_first(query, candidates)
    chosen = ranked[offset : offset + limit]
    there = connection.execute(_AT, {"places": chosen}).all() if chosen else []
    by_place = {row.place: _Place(row.place, row.chat_id, row.id) for row in there}
    more = None
    if offset + limit < len(ranked):
        more = f"{candidates[0].place}.{offset + limit}"
    return [by_place[one] for one in chosen], more


def _numbers(after: str, count: int) -> Sequence[int]:
    parts = after.split(".")
    if len(parts) != count or not all(one.isascii() and one.isdigit() for one in parts):
        raise UsageError(
            "This is not where a page of results ended.",
            hint="Begin anew.",
            ru="Здесь страница результатов не кончалась.",
            hint_ru="Начните поиск заново.",
        )
    return [min(int(one[:20]), 2**63 - 1) for one in parts]


def _hits(
    connection: Connection,
    query: Query,
    found: Sequence[_Place],
    counted: int,
    more: str | None,
) -> Hits:
    in_chats: dict[PeerId, list[int]] = {}
    for one in found:
        in_chats.setdefault(one.chat_id, []).append(one.id)
    entries = {
        (chat_id, number): entry
        for chat_id, ids in in_chats.items()
        for number, entry in shown.entries(
            connection, chat_id, messages.by_ids(connection, chat_id, ids).values()
        ).items()
    }
    there = [entries[one.chat_id, one.id] for one in found if (one.chat_id, one.id) in entries]
    return Hits(
        hits=tuple(_hit(connection, query, one) for one in there),
        shown=shown.by(connection, there),
        total=min(counted, COUNTED),
        is_more=counted > COUNTED,
        after=more,
    )


def _hit(connection: Connection, query: Query, entry: Entry) -> Hit:
    message = entry.message
    place = None
    if message.thread_id is not None:
        place = reading_threads.post_of(connection, entry.chat_id, message.thread_id)
    channel, post = place or (entry.chat_id, message.id)
    text, marks = snippet(texts_of(message), query)
    return Hit(entry=entry, channel_id=channel, post=post, snippet=text, marks=marks)
