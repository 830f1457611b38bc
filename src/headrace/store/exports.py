"""What exports say beside Telegram: versions of their own, numbered from -1 (the newest) down.

For each message and edit date the archive knows one statement of the exports, the one that was
imported last. Where Telegram has not spoken, the latest of them is the row. A statement that
Telegram has made, too, now or earlier, is not kept. So what is kept depends on what both
sources said, and not on which was read first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec
from sqlalchemy import Connection, bindparam, delete, literal_column

from headrace.model.message import Message
from headrace.model.page import Saved
from headrace.store import files, messages
from headrace.store.edits import Change
from headrace.store.messages import Version
from headrace.store.rows import json_text, split_media
from headrace.store.statements import for_each, upsert
from headrace.store.tables import message_versions
from headrace.transform.sources import Said, is_repeated, lacks_file

_ADD = upsert(message_versions)
_DROP = for_each(
    ["b_chat", "b_id"],
    delete(message_versions).where(
        message_versions.c.chat_id == bindparam("b_chat"),
        message_versions.c.id == bindparam("b_id"),
        message_versions.c.version < literal_column("0"),
    ),
)


_Words = TypeVar("_Words", Message, Version)


class _Statements(NamedTuple):
    """What exports said of a message, to keep beside its row."""

    message_id: int
    before: list[Version]
    after: list[Version]


def give_way(connection: Connection, chat_id: int, changes: Sequence[Change], now: int) -> Saved:
    """Telegram's words take the rows of exports: keep what it did not say."""
    found = _versions(connection, chat_id, changes)
    return _keep(
        connection,
        chat_id,
        [
            _settled(change.new.id, found, _replaced(change, now), [said(change.new)])
            for change in changes
        ],
    )


def succeed(connection: Connection, chat_id: int, changes: Sequence[Change], now: int) -> Saved:
    """A later export takes the rows of earlier ones: keep what was edited since."""
    found = _versions(connection, chat_id, changes)
    steps = []
    for change in changes:
        is_edited = (change.old.message.edited or 0) != (change.new.edited or 0)
        own = _replaced(change, now) if is_edited else None
        steps.append(_settled(change.new.id, found, own, []))
    return _keep(connection, chat_id, steps)


def stand_beside(
    connection: Connection, chat_id: int, changes: Sequence[Change], now: int
) -> Saved:
    """What an export says now has not the row: keep it where it says something of its own."""
    found = _versions(connection, chat_id, changes)
    steps = []
    for change in changes:
        told = [said(one) for one in found.get(change.new.id, ()) if one.version > 0]
        if change.old.is_telegrams:
            told.append(said(change.old.message))
        own = _version(change.new, seen=now, now=now)
        steps.append(_settled(change.new.id, found, own, told))
    return _keep(connection, chat_id, steps)


def forget_repeated(connection: Connection, chat_id: int, told: Sequence[Message]) -> None:
    """Telegram says something new: drop what it shares with an export from the export's."""
    found = messages.versions_of(connection, chat_id, [one.id for one in told])
    steps = [_settled(one.id, found, None, [said(one)]) for one in told if one.id in found]
    _keep(connection, chat_id, steps)


def filled(later: _Words, earlier: Message | Version) -> _Words:
    """The later of two exports with one edit date, with the file that only the earlier has."""
    if lacks_file(said(later), said(earlier)):
        return msgspec.structs.replace(later, media=earlier.media)
    return later


def said(one: Message | Version) -> Said:
    return Said(one.text, split_media(one.media)[0])


def _versions(
    connection: Connection, chat_id: int, changes: Sequence[Change]
) -> dict[int, list[Version]]:
    return messages.versions_of(connection, chat_id, [change.new.id for change in changes])


def _settled(
    message_id: int, found: dict[int, list[Version]], own: Version | None, told: list[Said]
) -> _Statements:
    """One statement more, of each edit date the last; without what Telegram told."""
    before = [one for one in found.get(message_id, ()) if one.version < 0]
    by_edit = {one.edited or 0: one for one in before}
    if own is not None:
        known = by_edit.get(own.edited or 0)
        by_edit[own.edited or 0] = own if known is None else filled(own, known)
    newest_first = sorted(by_edit.items(), reverse=True, key=lambda item: item[0])
    after = [one for _, one in newest_first if not is_repeated(said(one), told)]
    return _Statements(message_id, before, after)


def _keep(connection: Connection, chat_id: int, steps: Sequence[_Statements]) -> Saved:
    steps = [one for one in steps if _contents(one.before) != _contents(one.after)]
    if not steps:
        return Saved()
    _DROP.run(connection, [(chat_id, one.message_id) for one in steps if one.before])
    _ADD.run(
        connection,
        [
            _row(chat_id, step.message_id, -place, version)
            for step in steps
            for place, version in enumerate(step.after, 1)
        ],
    )
    former = [(step.message_id, one.media) for step in steps for one in step.before if one.media]
    files.drop_former(connection, chat_id, former)
    kept = [(step.message_id, one.media) for step in steps for one in step.after if one.media]
    return Saved(files=files.write_former(connection, chat_id, kept))


def _replaced(change: Change, now: int) -> Version:
    return _version(change.old.message, seen=change.old.last_seen_at, now=now)


def _version(message: Message, *, seen: int, now: int) -> Version:
    return Version(
        version=-1,
        text=message.text,
        entities=message.entities,
        media=split_media(message.media)[0],
        edited=message.edited,
        last_seen_at=seen,
        replaced_at=now,
    )


def _row(chat_id: int, message_id: int, number: int, version: Version) -> tuple[Any, ...]:
    return (
        chat_id,
        message_id,
        number,
        version.text,
        json_text(version.entities),
        json_text(version.media),
        version.edited,
        version.last_seen_at,
        version.replaced_at,
    )


def _contents(versions: Sequence[Version]) -> list[tuple[Any, ...]]:
    """Apart from times; by edit date, because the database counts the other way."""
    found = [(one.edited or 0, one.text, one.entities, one.media) for one in versions]
    return sorted(found, key=lambda one: one[0])
