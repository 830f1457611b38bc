"""An archive as the pages show it, read with the simplest of means."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from headrace.model.chat import Chat
from headrace.model.download import FileKind
from headrace.model.message import Message
from headrace.model.reading import Comment, Entry, FileView, Post, PostPage, Shown, ThreadPage
from headrace.model.thread import Thread
from headrace.store.messages import Known
from headrace.store.store import ArchiveStore

_FILES = """
    select f.key, f.kind, f.state, f.reason, f.size, f.mime, f.type, f.sha256, f.extension,
           coalesce(t.width, 0), coalesce(t.height, 0), t.content
    from files f left join thumbnails t on t.sha256 = f.sha256 and t.state = 'made'
"""


def files_of(archive: Path) -> tuple[dict[str, FileView], dict[str, Path]]:
    """Views of all files by key, and where their bytes (``media/KEY``, ``thumbs/KEY``) lie."""
    views, places = {}, {}
    with sqlite3.connect(archive / "archive.db") as rows:
        for key, kind, state, reason, size, mime, shown, sha, ext, w, h, thumb in rows.execute(
            _FILES
        ):
            views[key] = FileView(
                key=key,
                kind=FileKind(kind or "file"),
                state=state,
                reason=reason,
                size=size,
                mime=mime,
                type=shown or "",
                sha256=sha or "",
                thumb_width=w,
                thumb_height=h,
            )
            if sha:
                places[f"media/{key}"] = archive / "media" / sha[:2] / f"{sha}.{ext}"
            if thumb:
                places[f"thumbs/{key}"] = next((archive / "thumbs").rglob(f"*{sha}*"))
    return views, places


def entry(chat_id: int, known: Known) -> Entry:
    return Entry(
        chat_id=chat_id,
        message=known.message,
        source=known.source,
        first_seen_at=known.first_seen_at,
        last_seen_at=known.last_seen_at,
        deleted_at=known.deleted_at,
    )


async def shown_of(store: ArchiveStore, archive: Path, entries: list[Entry]) -> Shown:
    with sqlite3.connect(archive / "archive.db") as rows:
        ids = [row[0] for row in rows.execute("select id from peers")]
    peers = {peer.id: peer for peer in await store.peers(ids)}
    views, _ = files_of(archive)
    faces = {
        peer.id: key
        for peer in peers.values()
        if peer.photo and (key := f"peer_photo/{peer.photo}") in views and views[key].sha256
    }
    return Shown(
        peers=peers,
        files=views,
        answered={(one.chat_id, one.message.id): one for one in entries},
        avatars=faces,
    )


async def entries_of(store: ArchiveStore, chat: Chat) -> list[Entry]:
    return [
        entry(chat.id, known) async for batch in store.message_batches(chat.id) for known in batch
    ]


async def posts_of(store: ArchiveStore, chat: Chat, entries: list[Entry]) -> list[Post]:
    """Newest first."""
    threads = {thread.post: thread for thread in await store.threads(chat.id)}
    groups: dict[object, list[Entry]] = {}
    for one in entries:
        message = one.message
        groups.setdefault(("album", message.grouped_id) if message.grouped_id else message.id, [])
        groups[("album", message.grouped_id) if message.grouped_id else message.id].append(one)
    posts = []
    for members in groups.values():
        grouped = members[0].message.grouped_id
        layout = await store.layout(chat.id, grouped) if grouped else None
        position = members[0].message.id
        posts.append(
            Post(
                position=position,
                entries=tuple(members),
                layout=layout.layout if layout else None,
                comments=next(
                    (threads[e.message.id] for e in members if e.message.id in threads), None
                ),
            )
        )
    return sorted(posts, key=lambda post: -post.position)


async def feed(store: ArchiveStore, archive: Path, chat: Chat) -> PostPage:
    """The whole channel as one page."""
    entries = await entries_of(store, chat)
    shown = await shown_of(store, archive, entries)
    return PostPage(posts=tuple(await posts_of(store, chat, entries)), shown=shown)


async def thread(
    store: ArchiveStore, archive: Path, chat: Chat, group: Chat, post: Post
) -> ThreadPage:
    """A post with all of its comments."""
    root = await store.root_of(chat.id, post.position)
    entries = await entries_of(store, group)
    mine = [one for one in entries if root is not None and one.message.thread_id == root]
    parents: dict[int, int] = {}
    comments = []
    for one in mine:
        answered = one.message.reply.msg_id if one.message.reply else root
        level = parents.get(answered, -1) + 1 if answered != root else 0
        parents[one.message.id] = level
        whole = Post(position=one.message.id, entries=(one,))
        comments.append(Comment(post=whole, parent=answered if level else None, level=level))
    shown = await shown_of(store, archive, entries + list(post.entries))
    return ThreadPage(post=post, comments=tuple(comments), shown=shown)


def message_of(text: str, **fields: object) -> Message:
    return Message(id=1, date=1_700_000_000, text=text, **fields)


__all__ = ["Thread"]
