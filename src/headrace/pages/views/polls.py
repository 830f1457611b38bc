"""Polls, quizzes and lists of things to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from markupsafe import Markup

from headrace.model.media import Poll, PollAnswer, TodoItem, TodoList
from headrace.model.text import Styled
from headrace.pages.views.scene import PeerView, Scene, TimeView

_HUNDRED = 100


class AnswerView(NamedTuple):
    """An option; ``share`` in percent, nothing before anything is known."""

    text: Markup
    share: int | None
    voters: str
    chosen: bool
    correct: bool
    media: object = None


@dataclass(frozen=True, slots=True)
class PollView:
    """A poll with its bars, or a quiz with its answer."""

    shape: ClassVar[str] = "poll"

    question: Markup
    #: ``Anonymous quiz``, ``Final results`` …
    about: str
    answers: tuple[AnswerView, ...]
    total: str
    solution: Markup
    media: tuple[object, ...] = ()


class ItemView(NamedTuple):
    """A thing to do."""

    text: Markup
    by: PeerView | None
    at: TimeView | None
    is_done: bool


@dataclass(frozen=True, slots=True)
class TodoView:
    shape: ClassVar[str] = "todo"

    title: Markup
    items: tuple[ItemView, ...]
    done: str


def poll_view(scene: Scene, poll: Poll, media: dict[str, object]) -> PollView:
    """``media``: views of what hangs on the poll, by ``question``, ``solution``, or option."""
    votes = sum(answer.voters or 0 for answer in poll.answers)
    total = poll.total_voters if poll.total_voters is not None else votes
    t = scene.language.t
    kind = "quiz" if poll.quiz else "poll"
    about = [t(f"poll.{kind}.public" if poll.public else f"poll.{kind}.anonymous")]
    about += [t("poll.multiple")] if poll.multiple else []
    about += [t("poll.closed")] if poll.closed else []
    return PollView(
        _styled(scene, poll.question),
        ", ".join(about),
        tuple(_answer(scene, one, total, media.get(one.option.hex())) for one in poll.answers),
        t("poll.voters", total) if total or poll.total_voters is not None else t("poll.no_results"),
        _styled(scene, poll.solution),
        tuple(media[part] for part in ("question", "solution") if part in media),
    )


def _answer(scene: Scene, answer: PollAnswer, total: int, media: object) -> AnswerView:
    known = answer.voters is not None
    share = round((answer.voters or 0) * _HUNDRED / total) if known and total else None
    return AnswerView(
        scene.text(answer.text, answer.entities),
        min(share, _HUNDRED) if share is not None else None,
        scene.language.t("poll.votes", answer.voters) if answer.voters is not None else "",
        answer.chosen,
        answer.correct,
        media,
    )


def todo_view(scene: Scene, todo: TodoList) -> TodoView:
    items = tuple(_item(scene, one) for one in todo.items)
    done = sum(item.is_done for item in items)
    return TodoView(
        _styled(scene, todo.title),
        items,
        scene.language.t("todo.done", len(items), done=scene.language.number(done)),
    )


def _item(scene: Scene, item: TodoItem) -> ItemView:
    return ItemView(
        scene.text(item.text, item.entities),
        scene.peer(item.completed_by) if item.completed_by is not None else None,
        scene.time(item.completed) if item.completed is not None else None,
        item.completed is not None or item.completed_by is not None,
    )


def _styled(scene: Scene, styled: Styled) -> Markup:
    return scene.text(styled.text, styled.entities)
