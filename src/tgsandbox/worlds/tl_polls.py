"""Polls and to-do lists in TL.

Results are sent in another order than the answers, so that a client has to match them by
their option.
"""

from __future__ import annotations

import base64
from typing import Any

from telethon.tl import types

from tgsandbox.worlds import ids, tl_generic, tl_text
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.locations import Locations

_RESULT_KEYS = ("voters", "chosen", "correct", "recent")


def poll(content: Content, locations: Locations) -> Any:
    """``MessageMediaPoll``."""
    return types.MessageMediaPoll(
        poll=types.Poll(
            id=int(content["id"]),
            question=tl_text.styled(content.get("question")),
            answers=[_answer(one, locations) for one in content.get("answers", [])],
            hash=0,
            closed=content.get("closed"),
            public_voters=content.get("public"),
            multiple_choice=content.get("multiple"),
            quiz=content.get("quiz"),
            open_answers=content.get("open_answers"),
            revoting_disabled=content.get("revoting_disabled"),
            shuffle_answers=content.get("shuffle"),
            hide_results_until_close=content.get("hide_results"),
            subscribers_only=content.get("subscribers_only"),
            close_period=content.get("close_period"),
            close_date=content.get("close_date"),
            countries_iso2=content.get("countries"),
        ),
        results=_results(content, locations),
        attached_media=_media(content.get("media"), locations),
    )


def _answer(content: Content, locations: Locations) -> Any:
    return types.PollAnswer(
        text=tl_text.styled(content),
        option=base64.b64decode(content["option"]),
        media=_media(content.get("media"), locations),
        added_by=ids.peer(content["added_by"]) if "added_by" in content else None,
        date=content.get("date"),
    )


def _results(content: Content, locations: Locations) -> Any:
    counted = [
        answer
        for answer in reversed(content.get("answers", []))
        if any(key in answer for key in _RESULT_KEYS)
    ]
    solution = content.get("solution")
    return types.PollResults(
        min=content.get("min"),
        results=[_result(one) for one in [*counted, *content.get("other_results", [])]] or None,
        total_voters=content.get("total_voters"),
        recent_voters=_peers(content.get("recent")),
        solution=solution["text"] if solution else None,
        # The two stand under one flag: without entities the list is empty, not absent.
        solution_entities=(tl_text.entities(solution.get("entities")) or []) if solution else None,
        solution_media=_media(content.get("solution_media"), locations),
    )


def _result(content: Content) -> Any:
    counted = "voters" in content
    return types.PollAnswerVoters(
        option=base64.b64decode(content["option"]),
        chosen=content.get("chosen"),
        correct=content.get("correct"),
        voters=content.get("voters"),
        # Under one flag with the count.
        recent_voters=(_peers(content.get("recent")) or []) if counted else None,
    )


def todo(content: Content, _: Locations) -> Any:
    """``MessageMediaToDo``; completions come in another order than the items."""
    items = content.get("items", [])
    done = [item for item in reversed(items) if "completed_by" in item]
    return types.MessageMediaToDo(
        todo=types.TodoList(
            title=tl_text.styled(content.get("title")),
            list=[types.TodoItem(item["id"], tl_text.styled(item)) for item in items],
            others_can_append=content.get("others_can_append"),
            others_can_complete=content.get("others_can_complete"),
        ),
        completions=[
            types.TodoCompletion(item["id"], ids.peer(item["completed_by"]), item["completed"])
            for item in [*done, *content.get("other_completions", [])]
        ]
        or None,
    )


def _media(content: Content | None, locations: Locations) -> Any:
    return tl_generic.value_of("MessageMedia", content, locations) if content else None


def _peers(marked_ids: list[int] | None) -> list[Any] | None:
    return [ids.peer(one) for one in marked_ids] if marked_ids else None
