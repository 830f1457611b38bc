"""The pages of the site: each asks the store once or twice and has the answer drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse

from headrace.errors import ChatNotFound
from headrace.jobs.runner import JobRunner
from headrace.model.chat import Chat
from headrace.model.reading import Filter, Order
from headrace.pages import render
from headrace.store.store import ArchiveStore
from headrace.web.cards import avatar_of, cards_of, job_facts
from headrace.web.chosen import Chosen
from headrace.web.frames import frame_of, html
from headrace.web.ports import Imports
from headrace.web.reader import Store, chat_of, moment

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

_MOST = 2**31 - 1
_Name = Annotated[str, Path(max_length=100)]
_Id = Annotated[int, Path(ge=-_MOST, le=_MOST)]
_Place = Annotated[int | None, Query(ge=-_MOST, le=_MOST)]
#: On a page of a thread: drawing one takes a third of a millisecond.
_COMMENTS = 50
_HITS = 20


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody asks for a page."""

    request: Request
    store: ArchiveStore
    frame: render.Frame

    @property
    def jobs(self) -> JobRunner:
        """The jobs of the site."""
        jobs: JobRunner = self.request.app.state.jobs
        return jobs

    @property
    def imports(self) -> Imports:
        """Whoever knows what is held of chats."""
        imports: Imports = self.request.app.state.imports
        return imports

    def answer(self, page: str, status: int = 200) -> HTMLResponse:
        """The page, with what its address chose for the next ones."""
        return html(self.request, page, status)


async def _visit(request: Request, store: Store) -> Visit:
    return Visit(request, store, await frame_of(request, store))


Visited = Annotated[Visit, Depends(_visit)]


@router.get("/")
async def home(visit: Visited) -> HTMLResponse:
    """All channels with what is held of them, and what is being imported."""
    cards = await cards_of(visit.store, visit.imports, visit.frame.archived.values())
    return visit.answer(render.render_channels(visit.frame, cards, job_facts(visit.jobs.jobs())))


@router.get("/activity")
async def activity(visit: Visited) -> HTMLResponse:
    """Jobs of all states, and what failed."""
    chats = [*visit.frame.archived]
    histories = await visit.imports.failures(chats)
    failed = await visit.store.failed(chats)
    jobs = job_facts(visit.jobs.jobs())
    return visit.answer(render.render_activity(visit.frame, jobs, histories, failed))


@router.get("/search")
async def search(
    visit: Visited,
    chosen: Chosen,
    q: Annotated[str, Query(max_length=1000)] = "",
    chat: Annotated[str, Query(max_length=100)] = "",
    order: Order = Order.NEWEST,
    after: Annotated[str | None, Query(max_length=60)] = None,
) -> HTMLResponse:
    """Messages with the words of a query, in one channel or in all."""
    where = await chat_of(visit.store, chat) if chat else None
    found = None
    if q.strip() or after:
        found = await visit.store.search(
            q,
            chats=[where.id] if where else None,
            filter=chosen.filter,
            order=order,
            after=after,
            limit=_HITS,
        )
    return visit.answer(
        render.render_search(
            visit.frame,
            q,
            found,
            chat=where,
            order=order,
            chosen=chosen.filter,
            usual=chosen.usual,
        )
    )


@router.get("/c/{name}")
async def feed(
    visit: Visited,
    chosen: Chosen,
    name: _Name,
    below: _Place = None,
    above: _Place = None,
    date: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """Posts of a channel, newest first: the newest, those beside a place, or from a date on."""
    try:
        chat = await chat_of(visit.store, name)
    except ChatNotFound:
        return await _not_shown(visit, name)
    if (when := moment(date)) is not None:
        place = await visit.store.at_date(chat.id, when)
        below, above = (None if place is None else place + 1), None
    page = await visit.store.posts(
        chat.id,
        below=None if above is not None else below,
        above=above,
        filter=chosen.filter,
    )
    months = await visit.store.months(chat.id)
    more: dict[str, Any] = {}
    if not page.posts:
        more["avatar"] = await avatar_of(visit.store, chat)
        if await _has_posts(visit.store, chat):
            more["place"] = {"below": below, "above": above}
    return visit.answer(
        render.render_feed(
            visit.frame, chat, page, months, chosen.filter, usual=chosen.usual, **more
        )
    )


async def _has_posts(store: ArchiveStore, chat: Chat) -> bool:
    """Whether anything of a chat can be shown, of whatever kind."""
    found = await store.posts(chat.id, limit=1, filter=Filter(include_system_messages=True))
    return bool(found.posts) or found.older is not None


@router.get("/c/{name}/{message_id}")
async def post(
    visit: Visited,
    chosen: Chosen,
    name: _Name,
    message_id: _Id,
    after: _Place = None,
    before: _Place = None,
    comment: _Place = None,
) -> HTMLResponse:
    """A post with a page of its comments, or why there is none."""
    try:
        chat = await chat_of(visit.store, name)
    except ChatNotFound:
        return await _not_shown(visit, name)
    page = await visit.store.thread(
        chat.id, message_id, after=after, before=before, comment=comment, limit=_COMMENTS
    )
    if page is None:
        return await _absent(visit, chat, message_id)
    group = page.comments[0].post.entries[0].chat_id if page.comments else chat.linked_chat_id
    talk = None if group is None else visit.frame.archived.get(group)
    thread = render.render_thread(visit.frame, chat, page, talk, usual=chosen.usual)
    return visit.answer(thread)


@router.get("/c/{name}/{message_id}/versions")
async def versions(visit: Visited, name: _Name, message_id: _Id) -> HTMLResponse:
    """What a post was before its edits."""
    try:
        chat = await chat_of(visit.store, name)
    except ChatNotFound:
        return await _not_shown(visit, name)
    page = await visit.store.thread(chat.id, message_id, limit=1)
    if page is None:
        return await _absent(visit, chat, message_id)
    found = [
        render.VersionFacts(
            text=one.text,
            entities=one.entities,
            media=one.media,
            edited=one.edited,
            replaced_at=one.replaced_at if one.version >= 0 else None,
        )
        for entry in page.post.entries
        if entry.versions
        for one in await visit.store.versions(chat.id, entry.message.id)
    ]
    return visit.answer(render.render_versions(visit.frame, chat, page, found))


async def _not_shown(visit: Visit, name: str) -> HTMLResponse:
    """A chat is hidden, or not in the archive."""
    try:
        chat = await chat_of(visit.store, name, or_hidden=True)
    except ChatNotFound:
        return visit.answer(render.render_unknown_chat(visit.frame, name), 404)
    return visit.answer(render.render_hidden_chat(visit.frame, chat), 404)


async def _absent(visit: Visit, chat: Chat, message_id: int) -> HTMLResponse:
    hidden = await visit.store.hidden_among(chat.id, [message_id])
    found = await visit.store.whereabouts(chat.id, message_id)
    state = "" if message_id not in hidden else "erased" if hidden[message_id] else "hidden"
    avatar = await avatar_of(visit.store, chat)
    page = render.render_absent(visit.frame, chat, message_id, found, state=state, avatar=avatar)
    return visit.answer(page, 404)
