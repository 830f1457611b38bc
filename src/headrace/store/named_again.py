"""The files of all stored messages, named again: for archives of a version that named fewer."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, select

from headrace.model.media import Media
from headrace.model.message import Message
from headrace.store import files, messages, peers
from headrace.store.tables import messages as rows
from headrace.transform.named_files import FORMER, faces_of, files_in, files_of

_BATCH = 500


def write_all(connection: Connection) -> None:
    """Add the files, origins and faces that are not there, and the kinds; changes nothing else."""
    for chat_id in list(connection.scalars(select(rows.c.chat_id).distinct())):
        last = messages.BEFORE_ALL
        while batch := messages.after(connection, chat_id, last, _BATCH):
            last = batch[-1].message.id
            write(connection, chat_id, batch)


def write(connection: Connection, chat_id: int, batch: list[messages.Known]) -> None:
    """The same for some messages of a chat."""
    found = [known.message for known in batch]
    files.write(connection, chat_id, found)
    of_telegram = [known.message for known in batch if known.is_telegrams]
    seen = {chat_id}.union(*(faces_of(message) for message in of_telegram))
    files.write_faces(connection, chat_id, of_telegram, peers.get(connection, seen))
    files.write_former(connection, chat_id, _of_versions(connection, chat_id, found))


def _of_versions(
    connection: Connection, chat_id: int, batch: list[Message]
) -> list[tuple[int, Media]]:
    """What only older versions show."""
    versions = messages.versions_of(connection, chat_id, [message.id for message in batch])
    now: dict[int, set[str]] = defaultdict(set)
    for message in batch:
        now[message.id] = {named.key for named in files_of(message)}
    return [
        (message_id, one.media)
        for message_id, found in versions.items()
        for one in found
        if one.media is not None and not _keys(one.media) & now[message_id]
    ]


def _keys(media: Media) -> set[str]:
    return {named.key for named in files_in(media, FORMER)}
