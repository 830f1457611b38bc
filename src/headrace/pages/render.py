"""Rendering: pages from view models. Pure: nothing is read but templates.

Each function gives a whole page as text. The site serves them; a static export writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound

from headrace.model.chat import Chat
from headrace.model.failed import Failed
from headrace.model.proof import Whereabouts
from headrace.model.reading import Entry, Filter, Hits, Month, PostPage, Shown, ThreadPage
from headrace.model.values import FileKey, PeerKind
from headrace.pages.routes import chat_name, short_id
from headrace.pages.views.channels import (
    STAGES,
    ChannelFacts,
    JobFacts,
    channel_view,
    is_live,
    job_view,
    reason,
)
from headrace.pages.views.failures import Histories, chat_failures, file_failures, more
from headrace.pages.views.feeds import empty_view, kept, needed
from headrace.pages.views.months import year_views
from headrace.pages.views.post import missing_of, post_view, stored_of
from headrace.pages.views.scene import Frame, Scene
from headrace.pages.views.search import hit_views
from headrace.pages.views.versions import VersionFacts, version_views
from headrace.transform.visible import visible_line

__all__ = ["ChannelFacts", "Frame", "JobFacts", "VersionFacts"]

_ALL, _NOTHING = Filter(), Failed()


class _Templates(BaseLoader):
    """The templates beside this module; they cannot change while it runs."""

    def get_source(self, _environment: Environment, template: str) -> tuple[str, str, Any]:
        path = files(__package__).joinpath("templates", *template.split("/"))
        if not path.is_file():
            raise TemplateNotFound(template)
        return path.read_text(encoding="utf-8"), template, lambda: True


@cache
def _environment() -> Environment:
    return Environment(
        loader=_Templates(),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _render(frame: Frame, template: str, **values: Any) -> str:
    page = _environment().get_template(template)
    return page.render(
        frame=frame,
        t=frame.language.t,
        lang=frame.language.code,
        routes=frame.routes,
        static=frame.routes.static,
        words=frame.language.beginning(
            "date.", "of.", "script.", "state.", "stage.", "wait.", "size.", "kind."
        ),
        **values,
    )


def render_channels(
    frame: Frame, channels: Sequence[ChannelFacts], jobs: Sequence[JobFacts] = ()
) -> str:
    """The first page: jobs that run, the import box, and a card for each chat."""
    views = [job_view(frame, job) for job in jobs]
    groups = {one.chat.linked_chat_id for one in channels if one.chat.kind is PeerKind.CHANNEL}
    ordered = sorted(channels, key=lambda one: one.chat.id in groups)
    return _render(
        frame,
        "channels.html",
        channels=[channel_view(frame, one) for one in ordered],
        jobs=[view for view in views if is_live(view.state) or view.state != "succeeded"],
        stages=STAGES,
    )


def render_job(frame: Frame, job: JobFacts) -> str:
    """The card of one job, to be put in the place of an older one."""
    return _render(frame, "job.html", job=job_view(frame, job))


def render_feed(
    frame: Frame,
    chat: Chat,
    page: PostPage,
    months: Sequence[Month] = (),
    chosen: Filter = _ALL,
    *,
    usual: Filter = _ALL,
    avatar: FileKey | None = None,
    place: Mapping[str, int | None] | None = None,
) -> str:
    """Posts, newest first; ``months`` is the scrubber.

    ``usual``: what is shown where nothing is chosen. Needed only where there is no post:
    ``avatar``, the picture of the chat, and ``place``, ``below`` and ``above`` of the page where
    the chat has posts elsewhere.
    """
    shown = _with(page.shown, (entry for one in page.posts for entry in one.entries))
    if avatar:
        shown = msgspec.structs.replace(shown, avatars=shown.avatars | {chat.id: avatar})
    scene = Scene(frame, chat, shown)
    return _render(
        frame,
        "feed.html",
        chat=chat,
        name=chat_name(chat),
        face=scene.peer(chat.id),
        posts=[post_view(scene, post) for post in page.posts],
        empty=empty_view(frame, chat, chosen, usual, place),
        page=page,
        years=year_views(frame, chat, months, kept(chosen, usual)),
        chosen=chosen,
        is_filtered=chosen != usual,
        kept=kept(chosen, usual),
    )


def _with(shown: Shown, entries: Iterable[Entry]) -> Shown:
    """What stands on the page itself can be answered there, too."""
    here = {(one.chat_id, one.message.id): one for one in entries}
    return msgspec.structs.replace(shown, answered=shown.answered | here)


def render_thread(
    frame: Frame,
    chat: Chat,
    page: ThreadPage,
    group: Chat | None = None,
    *,
    usual: Filter = _ALL,
) -> str:
    """A post with its comments; ``group``: where these were written; ``usual`` as of a feed."""
    posts = (page.post, *(one.post for one in page.comments))
    shown = _with(page.shown, (entry for one in posts for entry in one.entries))
    scene = Scene(frame, chat, shown)
    talk = Scene(frame, group or chat, shown, thread=(chat, page.post.position))
    thread = page.post.comments
    return _render(
        frame,
        "thread.html",
        chat=chat,
        name=chat_name(chat),
        face=scene.peer(chat.id),
        post=post_view(scene, page.post),
        in_feed=frame.routes.feed(chat, below=page.post.position + 1, **needed(page.post, usual)),
        comments=[post_view(talk, one.post, comment=one) for one in page.comments],
        page=page,
        stored=stored_of(scene, thread) if thread else "",
        missing=missing_of(scene, thread) if thread else (),
    )


def render_versions(
    frame: Frame, chat: Chat, page: ThreadPage, versions: Sequence[VersionFacts]
) -> str:
    """A post as it is, and what it was before."""
    scene = Scene(frame, chat, page.shown)
    return _render(
        frame,
        "versions.html",
        chat=chat,
        name=chat_name(chat),
        face=scene.peer(chat.id),
        post=post_view(scene, page.post),
        versions=version_views(scene, page.post.entries[0].message, versions),
        since=scene.time(min(one.first_seen_at for one in page.post.entries)),
    )


def render_search(
    frame: Frame,
    query: str,
    found: Hits | None,
    *,
    chat: Chat | None = None,
    order: str = "newest",
    chosen: Filter = _ALL,
    usual: Filter = _ALL,
    problem: str = "",
) -> str:
    """Results of a search in one chat or in all; none before anything was asked.

    ``usual``: what is found where nothing is chosen.
    """
    asked = {"q": query, "chat": chat_name(chat) if chat else "", "order": order}
    return _render(
        frame,
        "search.html",
        query=query,
        found=found,
        hits=hit_views(frame, found) if found else [],
        chat=chat,
        chats=sorted(frame.archived.values(), key=lambda one: one.title.casefold()),
        chat_name=chat_name,
        order=order,
        asked=asked,
        chosen=chosen,
        is_filtered=chosen != usual,
        kept=asked | kept(chosen, usual),
        problem=problem,
    )


def render_activity(
    frame: Frame, jobs: Sequence[JobFacts], histories: Histories, failed: Failed = _NOTHING
) -> str:
    """Jobs of all states, and what failed: of histories ``lo hi reason detail`` as ``status``."""
    threads_left = failed.threads_count - len(failed.threads)
    return _render(
        frame,
        "activity.html",
        jobs=[job_view(frame, job) for job in jobs],
        chats=chat_failures(frame, histories, failed),
        threads_left=more(frame, "activity.more_threads", threads_left),
        files=file_failures(frame, failed),
        files_left=more(frame, "activity.more_files", failed.files_count - len(failed.files)),
    )


def render_absent(
    frame: Frame,
    chat: Chat,
    message_id: int,
    found: Whereabouts,
    *,
    state: str = "",
    avatar: FileKey | None = None,
) -> str:
    """Why an id has no page, and the button that helps; ``state``: ``hidden`` or ``erased``.

    ``avatar``: the picture of the chat, where it is stored.
    """
    scene = Scene(frame, chat, Shown(avatars={chat.id: avatar} if avatar else {}))
    state = state or found.state.replace(" ", "_")
    return _render(
        frame,
        "absent.html",
        chat=chat,
        name=chat_name(chat),
        face=scene.peer(chat.id),
        id=message_id,
        state=state,
        at=scene.time(found.at) if found.at is not None else None,
        why=reason(frame, found.reason) if found.reason else "",
        detail=visible_line(found.detail),
        telegram=frame.routes.telegram(chat, message_id),
        ref=f"@{chat.username}" if chat.username else short_id(chat.id),
    )


def render_unknown_chat(frame: Frame, name: str) -> str:
    """Nothing of a chat is in the archive; it may be imported from here."""
    return _render(frame, "unknown.html", name=visible_line(name))


def render_hidden_chat(frame: Frame, chat: Chat) -> str:
    """A chat is in the archive, and somebody chose not to show it; it may be shown from here."""
    return _render(
        frame, "hidden.html", chat=chat, name=visible_line(chat.title) or chat_name(chat)
    )


def render_login(frame: Frame, problem: str = "") -> str:
    """Asks for the token that the server has printed; one behind ``#token=`` is taken at once."""
    return _render(frame, "login.html", problem=problem)


def render_error(frame: Frame, message: str, hint: str = "", *, status: int = 500) -> str:
    """What failed, why, and what to do."""
    return _render(frame, "error.html", message=message, hint=hint, status=status)


def render_no_page(frame: Frame) -> str:
    """The address leads nowhere."""
    return render_error(frame, frame.language.t("error.no_page"), status=404)
