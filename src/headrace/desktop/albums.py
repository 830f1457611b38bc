"""Albums, inferred: an export does not say which messages Telegram shows as one.

Messages are one album when their ids follow each other, they come from the same author
within a second of their neighbour, all carry media of a sort that goes together, at most one
has a caption, and only the first has reactions. Runs longer than an album can be are bulk
uploads and stay single.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from headrace.model.coverage import Failure
from headrace.model.media import Document, Photo
from headrace.model.message import Message

#: Telegram's largest album, and its smallest.
MAX_ITEMS = 10
_MIN_ITEMS = 2
#: An inferred album's id is this plus the id of its first message; Telegram's are not negative.
MARK = -(2**62)

_SORTS = {"video": "seen", "audio": "heard", "file": "file"}

Item = Message | Failure


def with_albums(items: Iterator[Item]) -> Iterator[Item]:
    """The same items in the same order; holds back no more than one album."""
    run: list[Message] = []
    is_too_long = False
    for item in items:
        if not isinstance(item, Message) or not (run and _belong_together(run, item)):
            yield from _closed(run, is_too_long=is_too_long)
            run, is_too_long = [], False
        if not isinstance(item, Message):
            yield item
            continue
        run.append(item)
        if len(run) > MAX_ITEMS:
            is_too_long = True
            yield run.pop(0)
    yield from _closed(run, is_too_long=is_too_long)


def _closed(run: list[Message], *, is_too_long: bool) -> Iterator[Message]:
    if len(run) < _MIN_ITEMS or is_too_long or sum(bool(one.text) for one in run) > 1:
        yield from run
        return
    album = MARK + run[0].id
    for one in run:
        yield msgspec.structs.replace(one, grouped_id=album, inferred_album=True)


def _belong_together(run: list[Message], after: Message) -> bool:
    before = run[-1]
    sort = _sort(before)
    return (
        sort != ""
        and sort == _sort(after)
        and after.id == before.id + 1
        and abs(after.date - before.date) <= 1
        and not after.reactions
        and not (after.buttons or before.buttons)
        and all(getattr(before, name) == getattr(after, name) for name in _SHARED)
    )


#: What all messages of an album have alike.
_SHARED = ("author", "signature", "forward", "reply", "via_bot_name")


def _sort(message: Message) -> str:
    """Photos and videos go together; documents only with documents, music only with music."""
    match message.media:
        case Photo():
            return "" if message.kind else "seen"
        case Document(role=role):
            return _SORTS.get(role, "")
    return ""
