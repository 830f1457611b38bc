"""What stands around the words of a message: forwards, answers, reactions, buttons."""

from __future__ import annotations

from typing import Any, NamedTuple

from markupsafe import Markup

from headrace.model.media import Document, Photo, Poll, TodoList
from headrace.model.message import Forward, Message, Reaction, Reply
from headrace.model.reading import Entry
from headrace.model.text import Styled
from headrace.pages.views.scene import PeerView, Scene, TimeView
from headrace.transform.links import safe_url
from headrace.transform.spoilers import covered
from headrace.transform.visible import visible_line

_SHORT = 120


class ForwardView(NamedTuple):
    """``url``: the first origin, in the archive if it is there."""

    source: PeerView
    url: str
    is_outside: bool
    signature: str
    at: TimeView | None
    notice: str


class ReplyView(NamedTuple):
    """``url`` is empty where what is answered cannot be reached; ``text`` says why."""

    author: PeerView | None
    url: str
    text: str
    quote: Markup
    picture: str


class ReactionView(NamedTuple):
    emoji: str
    times: str
    #: Where a custom emoji is.
    picture: str
    title: str


class ButtonView(NamedTuple):
    text: str
    url: str
    title: str


def forward_view(scene: Scene, forward: Forward) -> ForwardView:
    known = forward.from_id is not None
    source = (
        scene.peer(forward.from_id, "")
        if forward.from_id is not None
        else scene.nobody(forward.name or forward.saved_from_name)
    )
    url, outside = source.url, source.is_outside
    if known and forward.post is not None and source.url:
        chat = scene.frame.archived.get(source.id)
        url = scene.frame.routes.post(chat, forward.post) if chat else f"{url}/{forward.post}"
    notice = scene.language.t("forward.imported") if forward.imported else ""
    if forward.psa:
        notice = scene.language.t("forward.psa", kind=visible_line(forward.psa))
    at = scene.time(forward.date) if forward.date is not None else None
    return ForwardView(source, url, outside, visible_line(forward.signature), at, notice)


def reply_view(scene: Scene, reply: Reply) -> ReplyView | None:
    """Nothing for what only says to which topic a message belongs."""
    quote = scene.text(reply.quote.text, reply.quote.entities) if reply.quote else Markup()
    if reply.story_id is not None:
        author = scene.peer(reply.peer) if reply.peer is not None else None
        return ReplyView(author, "", scene.language.t("reply.story"), quote, "")
    chat_id = reply.peer if reply.peer is not None else scene.chat.id
    if reply.msg_id is None:
        return ReplyView(None, "", scene.language.t("reply.elsewhere"), quote, "")
    if reply.forum_topic and reply.top_id is None:
        return None
    chat = scene.chat if chat_id == scene.chat.id else scene.frame.archived.get(chat_id)
    url = scene.frame.routes.post(chat, reply.msg_id) if chat else ""
    if scene.thread is not None and chat_id == scene.chat.id:
        url = scene.frame.routes.comment(*scene.thread, reply.msg_id)
    answered = scene.shown.answered.get((chat_id, reply.msg_id))
    if answered is not None:
        author = author_of(scene, answered.message, chat_id)
        return ReplyView(
            author, url, short(scene, answered), quote, glimpse(scene, answered.message)
        )
    author = scene.peer(chat_id) if chat_id != scene.chat.id else None
    if chat is None and author and author.url:
        url = f"{author.url}/{reply.msg_id}"
    return ReplyView(author, url, scene.language.t("reply.not_here"), quote, "")


def author_of(scene: Scene, message: Message, chat_id: int) -> PeerView:
    """Who speaks: in a channel the channel itself, unless a post names somebody."""
    return scene.peer(message.author if message.author is not None else chat_id)


def short(scene: Scene, entry: Entry) -> str:
    """A message in one line, spoilers covered."""
    message = entry.message
    text = visible_line(covered(message.text, message.entities)).strip()
    if text:
        return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
    if message.action is not None:
        return scene.language.t("reply.service")
    return kind_of(scene, message)


def kind_of(scene: Scene, message: Message) -> str:
    """What a message without words is."""
    match message.media:
        case Photo():
            return scene.language.t("kind.photo")
        case Document(role=role) if scene.language.knows(f"kind.{role}"):
            return scene.language.t(f"kind.{role}")
        case Poll(question=question):
            return f"{scene.language.t('poll.poll.public')}: {_line(question)}"
        case TodoList(title=title):
            return _line(title)
    return scene.language.t("reply.message")


def _line(styled: Styled) -> str:
    return visible_line(covered(styled.text, styled.entities))


def glimpse(scene: Scene, message: Message) -> str:
    """The picture of a message, small; none of what stands behind a spoiler."""
    match message.media:
        case Photo(file=file, spoiler=False) | Document(file=file, spoiler=False):
            return scene.picture(file)
    return ""


def reaction_view(scene: Scene, reaction: Reaction) -> ReactionView:
    count = scene.language.short(reaction.count)
    full = scene.language.number(reaction.count)
    if reaction.type == "emoji":
        return ReactionView(visible_line(reaction.emoji), count, "", full)
    if reaction.type == "paid":
        return ReactionView("⭐", count, "", full)
    picture = scene.text_emoji(reaction.document_id)
    return ReactionView("" if picture else "◌", count, picture, full)


def button_view(scene: Scene, button: dict[str, Any]) -> ButtonView:
    """Only links lead anywhere; an archive has no bot to ask."""
    kind = str(button.get("type", ""))
    url = safe_url(str(button.get("url", ""))) if kind in ("url", "url_auth") else ""
    title = url or scene.language.t("button.dead")
    return ButtonView(visible_line(str(button.get("text", ""))), url, title)
