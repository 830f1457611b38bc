"""Audits of what follows from messages: references to files, albums and their layouts, peers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from headrace.model.audit import Damage, Finding
from headrace.model.message import Message
from headrace.store import albums, messages, peers
from headrace.store.file_tables import message_files
from headrace.store.messages import Known
from headrace.store.tables import messages as rows
from headrace.transform.named_files import FORMER, faces_of, files_in, files_of_content

_BATCH = 500
#: (message id, key) to the roles in which the message names the file.
_Known = dict[tuple[int, str], set[str]]


class Step(NamedTuple):
    """Findings in the next messages of a chat; ``last`` is where to go on, none at the end."""

    findings: list[Finding]
    looked_at: int
    last: int | None


def of_references(connection: Connection, chat_id: int, after: int) -> Step:
    """Files that messages and their versions name, against the table of references.

    The emoji of reactions are no finding: earlier versions did not fetch them, and they change.
    """
    batch = messages.after(connection, chat_id, after, _BATCH)
    if not batch:
        return Step([], 0, None)
    known = _known(connection, chat_id, batch)
    found = [
        _unknown(chat_id, message_id, key)
        for message_id, key in dict.fromkeys(
            [*_of_messages(batch, known), *_of_versions(connection, chat_id, batch, known)]
        )
    ]
    return Step(found, len(batch), batch[-1].message.id)


def _known(connection: Connection, chat_id: int, batch: Sequence[Known]) -> _Known:
    lo, hi = batch[0].message.id, batch[-1].message.id
    found: _Known = {}
    columns = (message_files.c.id, message_files.c.file, message_files.c.role)
    where = (message_files.c.chat_id == chat_id, message_files.c.id.between(lo, hi))
    for message_id, key, role in connection.execute(select(*columns).where(*where)):
        found.setdefault((message_id, key), set()).add(role)
    return found


def _of_messages(batch: Sequence[Known], known: _Known) -> Iterator[tuple[int, str]]:
    for one in batch:
        for named in files_of_content(one.message):
            if named.role not in known.get((one.message.id, named.key), ()):
                yield one.message.id, named.key


def _of_versions(
    connection: Connection, chat_id: int, batch: Sequence[Known], known: _Known
) -> Iterator[tuple[int, str]]:
    """Former files. A version that shares one with the message as it is needs no more."""
    versions = messages.versions_of(connection, chat_id, [one.message.id for one in batch])
    for message_id, found in versions.items():
        for version in found:
            keys = (
                []
                if version.media is None
                else [named.key for named in files_in(version.media, FORMER)]
            )
            if not any((message_id, key) in known for key in keys):
                yield from ((message_id, key) for key in keys)


def _unknown(chat_id: int, message_id: int, key: str) -> Finding:
    return Finding(
        kind=Damage.REFERENCE,
        where=f"message {message_id} of {chat_id}",
        detail=f"names {key}, and the table of references does not know it",
        chat=chat_id,
        lo=message_id,
        hi=message_id,
    )


def of_albums(connection: Connection, chat_id: int, after: int) -> Step:
    """Albums that messages are in: whether they have a row, and the layout of their members."""
    found = list(
        connection.scalars(
            select(rows.c.grouped_id)
            .where(rows.c.chat_id == chat_id, rows.c.grouped_id > after)
            .distinct()
            .order_by(rows.c.grouped_id)
            .limit(_BATCH)
        )
    )
    if not found:
        return Step([], 0, None)
    stored = albums.stored(connection, chat_id, found)
    made = albums.made(connection, chat_id, found)
    findings = []
    for grouped_id in found:
        one = stored.get(grouped_id)
        if one is None:
            findings.append(_album(connection, chat_id, grouped_id, "has no row"))
        elif not one.edited_by_user and one.layout != made[grouped_id]:
            said = "has a layout that is not that of its messages"
            findings.append(_album(connection, chat_id, grouped_id, said))
    return Step(findings, len(found), found[-1])


def _album(connection: Connection, chat_id: int, grouped_id: int, detail: str) -> Finding:
    member = connection.scalar(
        select(rows.c.id).where(rows.c.chat_id == chat_id, rows.c.grouped_id == grouped_id).limit(1)
    )
    where = f"album {grouped_id} of {chat_id}"
    return Finding(
        kind=Damage.ALBUM, where=where, detail=detail, chat=chat_id, lo=member, hi=member
    )


def of_peers(connection: Connection, chat_id: int, after: int) -> Step:
    """Who wrote messages, or was reposted in them, and is not known.

    It may be that Telegram never said who it is: only after a loss of rows is it a finding.
    """
    batch = messages.after(connection, chat_id, after, _BATCH)
    if not batch:
        return Step([], 0, None)
    named: dict[int, int] = {}
    for one in batch:
        named |= dict.fromkeys(_peers_of(one.message), one.message.id)
    there = {peer.id for peer in peers.get(connection, named)}
    findings = [
        Finding(
            kind=Damage.PEER,
            where=f"peer {peer}",
            detail=f"is named in message {message_id} of {chat_id}, and has no row",
            chat=chat_id,
            lo=message_id,
            hi=message_id,
        )
        for peer, message_id in sorted(named.items())
        if peer not in there
    ]
    return Step(findings, len(batch), batch[-1].message.id)


def _peers_of(message: Message) -> Iterator[int]:
    yield from faces_of(message)
    if message.via_bot is not None:
        yield message.via_bot
    if message.reply is not None and message.reply.peer is not None:
        yield message.reply.peer
    for reaction in message.recent_reactions:
        if reaction.author is not None:
            yield reaction.author
