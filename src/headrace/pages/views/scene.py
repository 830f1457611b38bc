"""The scene of a page: its frame, its chat, and everything that its posts name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from markupsafe import Markup

from headrace.model.chat import Chat
from headrace.model.download import FileKind
from headrace.model.reading import FileView, Shown
from headrace.model.text import Entity
from headrace.model.values import FileKey, PeerId
from headrace.pages.i18n import Language, at
from headrace.pages.routes import Routes
from headrace.pages.text import markup
from headrace.transform.rich_text import Linking
from headrace.transform.visible import visible_line

COLOURS = 8
_TAG = re.compile(r"#\w+")
#: Types of stored bytes that a browser shows by itself, in an element of the kind.
IMAGES = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"))
VIDEOS = frozenset(("video/mp4", "video/webm"))
SOUNDS = frozenset(("audio/ogg", "audio/mpeg", "audio/mp4", "audio/wav", "audio/x-wav"))
SOUNDS |= frozenset(("audio/flac", "audio/webm", "video/mp4", "application/ogg", "audio/aac"))
TGS = frozenset(("application/x-tgsticker", "application/gzip"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page has around its own content."""

    language: Language
    routes: Routes = field(default_factory=Routes)
    #: ``light``, ``dark``, or nothing for what the system prefers.
    theme: str = ""
    #: Chats in the archive, by id: links lead there rather than out.
    archived: Mapping[PeerId, Chat] = field(default_factory=dict)


class TimeView(NamedTuple):
    """A moment: for machines, for people, and in full."""

    iso: str
    shown: str
    title: str
    #: The parts of ``shown``.
    day: str = ""
    clock: str = ""


class PeerView(NamedTuple):
    """Somebody who is named."""

    id: PeerId
    name: str
    colour: int
    initials: str
    avatar: str = ""
    url: str = ""
    is_outside: bool = False
    is_bot: bool = False
    is_verified: bool = False


class FileTile(NamedTuple):
    """A file: where it is, or what is known of it and why it is not there."""

    key: str
    kind: str
    size: str
    is_stored: bool
    type: str
    url: str
    #: A smaller picture of it; nothing where there is none.
    thumb: str
    reason: str
    #: Where to post the wish to have it; nothing where no wish helps.
    fetch: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Makes the parts of a view that need to know more than the message."""

    frame: Frame
    chat: Chat
    shown: Shown
    #: Channel and post whose comments are shown: what they answer is among them.
    thread: tuple[Chat, int] | None = None

    @property
    def language(self) -> Language:
        return self.frame.language

    def text(self, text: str, entities: tuple[Entity, ...] = ()) -> Markup:
        return markup(text, entities, Linking(emoji=self.text_emoji, hashtag=self._hashtag))

    def time(self, when: int) -> TimeView:
        date = at(when)
        if date is None:
            return TimeView("", str(when), str(when))
        return TimeView(
            f"{date:%Y-%m-%dT%H:%M:%SZ}",
            self.language.moment(when),
            f"{date:%Y-%m-%d %H:%M:%S} UTC",
            self.language.day(when),
            f"{date:%H:%M}",
        )

    def peer(self, peer_id: PeerId, name: str = "") -> PeerView:
        """Of an id; ``name`` where it is known otherwise."""
        known, chat = self.shown.peers.get(peer_id), self.frame.archived.get(peer_id)
        given = name or (known.name if known else "") or (chat.title if chat else "")
        if peer_id == self.chat.id:
            given = given or self.chat.title
        if known is not None and known.deleted:
            given = self.language.t("peer.deleted")
        username = known.username if known else ""
        shown = visible_line(given) or (f"@{username}" if username else str(peer_id))
        url = self.frame.routes.feed(chat) if chat else f"https://t.me/{username}" * bool(username)
        return PeerView(
            peer_id,
            shown,
            abs(peer_id) % COLOURS,
            initials(shown),
            self.avatar(peer_id),
            url,
            is_outside=chat is None,
            is_bot=known is not None and known.bot,
            is_verified=known is not None and known.verified,
        )

    def nobody(self, name: str) -> PeerView:
        """Somebody of whom only the name is known."""
        shown = visible_line(name) or self.language.t("peer.unknown")
        return PeerView(0, shown, sum(map(ord, shown)) % COLOURS, initials(shown))

    def avatar(self, peer_id: PeerId) -> str:
        key = self.shown.avatars.get(peer_id)
        if key is None:
            return ""
        view = self.shown.files.get(key)
        if view is not None and view.thumb_width:
            return self.frame.routes.thumb(key)
        return self.frame.routes.media(key)

    def file(self, key: str, kind: FileKind, size: int = 0, absent: str = "") -> FileTile:
        """A file that a message names; ``size`` and ``absent`` as the message says."""
        view = self.shown.files.get(FileKey(key))
        routes, language = self.frame.routes, self.language
        bytes_ = (view.size if view else 0) or size
        told = language.size(bytes_) if bytes_ else ""
        label = language.t(f"kind.{kind.value}")
        if view is not None and view.state == "stored":
            thumb = routes.thumb(view.key) if view.thumb_width else ""
            url = routes.media(view.key)
            return FileTile(key, label, told, True, view.type, url, thumb, "", "")
        fetch = routes.fetch(FileKey(key)) if _may_be_had(key, view, absent) else ""
        reason = self._reason(key, view, absent)
        return FileTile(key, label, told, False, "", "", "", reason, fetch)

    def picture(self, key: str) -> str:
        """The address of a stored picture, of our own thumbnail if there is one."""
        view = self.shown.files.get(FileKey(key))
        if view is None or view.state != "stored":
            return ""
        if view.thumb_width:
            return self.frame.routes.thumb(view.key)
        return self.frame.routes.media(view.key) if view.type in IMAGES else ""

    def _reason(self, key: str, view: FileView | None, absent: str) -> str:
        if not key:
            return self.language.t("reason.gone")
        if view is None:
            return self._why(absent) if absent else self.language.t("file.wanted")
        if view.state == "wanted" and not absent:
            return self.language.t("file.wanted")
        return self._why(view.reason or absent)

    def _why(self, code: str) -> str:
        if not code:
            return self.language.t("file.unknown")
        if self.language.knows(f"reason.{code}"):
            return self.language.t(f"reason.{code}")
        return self.language.t("reason.other", code=code)

    def text_emoji(self, document_id: str) -> str:
        """Where the picture of a custom emoji is, its kind behind ``#``; nothing if it is not."""
        view = self.shown.files.get(FileKey(f"document/{document_id}"))
        if view is None or view.state != "stored" or view.type not in IMAGES | VIDEOS | TGS:
            return ""
        kind = "tgs" if view.type in TGS else view.type.partition("/")[0]
        return f"{self.frame.routes.media(view.key)}#{kind}"

    def _hashtag(self, tag: str) -> str:
        return self.frame.routes.search(q=tag) if _TAG.fullmatch(tag) else ""


def _may_be_had(key: str, view: FileView | None, absent: str) -> bool:
    state = view.state if view else ("absent" if absent else "wanted")
    return state in ("wanted", "skipped", "failed") and may_be_fetched(key)


def may_be_fetched(key: str) -> bool:
    """Whether a file can be asked for by itself: what messages at Telegram show."""
    return key.startswith(("photo/", "document/"))


def initials(name: str) -> str:
    """One or two letters that stand for a picture."""
    words = [word for word in name.split() if word[:1].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "•"
