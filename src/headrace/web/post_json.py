"""Posts as the API gives them: flat, with everything that a front end needs beside the words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from headrace.model.chat import Peer
from headrace.model.media import Document, Media, Photo, Poll, WebPage
from headrace.model.message import Message
from headrace.model.reading import Entry, FileView, Post, Shown
from headrace.model.thread import Thread
from headrace.model.values import FileKey, PeerId, Timestamp
from headrace.transform.links import safe_url
from headrace.transform.rich_text import to_html
from headrace.transform.searchable import kind_of

#: Where ``Message.extra`` keeps what a program posted and Telegram's messages do not have.
POSTED = "posted"
#: Those fields; some of them are addresses.
POSTED_TEXTS = ("author_name", "repost_author_name", "media_type", "mime_type")
POSTED_LINKS = (
    "media_url", "thumb_url", "author_avatar", "author_link", "repost_author_avatar",
    "repost_author_link",
)  # fmt: skip


def posts_json(posts: Iterable[Post], shown: Shown) -> list[dict[str, Any]]:
    """Messages newest first, those of an album together in their order."""
    return [one for post in posts for one in post_json(post, shown)]


def post_json(post: Post, shown: Shown) -> list[dict[str, Any]]:
    """The messages of a post; what is counted of its comments stands with the first."""
    found = [entry_json(entry, shown) for entry in post.entries]
    if post.comments is not None:
        found[0]["comments"] = _comments(post.comments)
    return found


def entry_json(entry: Entry, shown: Shown) -> dict[str, Any]:
    """One message; see ``shapes.PostOut``."""
    message = entry.message
    fields = {
        "telegram_id": message.id,
        "channel_id": str(entry.chat_id),
        "date": iso(message.date),
        "message": message.text,
        **_media(message.media, shown),
        **_author(entry, shown),
        **_repost(message, shown),
        "reactions": [_reaction(one) for one in message.reactions],
        "grouped_id": None if message.grouped_id is None else str(message.grouped_id),
        "reply_to": message.reply.msg_id if message.reply else None,
        "html": to_html(message.text, message.entities),
        "kind": message.kind,
        "source": entry.source,
        "edited": _iso_or_none(message.edited),
        "deleted_at": _iso_or_none(entry.deleted_at),
        "versions": entry.versions,
        "views": message.views,
        "forwards": message.forwards,
        "comments": None,
    }
    return fields | _posted(message)


def iso(moment: Timestamp) -> str:
    """In UTC; a time that no calendar has is that of its end."""
    last = 253_402_300_799
    when = datetime.fromtimestamp(max(0, min(moment, last)), UTC)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def media_url(key: str) -> str:
    """Where a stored file is served."""
    return f"/api/media/{quote(key, safe='/')}"


def thumb_url(key: str) -> str:
    """Where our thumbnail of a picture is served."""
    return f"/api/thumbs/{quote(key, safe='/')}"


def link_of(peer: Peer | None) -> str | None:
    """The address of a peer at Telegram, where it has a public one."""
    return safe_url(f"https://t.me/{peer.username}") if peer and peer.username else None


def _iso_or_none(moment: Timestamp | None) -> str | None:
    return None if moment is None else iso(moment)


def _comments(thread: Thread) -> dict[str, Any]:
    return {
        "expected": thread.expected,
        "stored": thread.stored,
        "missing": {str(reason): number for reason, number in thread.missing.items()},
    }


def _reaction(one: Any) -> dict[str, Any]:
    return {
        "type": one.type,
        "count": one.count,
        "emoji": one.emoji or None,
        "document_id": one.document_id or None,
    }


def _avatar(peer_id: PeerId | None, shown: Shown) -> str | None:
    key = shown.avatars.get(peer_id) if peer_id is not None else None
    return media_url(key) if key else None


def _author(entry: Entry, shown: Shown) -> dict[str, Any]:
    """Who wrote it: a person, or else the chat itself with a signature if there is one."""
    message = entry.message
    peer_id = entry.chat_id if message.author is None else message.author
    peer = shown.peers.get(peer_id)
    return {
        "author_name": message.signature or (peer.name if peer else "") or None,
        "author_avatar": _avatar(peer_id, shown),
        "author_link": link_of(peer),
    }


def _repost(message: Message, shown: Shown) -> dict[str, Any]:
    header = message.forward
    peer_id = header.from_id if header else None
    peer = shown.peers.get(peer_id) if peer_id is not None else None
    return {
        "repost_author_name": ((peer.name if peer else "") or (header.name if header else ""))
        or None,
        "repost_author_avatar": _avatar(peer_id, shown),
        "repost_author_link": link_of(peer),
    }


def _media(media: Media | None, shown: Shown) -> dict[str, Any]:
    found = _own_file(media)
    view = shown.files.get(found.file) if found is not None and found.file else None
    kind = "poll" if isinstance(media, Poll) else kind_of(media)
    is_stored = view is not None and view.state == "stored"
    return {
        "media_url": media_url(view.key) if view is not None and is_stored else None,
        "thumb_url": _thumb(view, shown),
        "media_type": str(kind) if kind else None,
        "mime_type": (view.type or view.mime or None) if view else None,
        "file": _file(found, view) if found is not None and view is not None else None,
    }


def _own_file(media: Media | None) -> Photo | Document | None:
    match media:
        case Photo() | Document():
            return media
        case WebPage():
            return media.photo or media.document
    return None


def _thumb(view: FileView | None, shown: Shown) -> str | None:
    """Ours, or else the one that Telegram keeps of a document."""
    if view is None:
        return None
    if view.thumb_width:
        return thumb_url(view.key)
    kept = (
        one.key
        for one in shown.files.values()
        if one.key.startswith(f"{view.key}/") and one.state == "stored"
    )
    key: FileKey | None = next(kept, None)
    return media_url(key) if key else None


def _file(media: Photo | Document, view: FileView) -> dict[str, Any]:
    return {
        "key": view.key,
        "state": view.state,
        "reason": view.reason or None,
        "size": view.size,
        "name": getattr(media, "name", "") or None,
        "width": media.width or None,
        "height": media.height or None,
        "duration": getattr(media, "duration", 0) or None,
        "sha256": view.sha256 or None,
    }


def _posted(message: Message) -> dict[str, Any]:
    """What a program posted, where it posted something; addresses lead nowhere unsafe."""
    said = message.extra.get(POSTED)
    if not isinstance(said, Mapping):
        return {}
    texts = {name: str(said[name]) for name in POSTED_TEXTS if said.get(name)}
    links = {name: _safe(str(said[name])) for name in POSTED_LINKS if said.get(name)}
    return texts | links


def _safe(link: str) -> str | None:
    """An address of this site, or one that a page may lead to."""
    is_ours = link.startswith("/") and not link.startswith(("//", "/\\"))
    return link if is_ours else safe_url(link) or None
