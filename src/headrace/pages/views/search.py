"""Search results with their matches marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from headrace.model.chat import Chat
from headrace.model.media import WebPage
from headrace.model.reading import Hit, Hits
from headrace.model.values import PeerKind
from headrace.pages.views.headers import author_of, glimpse, kind_of
from headrace.pages.views.scene import Frame, PeerView, Scene, TimeView
from headrace.transform.visible import ACTING


class HitView(NamedTuple):
    """``where`` is the channel, and says so of a comment."""

    author: PeerView
    at: TimeView
    url: str
    snippet: Markup
    where: str
    kind: str
    picture: str
    deleted: bool


def hit_views(frame: Frame, found: Hits) -> list[HitView]:
    return [_view(frame, found, hit) for hit in found.hits]


def _view(frame: Frame, found: Hits, hit: Hit) -> HitView:
    channel = frame.archived.get(hit.channel_id)
    chat = channel or Chat(id=hit.channel_id, kind=PeerKind.CHANNEL)
    scene, message = Scene(frame, chat, found.shown), hit.entry.message
    is_comment = hit.entry.chat_id != hit.channel_id
    routes = frame.routes
    url = routes.post(chat, hit.post)
    if is_comment:
        url = routes.comment(chat, hit.post, message.id)
    where = scene.peer(chat.id).name
    return HitView(
        author_of(scene, message, hit.entry.chat_id),
        scene.time(message.date),
        url,
        highlighted(hit.snippet, hit.marks),
        frame.language.t("search.comment_in", channel=where) if is_comment else where,
        _kind(scene, hit),
        glimpse(scene, message),
        hit.entry.deleted_at is not None,
    )


def _kind(scene: Scene, hit: Hit) -> str:
    message = hit.entry.message
    if isinstance(message.media, WebPage) or (message.media is None and hit.snippet):
        return ""
    return scene.language.t("reply.service") if message.action else kind_of(scene, message)


def highlighted(text: str, marks: Sequence[tuple[int, int]]) -> Markup:
    """Plain text with ``<mark>`` around the matches; ranges that make no sense are dropped."""
    parts, place = [], 0
    for start, end in sorted(marks):
        if not place <= start < end <= len(text):
            continue
        parts += [escape(_calm(text[place:start])), Markup("<mark>")]
        parts += [escape(_calm(text[start:end])), Markup("</mark>")]
        place = end
    return Markup("").join([*parts, escape(_calm(text[place:]))])


def _calm(text: str) -> str:
    return ACTING.sub("\ufffd", text)
