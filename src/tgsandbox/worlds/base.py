"""The nouns of a world: chats, people, histories and files, in the canonical form.

A world says what *is* there, in the canonical form of ``docs/reference/content.md``
(plain dictionaries); ``worlds/tl.py`` turns that into Telegram's objects, and
``worlds/expect.py`` prints it as the oracle. Neither knows anything of headrace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tgsandbox.worlds.locations import Locations

Content = dict[str, Any]
"""One chat, peer or message in the canonical form, without the ``type`` key.

``odd`` of a message and ``sent_as`` of a peer are no content: they say how the wire differs
from it, see ``worlds/odd.py``.
"""


class History(Protocol):
    """The messages of one chat in ascending id order, with random access by position."""

    def __len__(self) -> int: ...

    def position(self, message_id: int) -> int:
        """How many messages have an id below ``message_id``."""

    def position_at(self, date: int) -> int:
        """How many messages are older than ``date`` (strictly, Unix seconds)."""

    def at(self, index: int) -> Content:
        """The message at a position (0 is the oldest)."""

    def wire(self, index: int) -> bytes:
        """The message at a position as serialised TL, ready to be sent; may be cached.

        The same bytes as ``message_tl(at(index), chat_id, world.locations)`` makes now.
        """

    def get(self, message_id: int) -> Content | None: ...

    def top_id(self) -> int:
        """The newest id, 0 in an empty chat."""

    def add(self, message: Content) -> None:
        """Append a message; its id must be above ``top_id``."""

    def edit(self, message_id: int, changes: Content) -> None:
        """Put keys into a message; a key whose value is None goes. Unknown ids: KeyError."""

    def delete(self, message_id: int) -> None:
        """Take a message away for good; unknown ids raise KeyError."""


class FileBytes(Protocol):
    """Bytes of one photo size or document, made lazily and read by ranges."""

    size: int
    dc: int

    def read(self, offset: int, limit: int) -> bytes: ...


class Threads(Protocol):
    """The threads of a discussion group that are known by arithmetic."""

    def answers(self, root: int) -> list[int]:
        """Ascending ids of what hangs on a root, none where nothing does."""


@dataclass(kw_only=True)
class Chat:
    """A channel or group as the server sees it."""

    content: Content
    """The canonical chat, ``type`` left out."""
    access_hash: int
    history: History
    joined: bool = True
    """Whether the account of the session is a member."""
    private: bool = False
    """Refused (CHANNEL_PRIVATE) unless joined."""
    invite_hash: str | None = None
    forum: bool = False
    """Whether its messages are sorted into topics."""
    pts: int = 1
    roots: dict[int, int] = field(default_factory=dict)
    """In a discussion group: id of a channel post -> id of its automatic copy."""
    lost_roots: dict[int, int] = field(default_factory=dict)
    """The same of copies that were deleted: their comments are orphans."""
    channel: int | None = None
    """The channel whose posts are copied here, where it is linked to another group by now."""
    gone: bool = False
    """Deleted: it answers CHANNEL_PRIVATE to everybody, through its channel too."""
    threads: Threads | None = None
    """Knows what hangs on what without reading the history; as the world was at first."""

    spent: int = 0
    """Ids up to this one were given out, though the newest may be deleted by now."""

    def next_id(self) -> int:
        """The id of the next message: no id is given out twice."""
        return max(self.spent, self.history.top_id()) + 1

    def roots_channel(self) -> int | None:
        """The channel that `roots` are of."""
        return self.channel or self.content.get("linked_chat_id")


class World(Protocol):
    """Everything that one server serves."""

    name: str
    seed: int
    home_dc: int
    me: Content
    """The canonical peer of the first account, which is signed in already."""
    chats: dict[int, Chat]
    """By marked id."""
    emoji: dict[int, Content]
    """Custom emoji by document id."""
    locations: Locations
    """Access hashes, references and data centres of files; ``rotate`` expires references."""

    def peers(self, ids: Sequence[int]) -> list[Content]:
        """The people and chats behind marked ids, unknown ids left out."""

    def all_peers(self) -> Iterator[Content]: ...

    def add_peers(self, peers: Iterable[Content]) -> None:
        """Let the world know of people and chats, or know them anew."""

    def access_hash(self, peer_id: int) -> int: ...

    def by_username(self, username: str) -> int | None:
        """The marked id that a username (any case) means now."""

    def file(self, key: str, size_type: str) -> FileBytes | None:
        """Bytes of ``photo/ID`` or ``document/ID``; ``size_type`` is a photo size, or empty.

        Chat and user photos are ``peer_photo/ID`` with sizes ``a`` (small) and ``c`` (big).
        ``size`` is known without making the bytes.
        """

    def add_file(self, key: str, size_type: str, file: FileBytes) -> None:
        """Put bytes where `file` finds them; they go before any that are there."""

    def drawn_keys(self) -> Iterator[tuple[str, str]]:
        """Keys and sizes of the files whose bytes are drawn on first read, where finite."""
