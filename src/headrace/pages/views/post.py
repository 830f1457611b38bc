"""A post: a message, or an album, with all that is shown of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from markupsafe import Markup

from headrace.model.media import WebPage
from headrace.model.message import Message
from headrace.model.reading import Comment, Entry, Post
from headrace.model.thread import Thread
from headrace.pages.text import emoji_only
from headrace.pages.views.actions import ServiceView, service_view
from headrace.pages.views.albums import AlbumView, album_view
from headrace.pages.views.cards import dumped
from headrace.pages.views.headers import (
    ButtonView,
    ForwardView,
    ReactionView,
    ReplyView,
    author_of,
    button_view,
    forward_view,
    reaction_view,
    reply_view,
)
from headrace.pages.views.media import media_view
from headrace.pages.views.scene import PeerView, Scene, TimeView
from headrace.transform.visible import visible_line

_DEEPEST = 5


class Words(NamedTuple):
    """A text of a post; an album may have one for each of its messages."""

    id: int
    html: Markup
    is_big: bool


class CommentsView(NamedTuple):
    """The line below a post that leads to its comments."""

    text: str
    url: str
    faces: tuple[PeerView, ...]
    #: Why not all of those that Telegram counts are here.
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """``anchor`` is its id in the page; ``level`` its depth among comments."""

    id: int
    chat_id: int
    anchor: str
    url: str
    telegram: str
    author: PeerView
    at: TimeView
    words: tuple[Words, ...]
    signature: str = ""
    via: str = ""
    forward: ForwardView | None = None
    reply: ReplyView | None = None
    #: The view of its media; none where there is an album.
    media: object = None
    album: AlbumView | None = None
    #: Media stand below the words.
    words_first: bool = False
    service: ServiceView | None = None
    reactions: tuple[ReactionView, ...] = ()
    buttons: tuple[tuple[ButtonView, ...], ...] = ()
    views: str = ""
    forwards: str = ""
    edited: TimeView | None = None
    versions: str = ""
    deleted: TimeView | None = None
    #: ``pinned``, ``from an export`` … in words.
    marks: tuple[str, ...] = ()
    #: What this version does not show, in sentences.
    notes: tuple[str, ...] = ()
    more: str = ""
    comments: CommentsView | None = None
    level: int = 0
    #: Anchors of the other messages of its album.
    anchors: tuple[str, ...] = ()


def post_view(scene: Scene, post: Post, *, comment: Comment | None = None) -> PostView:
    """A post of the chat, or a comment on one."""
    first = post.entries[0]
    message = next((one.message for one in post.entries if one.message.text), first.message)
    chat = scene.chat
    here = (
        scene.frame.routes.post(chat, post.position)
        if comment is None or chat.id in scene.frame.archived
        else ""
    )
    is_album = len(post.entries) > 1
    answers_post = comment is not None and not comment.level
    kind = "p" if comment is None else "m"
    media = None
    if not is_album and first.message.media is not None:
        media = media_view(scene, first.message.media, first.message)
    return PostView(
        id=post.position,
        chat_id=chat.id,
        anchor=f"{kind}{post.position}",
        anchors=tuple(f"{kind}{one.message.id}" for one in post.entries[1:]),
        url=here,
        telegram=scene.frame.routes.telegram(chat, post.position),
        author=author_of(scene, first.message, chat.id),
        at=scene.time(first.message.date),
        words=_words(scene, post),
        media=media,
        album=album_view(scene, post) if is_album else None,
        words_first=_words_first(first.message),
        service=service_view(scene, first.message) if first.message.action else None,
        comments=_comments(scene, post) if comment is None else None,
        level=min(comment.level, _DEEPEST) if comment else 0,
        **_around(scene, post, first, message, answers_post=answers_post),
    )


def _words(scene: Scene, post: Post) -> tuple[Words, ...]:
    return tuple(
        Words(
            message.id,
            scene.text(message.text, message.entities),
            message.media is None and emoji_only(message.text, message.entities),
        )
        for message in (entry.message for entry in post.entries)
        if message.text
    )


def _words_first(message: Message) -> bool:
    """A preview stands below the words, and pictures above them; ``invert_media`` turns it."""
    return isinstance(message.media, WebPage) != message.invert_media


def _around(
    scene: Scene, post: Post, first: Entry, message: Message, *, answers_post: bool
) -> dict[str, Any]:
    """What stands around words and media; that a comment answers its post goes without saying."""
    head = first.message
    reactions = next((one.message.reactions for one in post.entries if one.message.reactions), ())
    edited = max(0 if e.message.edit_hidden else e.message.edited or 0 for e in post.entries)
    versions = sum(entry.versions for entry in post.entries)
    t, short = scene.language.t, scene.language.short
    plain = answers_post and head.reply is not None and head.reply.quote is None
    return {
        "signature": visible_line(message.signature or head.signature),
        "via": scene.peer(head.via_bot).name if head.via_bot else visible_line(head.via_bot_name),
        "forward": forward_view(scene, head.forward) if head.forward else None,
        "reply": reply_view(scene, head.reply) if head.reply and not plain else None,
        "reactions": tuple(reaction_view(scene, one) for one in reactions),
        "buttons": tuple(tuple(button_view(scene, b) for b in row) for row in message.buttons),
        "views": short(head.views) if head.views is not None else "",
        "forwards": short(head.forwards) if head.forwards else "",
        "edited": scene.time(edited) if edited else None,
        "versions": t("post.versions", versions) if versions else "",
        "deleted": scene.time(first.deleted_at) if first.deleted_at is not None else None,
        "marks": _marks(scene, first),
        "notes": tuple(note for entry in post.entries for note in _notes(scene, entry.message)),
        "more": dumped(head.extra) if head.extra else "",
    }


def _marks(scene: Scene, entry: Entry) -> tuple[str, ...]:
    message, t = entry.message, scene.language.t
    flags = ("pinned", "silent", "noforwards", "from_scheduled")
    marks = [t(f"mark.{flag}") for flag in flags if getattr(message, flag)]
    marks += [t(f"mark.{entry.source}")] if entry.source != "telegram" else []
    marks += [t("mark.stars", message.stars)] if message.stars else []
    return tuple(marks)


def _notes(scene: Scene, message: Message) -> list[str]:
    t = scene.language.t
    notes = [
        t("note.restricted", why=visible_line(one.text or one.reason or one.platform))
        for one in message.restrictions
    ]
    if checked := fact_of(message):
        notes.append(t("note.factcheck", text=checked))
    if message.kind == "unsupported":
        notes.append(t("note.unsupported_all"))
    return notes + [
        t("note.unsupported", what=visible_line(f"{one.where} {one.constructor}"))
        for one in message.unsupported
    ]


def fact_of(message: Message) -> str:
    """What fact checkers say of it."""
    checked = message.extra.get("factcheck")
    styled = checked.get("text") if isinstance(checked, dict) else None
    return visible_line(str(styled.get("text", ""))) if isinstance(styled, dict) else ""


def _comments(scene: Scene, post: Post) -> CommentsView | None:
    thread = post.comments
    if thread is None or not (thread.expected or thread.stored):
        return None
    recent = next(
        (e.message.replies.recent for e in post.entries if e.message.replies is not None), ()
    )
    return CommentsView(
        stored_of(scene, thread),
        scene.frame.routes.post(scene.chat, post.position) + "#comments",
        tuple(scene.peer(one) for one in recent[:3]),
        missing_of(scene, thread),
    )


def stored_of(scene: Scene, thread: Thread) -> str:
    """``5 comments``, or how many of them are here."""
    t, number = scene.language.t, scene.language.number
    if thread.stored >= thread.expected:
        return t("comments.all", thread.stored)
    return t("comments.some", thread.expected, stored=number(thread.stored))


def missing_of(scene: Scene, thread: Thread) -> tuple[str, ...]:
    return tuple(
        scene.language.t(f"comments.missing.{reason}", count)
        for reason, count in thread.missing.items()
    )
