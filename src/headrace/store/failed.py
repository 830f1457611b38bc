"""What has failed, as a page lists it: the first files and threads of some chats, and how many."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    Connection,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from headrace.model.coverage import HISTORY, thread_of
from headrace.model.download import FileKind
from headrace.model.failed import Failed, FailedFile, FailedThread
from headrace.model.values import FileKey, PeerId
from headrace.store.file_tables import files, message_files, peer_files
from headrace.store.hidden import is_hidden
from headrace.store.tables import failures

_CHATS: BindParameter[int] = bindparam("chats", expanding=True, type_=BigInteger)
_LIMIT: BindParameter[int] = bindparam("limit")
#: All other scopes are threads, and come behind it in the order of the key.
_OF_THREADS = failures.c.scope > literal_column(f"'{HISTORY}'")
_THREADS_COUNTED = (
    select(failures.c.chat_id, func.count())
    .where(failures.c.chat_id.in_(_CHATS), _OF_THREADS)
    .group_by(failures.c.chat_id)
)
_THREADS = (
    select(*(failures.c[name] for name in ("scope", "lo", "hi", "reason", "detail")))
    .where(failures.c.chat_id == bindparam("chat", type_=BigInteger), _OF_THREADS)
    .order_by(failures.c.scope, failures.c.source, failures.c.lo)
    .limit(_LIMIT)
)
_NAMES_IT = (
    message_files.c.file == files.c.key,
    message_files.c.chat_id.in_(_CHATS),
    ~is_hidden(message_files),
)
_FACE_OF_IT = (peer_files.c.file == files.c.key, peer_files.c.chat_id.in_(_CHATS))
_IS_FAILED = (
    files.c.state == literal_column("'failed'"),
    or_(exists().where(*_NAMES_IT), exists().where(*_FACE_OF_IT)),
)
_FILES_COUNTED = select(func.count()).select_from(files).where(*_IS_FAILED)
_FILES = (
    select(files.c.key, files.c.kind, files.c.size, files.c.reason)
    .where(*_IS_FAILED)
    .order_by(files.c.size, files.c.key)
    .limit(_LIMIT)
)
_OF_KEY = files.c.key == bindparam("key")
_PLACE = select(message_files.c.chat_id, message_files.c.id).where(_OF_KEY, *_NAMES_IT).limit(1)
_FACE = select(peer_files.c.chat_id).where(_OF_KEY, *_FACE_OF_IT).limit(1)


def of_chats(connection: Connection, chats: Collection[PeerId], limit: int) -> Failed:
    """Files that the chats show and threads that are kept in them; at most so many of each."""
    where = {"chats": sorted(chats)}
    if not where["chats"]:
        return Failed()
    counted = {row[0]: row[1] for row in connection.execute(_THREADS_COUNTED, where)}
    threads: list[FailedThread] = []
    for chat in sorted(counted):
        if left := limit - len(threads):
            rows = connection.execute(_THREADS, {"chat": chat, "limit": left})
            threads += [_thread(chat, row) for row in rows]
    found = connection.execute(_FILES, {**where, "limit": limit}).all()
    return Failed(
        threads=tuple(threads),
        threads_count=sum(counted.values()),
        files=tuple([_file(connection, where, row) for row in found]),
        files_count=connection.scalar(_FILES_COUNTED, where) or 0,
    )


def _thread(group: PeerId, row: Any) -> FailedThread:
    channel, post = thread_of(row.scope)
    return FailedThread(
        channel=channel,
        post=post,
        group=group,
        lo=row.lo,
        hi=row.hi,
        reason=row.reason,
        detail=row.detail,
    )


def _file(connection: Connection, where: dict[str, list[PeerId]], row: Any) -> FailedFile:
    place = connection.execute(_PLACE, {**where, "key": row.key}).first()
    face = None if place else connection.scalar(_FACE, {**where, "key": row.key})
    return FailedFile(
        key=FileKey(row.key),
        kind=FileKind(row.kind or FileKind.FILE),
        size=row.size,
        reason=row.reason,
        chat=place.chat_id if place else face or 0,
        message=place.id if place else None,
    )
