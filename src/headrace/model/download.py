"""Downloads: which files are wanted, where their bytes go, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

import msgspec

from headrace.model.chat import Chat
from headrace.model.files import Closing
from headrace.model.values import FileKey, PeerId, Timestamp, Value


class FileKind(StrEnum):
    """What a file is to people; ``--media`` takes these names."""

    PHOTO = "photo"
    VIDEO = "video"
    ROUND_VIDEO = "round_video"
    VOICE = "voice"
    AUDIO = "audio"
    ANIMATION = "animation"
    STICKER = "sticker"
    #: Any other document.
    FILE = "file"
    #: Pictures and documents that only link previews show.
    WEB_PAGE = "web_page"
    CUSTOM_EMOJI = "custom_emoji"
    #: The picture that the server keeps of a video, an animation, a sticker or a document.
    THUMBNAIL = "thumbnail"
    #: The picture of a channel, an author or a reposted source.
    AVATAR = "avatar"


class Protection(StrEnum):
    """What is fetched where the owner restricts saving."""

    #: Not even the text's files: nothing but what history brings.
    SKIP = "skip"
    #: Text only: files stay where they are.
    TEXT = "text"
    ALL = "all"


class MediaPolicy(Value, frozen=True, kw_only=True):
    """Which files are fetched; the others are kept as skipped, each with its reason."""

    kinds: frozenset[FileKind] = frozenset(FileKind)
    #: In bytes; larger files are skipped.
    max_size: int | None = None
    #: Only files of messages from this time on (inclusive), and before that one (exclusive).
    since: Timestamp | None = None
    until: Timestamp | None = None
    #: None: nothing but text, unless the account administers the chat.
    protected: Protection | None = None

    def of(self, chat: Chat) -> MediaPolicy:
        """The same for a chat; who administers it has the owner's wish in hand."""
        if self.protected is not None:
            return self
        return self.under(Protection.ALL if chat.administered else Protection.TEXT)

    def under(self, protected: Protection) -> MediaPolicy:
        """The same, once it is known what the owner's wish means to this account."""
        return msgspec.structs.replace(self, protected=protected)

    def within(self, since: Timestamp | None, until: Timestamp | None) -> MediaPolicy:
        """The same for the files of messages in a range of time."""
        return msgspec.structs.replace(self, since=since, until=until)

    @property
    def is_empty(self) -> bool:
        """No file at all is fetched."""
        return not self.kinds


#: No file at all: they are left for later.
TEXT_ONLY = MediaPolicy(kinds=frozenset())


class Origin(Value, frozen=True, kw_only=True):
    """A message that carries a file: from it the file's address at Telegram is renewed."""

    chat_id: PeerId
    id: int


class Wish(Value, frozen=True, kw_only=True):
    """A file to fetch.

    Keys are ``photo/ID``, ``document/ID``, ``document/ID/TYPE`` (the server's thumbnail of that
    size type) and ``peer_photo/ID``.
    """

    key: FileKey
    kind: FileKind
    #: In bytes; 0 where Telegram does not say (peer photos).
    size: int
    mime: str = ""
    #: Messages that carry it, newest first; some of them are enough.
    origins: tuple[Origin, ...] = ()
    #: Whose picture it is.
    peer: PeerId | None = None


class ExportedFile(Value, frozen=True, kw_only=True):
    """A file that an export has, as far as it says itself."""

    key: FileKey
    #: From the export's folder, with slashes.
    path: str
    #: In bytes; 0 where the export does not say (before version 5.11).
    size: int


class Readable(Closing, Protocol):
    """An open stream of bytes; it gives nothing at its end."""

    @property
    def size(self) -> int:
        """Bytes that it has in all."""

    def read(self, size: int = -1, /) -> bytes: ...


class PartSink(Protocol):
    """Takes the parts of one file in any order, and keeps them over a crash."""

    def missing(self, part: int) -> Iterable[tuple[int, int]]:
        """(offset, length) of what is not there yet, cut at multiples of ``part`` bytes.

        Of a file of unknown size nothing but its first part is known to be missing.
        """

    async def write(self, offset: int, data: bytes) -> None:
        """Take a part; it survives a crash once this returns."""


class FileSource(Protocol):
    """Where the bytes of files come from."""

    def expect(self) -> None:
        """Files will be wanted in a moment: be ready for them."""

    async def fetch(self, wish: Wish, sink: PartSink) -> None:
        """Write all that is missing into the sink; wishes run side by side.

        Raises:
            FileAbsent: nobody has the file any more; the reason says why.
            FileFailed: it could not be had this time; the reason says why.
            AccountLost, FloodPause, ConnectionLost: as they say; what was written is kept.
        """


class Stored(Value, frozen=True, kw_only=True):
    """Bytes that are in the archive, whole."""

    key: FileKey
    sha256: str
    size: int
    #: The type that the bytes show, whatever the sender says.
    mime: str
    extension: str


class Tallies(Value, frozen=True, kw_only=True):
    """Files of a chat by what became of them; ``bytes`` counts what is stored once."""

    wanted: int = 0
    stored: int = 0
    skipped: int = 0
    failed: int = 0
    absent: int = 0
    bytes: int = 0
    #: Declared bytes of what is wanted.
    wanted_bytes: int = 0


class MediaReport(Value, frozen=True, kw_only=True, omit_defaults=False):
    """How the fetching of a chat's files ended; printed by ``media --json`` as it is."""

    chat: PeerId
    title: str
    #: ``stored skipped failed absent wanted`` of the chat, and the ``bytes`` that are stored.
    files: dict[str, int]
    #: Why files were skipped: ``kind too_large date protected``.
    left_out: dict[str, int]
    #: That are there: those that were made of pictures, and the pictures of peers.
    thumbnails: int
    avatars: int
    #: In this run.
    fetched: int
    fetched_bytes: int
    elapsed_s: float
    requests: dict[str, int]
    #: Nothing is wanted any more, and nothing has failed.
    complete: bool
