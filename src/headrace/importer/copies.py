"""Where the copies of posts begin in a discussion group, as far as the archive can tell."""

from __future__ import annotations

from headrace.importer.ports import Store
from headrace.model.coverage import HISTORY, IdRange

#: Posts whose copy may be gone before nothing is said.
_TRIES = 3


async def first_copy(store: Store, group_id: int, source: str) -> int:
    """The copy of the oldest post with open comments: no copy lies below it.

    1 where that cannot be known, because not all older posts were read.
    """
    channel_id = await store.discussion_of(group_id)
    if channel_id is None:
        return 1
    known = await store.coverage(channel_id, HISTORY, source)
    if not known or known[0].lo != 1:
        return 1
    span = IdRange(lo=1, hi=known[0].hi)
    for post in await store.oldest_open(channel_id, group_id, span, _TRIES):
        if copy := await store.root_of(channel_id, post):
            return copy
    return 1
