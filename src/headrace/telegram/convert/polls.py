"""Polls and to-do lists: what is offered, and what people made of it, matched by option or id."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from headrace.model.media import (
    Media,
    Poll,
    PollAnswer,
    PollResult,
    TodoCompletion,
    TodoItem,
    TodoList,
)
from headrace.model.text import Styled
from headrace.model.values import PeerId
from headrace.telegram.convert.text import convert_entities, convert_styled
from headrace.telegram.convert.values import marked, unix

ToMedia = Callable[[Any], Media | None]


def convert_poll(media: Any, to_media: ToMedia) -> Poll:
    """A ``MessageMediaPoll``; ``to_media`` converts what is attached to it."""
    poll, results = media.poll, media.results
    votes = {one.option: one for one in results.results or ()}
    offered = {answer.option for answer in poll.answers}
    others = [one for one in results.results or () if one.option not in offered]
    return Poll(
        id=str(poll.id),
        question=convert_styled(poll.question),
        answers=tuple([_answer(one, votes.get(one.option), to_media) for one in poll.answers]),
        other_results=tuple([PollResult(option=one.option, **_votes(one)) for one in others]),
        quiz=bool(poll.quiz),
        closed=bool(poll.closed),
        public=bool(poll.public_voters),
        multiple=bool(poll.multiple_choice),
        open_answers=bool(poll.open_answers),
        revoting_disabled=bool(poll.revoting_disabled),
        shuffle=bool(poll.shuffle_answers),
        hide_results=bool(poll.hide_results_until_close),
        subscribers_only=bool(poll.subscribers_only),
        countries=tuple(poll.countries_iso2 or ()),
        close_period=poll.close_period,
        close_date=unix(poll.close_date),
        total_voters=results.total_voters,
        recent=_peers(results.recent_voters),
        solution=Styled(
            text=results.solution or "", entities=convert_entities(results.solution_entities)
        ),
        solution_media=to_media(results.solution_media),
        media=to_media(media.attached_media),
        min=bool(results.min),
    )


def _answer(answer: Any, votes: Any, to_media: ToMedia) -> PollAnswer:
    return PollAnswer(
        option=answer.option,
        text=answer.text.text or "",
        entities=convert_entities(answer.text.entities),
        media=to_media(answer.media),
        added_by=marked(answer.added_by),
        date=unix(answer.date),
        **_votes(votes),
    )


def _votes(votes: Any) -> dict[str, Any]:
    if votes is None:
        return {}
    return {
        "voters": votes.voters,
        "chosen": bool(votes.chosen),
        "correct": bool(votes.correct),
        "recent": _peers(votes.recent_voters),
    }


def _peers(found: Iterable[Any] | None) -> tuple[PeerId, ...]:
    ids = [marked(peer) for peer in found or ()]
    return tuple([one for one in ids if one is not None])


def convert_todo(media: Any) -> TodoList:
    """A ``MessageMediaToDo``."""
    todo = media.todo
    done = {one.id: one for one in media.completions or ()}
    listed = {item.id for item in todo.list}
    others = [one for one in media.completions or () if one.id not in listed]
    return TodoList(
        title=convert_styled(todo.title),
        items=tuple([_item(item, done.get(item.id)) for item in todo.list]),
        other_completions=tuple([TodoCompletion(id=one.id, **_completion(one)) for one in others]),
        others_can_append=bool(todo.others_can_append),
        others_can_complete=bool(todo.others_can_complete),
    )


def _item(item: Any, completion: Any) -> TodoItem:
    return TodoItem(
        id=item.id,
        text=item.title.text or "",
        entities=convert_entities(item.title.entities),
        **_completion(completion),
    )


def _completion(completion: Any) -> dict[str, Any]:
    if completion is None:
        return {}
    by = marked(completion.completed_by)
    return {"completed_by": by, "completed": unix(completion.date)}
