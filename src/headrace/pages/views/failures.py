"""What has failed, chat by chat, and files: each with why, where it belongs, and what may help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from headrace.model.chat import Chat
from headrace.model.failed import Failed, FailedFile, FailedThread
from headrace.model.values import PeerId
from headrace.pages.routes import chat_name
from headrace.pages.views.channels import LISTED, reason, span
from headrace.pages.views.scene import Frame, may_be_fetched
from headrace.transform.visible import visible_line

Histories = Mapping[PeerId, Sequence[Mapping[str, Any]]]


class FailureView(NamedTuple):
    """``detail``: as a program says it."""

    url: str
    name: str
    why: str
    detail: str = ""
    #: Where to post the wish to have it; nothing where no wish helps.
    fetch: str = ""


class ChatFailuresView(NamedTuple):
    """``left``: how many more there are, in a sentence."""

    title: str
    url: str
    #: As an import is asked for.
    ref: str
    found: list[FailureView]
    left: str


def chat_failures(frame: Frame, histories: Histories, failed: Failed) -> list[ChatFailuresView]:
    """Failures of histories, and those of threads with the channel that these belong to."""
    threads: dict[PeerId, list[FailureView]] = {}
    for one in failed.threads:
        home = one.channel if one.channel in frame.archived else one.group
        threads.setdefault(home, []).append(_thread(frame, one))
    return [
        _chat(frame, chat, histories.get(chat.id, ()), threads.get(chat.id, []))
        for chat in frame.archived.values()
        if histories.get(chat.id) or chat.id in threads
    ]


def _chat(
    frame: Frame,
    chat: Chat,
    history: Sequence[Mapping[str, Any]],
    threads: list[FailureView],
) -> ChatFailuresView:
    found = [
        FailureView(
            frame.routes.post(chat, one["lo"]),
            f"#{span(one['lo'], one['hi'])}",
            reason(frame, one["reason"]),
            visible_line(one["detail"]),
        )
        for one in history[:LISTED]
    ]
    title = visible_line(chat.title) or chat_name(chat)
    left = more(frame, "activity.more_failures", len(history) - len(found))
    return ChatFailuresView(title, frame.routes.feed(chat), chat_name(chat), found + threads, left)


def _thread(frame: Frame, one: FailedThread) -> FailureView:
    channel, group = frame.archived.get(one.channel), frame.archived[one.group]
    if channel is None:
        url, name = frame.routes.post(group, one.lo), f"#{span(one.lo, one.hi)}"
    else:
        url = frame.routes.post(channel, one.post)
        name = frame.language.t("activity.thread", post=one.post)
    return FailureView(url, name, reason(frame, one.reason), visible_line(one.detail))


def file_failures(frame: Frame, failed: Failed) -> list[FailureView]:
    """Files with their kind and size, each leading to what shows it."""
    return [_file(frame, one) for one in failed.files if one.chat in frame.archived]


def _file(frame: Frame, one: FailedFile) -> FailureView:
    chat, routes, t = frame.archived[one.chat], frame.routes, frame.language.t
    place = routes.feed(chat) if one.message is None else routes.post(chat, one.message)
    title = visible_line(chat.title) or chat_name(chat)
    number = f" #{one.message}" if one.message is not None else ""
    size = f" ({frame.language.size(one.size)})" if one.size else ""
    return FailureView(
        place,
        f"{t(f'kind.{one.kind.value}')}{size}, {title}{number}",
        reason(frame, one.reason),
        fetch=routes.fetch(one.key) if may_be_fetched(one.key) else "",
    )


def more(frame: Frame, words: str, left: int) -> str:
    """How many are not listed; nothing where all are."""
    return frame.language.t(words, left) if left > 0 else ""
