"""``/api/search``: words in posts and comments, newest first or the best of the newest."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from headrace.model.reading import Hit, Order, Shown
from headrace.web.answers import answer, beside
from headrace.web.post_json import entry_json
from headrace.web.reader import HitFilters, Store, chat_of
from headrace.web.shapes import HitsOut

router = APIRouter(prefix="/api/search", tags=["search"])


@router.get("", response_model=HitsOut)
async def search(
    request: Request,
    store: Store,
    chosen: HitFilters,
    q: Annotated[str, Query(max_length=1000)] = "",
    channel_id: Annotated[list[str] | None, Query(max_length=100)] = None,
    order: Order = Order.NEWEST,
    after: Annotated[str | None, Query(max_length=60)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Response:
    """Messages with all the words, their forms, and from four letters on what begins with them.

    ``"a phrase"`` is meant to the letter, ``-word`` must not be there; nothing else is syntax.
    Of a channel its comments are searched, too. ``Link: rel=next`` leads to the next page.
    """
    chats = None
    if channel_id is not None:
        chats = [(await chat_of(store, one)).id for one in channel_id]
    found = await store.search(q, chats=chats, filter=chosen, order=order, after=after, limit=limit)
    following = beside(request, ("after",), after=found.after)
    told = {
        "hits": [_hit(one, found.shown) for one in found.hits],
        "total": found.total,
        "is_more": found.is_more,
        "after": found.after,
    }
    return answer(told, links={"next": following} if following else None)


def _hit(one: Hit, shown: Shown) -> dict[str, Any]:
    return {
        "post": entry_json(one.entry, shown),
        "channel_id": str(one.channel_id),
        "post_id": one.post,
        "snippet": one.snippet,
        "marks": one.marks,
    }
