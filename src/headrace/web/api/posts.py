"""``/api/posts``: the posts of a channel, one post, its comments; posting, hiding and erasing."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Discriminator, Tag

from headrace.errors import MessageNotStored, UsageError
from headrace.model.reading import Comment, ThreadPage
from headrace.store.store import ArchiveStore
from headrace.web.answers import answer, beside
from headrace.web.bodies import LIST, ONE, one_or_list
from headrace.web.erasing import erase
from headrace.web.post_json import entry_json, post_json, posts_json
from headrace.web.posting import PostIn, post_all
from headrace.web.reader import MessageId, PostFilters, Ref, Store, chat_of, held
from headrace.web.shapes import CheckOut, HiddenOut, PostedOut, PostOut, ThreadOut

router = APIRouter(prefix="/api/posts", tags=["posts"])

_PLACES = ("below", "above")
_Channel = Annotated[str, Path(min_length=1, max_length=100)]
_Id = Annotated[int, Path(ge=-(2**31), le=2**31 - 1)]
_Body = Annotated[
    Annotated[PostIn, Tag(ONE)] | Annotated[list[PostIn], Tag(LIST)], Discriminator(one_or_list)
]
_MOST_AT_ONCE = 500
#: Telegram does not tell which of the two.
_NOTHING = "never there, or deleted before headrace first looked"


@router.get("", response_model=list[PostOut])
async def posts(
    request: Request,
    store: Store,
    chosen: PostFilters,
    channel_id: Ref,
    below: MessageId | None = None,
    above: MessageId | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 30,
) -> Response:
    """Posts of a channel, newest first; an album counts as one and is never cut.

    ``Link: rel=next`` leads to the older ones, ``rel=prev`` to the newer. A page may be short
    before the end: it is over when there is no next link.
    """
    if below is not None and above is not None:
        raise UsageError("Give below or above, not both.")
    chat = await chat_of(store, channel_id)
    page = await store.posts(chat.id, below=below, above=above, limit=limit, filter=chosen)
    found = {
        "next": beside(request, _PLACES, below=page.older),
        "prev": beside(request, _PLACES, above=page.newer),
    }
    links = {name: url for name, url in found.items() if url is not None}
    return answer(posts_json(page.posts, page.shown), links=links)


@router.get("/check", response_model=CheckOut)
async def check(store: Store, channel_id: Ref, telegram_id: MessageId) -> Response:
    """Whether a message is stored, and if not, what became of it."""
    chat = await chat_of(store, channel_id)
    hidden = await store.hidden_among(chat.id, [telegram_id])
    found = await store.whereabouts(chat.id, telegram_id)
    state = found.state if telegram_id not in hidden else "hidden"
    return answer({
        "exists": found.state in ("stored", "deleted"),
        "state": "erased" if hidden.get(telegram_id) else state,
        "source": found.source,
        "reason": found.reason or None,
    })  # fmt: skip


@router.get("/{channel}/{telegram_id}", response_model=list[PostOut])
async def post(store: Store, channel: _Channel, telegram_id: _Id) -> Response:
    """One post: its message, or all those of its album."""
    chat = await chat_of(store, channel)
    page = await store.post(chat.id, telegram_id)
    if page is None:
        raise await _not_stored(store, chat.id, telegram_id)
    return answer(posts_json(page.posts, page.shown))


@router.get("/{channel}/{telegram_id}/comments", response_model=ThreadOut)
async def comments(
    store: Store,
    channel: _Channel,
    telegram_id: _Id,
    after: MessageId | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Response:
    """A post with its comments as a tree, in reading order.

    A page begins behind ``after``: comments whose parent is on an earlier page stand at the top
    and name it in ``parent_id``.
    """
    chat = await chat_of(store, channel)
    page = await store.thread(chat.id, telegram_id, after=after, limit=limit)
    if page is None:
        raise await _not_stored(store, chat.id, telegram_id)
    found = {"post": post_json(page.post, page.shown), "comments": _tree(page)}
    return answer({**found, "after": page.after})


@router.post("", response_model=list[PostedOut] | PostedOut)
async def add(store: Store, body: _Body) -> Response:
    """Store one post or a list of them; again is the same. The channel has to be there.

    They stand outside the ledger; what Telegram says of the same message goes before.
    """
    batch = body if isinstance(body, list) else [body]
    if len(batch) > _MOST_AT_ONCE:
        raise UsageError(f"At most {_MOST_AT_ONCE} posts at once.")
    found = await post_all(store, batch)
    return answer(found if isinstance(body, list) else found[0])


@router.delete("", response_model=HiddenOut)
async def remove(
    store: Store,
    channel_id: Ref,
    telegram_id: Annotated[list[int], Query(min_length=1, max_length=_MOST_AT_ONCE)],
    purge: bool = False,
) -> Response:
    """Hide messages: they stay in the archive, and no sync brings them back to light.

    ``purge=1`` erases their content and the files that nothing else names, and leaves a mark.
    """
    chat = await chat_of(store, channel_id)
    wanted = [one for one in telegram_id if -(2**31) <= one < 2**31]
    ids = [one for one in wanted if await store.message(chat.id, one) is not None]
    if not ids:
        raise MessageNotStored
    if purge:
        async with held(store, chat.id) as lease:
            gone = await store.purge(lease, chat.id, ids)
        await erase(store, gone)
    else:
        await store.hide(chat.id, ids)
    return answer({"hidden": sorted(ids), "purged": purge})


@router.post("/{channel}/{telegram_id}/show", response_model=HiddenOut)
async def show(store: Store, channel: _Channel, telegram_id: _Id) -> Response:
    """Show a hidden message again; what was erased stays hidden."""
    chat = await chat_of(store, channel)
    await store.show(chat.id, [telegram_id])
    left = await store.hidden_among(chat.id, [telegram_id])
    return answer({"hidden": sorted(left), "purged": any(left.values())})


def _tree(page: ThreadPage) -> list[dict[str, Any]]:
    """Comments inside what they answer, as far as that is on the page."""
    top: list[dict[str, Any]] = []
    there: dict[int, list[dict[str, Any]]] = {}
    for one in page.comments:
        mine = _comment(page, one)
        there[one.post.position] = mine["replies"]
        found = there.get(one.parent) if one.parent is not None else None
        (top if found is None else found).append(mine)
    return top


def _comment(page: ThreadPage, one: Comment) -> dict[str, Any]:
    """Of an album of comments the first has the place in the tree, the others come as replies."""
    first, *others = one.post.entries
    place = {"reply_to": page.post.position, "parent_id": one.parent}
    rest = {"reply_to": page.post.position, "parent_id": one.post.position}
    replies = [entry_json(entry, page.shown) | rest | {"replies": []} for entry in others]
    return entry_json(first, page.shown) | place | {"replies": replies}


async def _not_stored(store: ArchiveStore, chat_id: int, message_id: int) -> MessageNotStored:
    found = await store.whereabouts(chat_id, message_id)
    state = _NOTHING if found.state == "never there" else found.state
    why = f"{state}: {found.reason}" if found.reason else state
    return MessageNotStored(f"Message {message_id} is not shown ({why}).")
