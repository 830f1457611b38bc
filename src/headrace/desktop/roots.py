"""The chats of an export: what a first pass over the file finds, of either root.

The export of one chat has the chat at its root; that of an account has it in ``chats.list``
or ``left_chats.list``. The pass counts the messages and keeps where each chat's begin.
"""

from __future__ import annotations

from dataclasses import dataclass

from headrace.desktop.decoding import decode_or_none
from headrace.desktop.json_stream import JsonCursor
from headrace.desktop.values import bare_chat, text_of
from headrace.errors import BrokenExport, NotAChannel
from headrace.model.chat import Chat
from headrace.model.values import CHANNEL_MARK, PeerKind

#: An account's chats are listed in memory; nobody has as many.
MAX_CHATS = 100_000

_KINDS = {
    "public_channel": PeerKind.CHANNEL,
    "private_channel": PeerKind.CHANNEL,
    "public_supergroup": PeerKind.SUPERGROUP,
    "private_supergroup": PeerKind.SUPERGROUP,
    "private_group": PeerKind.GROUP,
}
_OTHERS = {
    "personal_chat": "a conversation with a person",
    "bot_chat": "a conversation with a bot",
    "saved_messages": "the saved messages",
    "replies": "the dialog Replies",
    "verification_codes": "the dialog with codes",
}


@dataclass(kw_only=True)
class Entry:
    """A chat of the export."""

    type: str = ""
    name: str = ""
    id: object = None
    #: Where the array of its messages begins; -1 where it has none.
    offset: int = -1
    messages: int = 0
    #: Its peers are numbers, as before version 2.7.2.
    is_old: bool = False

    @property
    def bare_id(self) -> int | None:
        return bare_chat(self.id, old=self.is_old)

    @property
    def is_kept(self) -> bool:
        """It is a channel or group, and complete enough to say which."""
        return self.type in _KINDS and self.bare_id is not None and self.offset >= 0

    def chat(self) -> Chat:
        """The chat as a noun.

        Raises:
            NotAChannel: headrace does not keep such a chat.
            BrokenExport: its id or its messages are missing.
        """
        bare = self.bare_id
        if self.type not in _KINDS:
            what = _OTHERS.get(self.type, f"a chat of the type {self.type[:40]!r}")
            raise NotAChannel(
                f"{self.name[:60]!r} is {what}; headrace keeps channels and groups.",
                hint="Export a channel or a group instead.",
            )
        if bare is None or self.offset < 0:
            part = "id" if bare is None else "messages"
            raise BrokenExport(f"{self.name[:60]!r} has no {part} in the export.", hint=_AGAIN)
        kind = _KINDS[self.type]
        marked = -bare if kind == PeerKind.GROUP else CHANNEL_MARK - bare
        return Chat(id=marked, kind=kind, title=self.name)


def find_chats(cursor: JsonCursor) -> list[Entry]:
    """Every chat in the file, in its order.

    Raises:
        BrokenExport: no JSON to its end, or no export.
    """
    root = Entry()
    found: list[Entry] = []
    if cursor.peek() != b"{":
        raise cursor.broken("{ is missing")
    for key in cursor.keys():  # noqa: SIM118 - the cursor is no dictionary
        if key in ("chats", "left_chats") and cursor.peek() == b"{":
            _read_list(cursor, found)
        else:
            _read_field(cursor, root, key)
    if cursor.peek():
        raise cursor.broken("something behind the end")
    if root.offset >= 0 or root.type in _KINDS:
        found.insert(0, root)
    if not found:
        raise BrokenExport(
            "This JSON is no Telegram Desktop export: no chat is in it.", hint=_AGAIN
        )
    return found


def _read_list(cursor: JsonCursor, found: list[Entry]) -> None:
    for key in cursor.keys():  # noqa: SIM118 - as above
        if key != "list" or cursor.peek() != b"[":
            cursor.skip()
            continue
        for _ in cursor.elements():
            if cursor.peek() != b"{":
                cursor.skip()
                continue
            entry = Entry()
            for field in cursor.keys():  # noqa: SIM118 - as above
                _read_field(cursor, entry, field)
            found.append(entry)
            if len(found) > MAX_CHATS:
                raise BrokenExport(f"The export holds more than {MAX_CHATS:,} chats.", hint=_AGAIN)


def _read_field(cursor: JsonCursor, entry: Entry, key: str) -> None:
    if key == "messages" and cursor.peek() == b"[":
        entry.offset = cursor.offset
        entry.messages = _count(cursor, entry)
    elif key in ("name", "type", "id") and cursor.peek() not in (b"{", b"["):
        setattr(entry, key, _scalar(cursor, text=key != "id"))
    else:
        cursor.skip()


def _scalar(cursor: JsonCursor, *, text: bool) -> object:
    value = decode_or_none(cursor.value())
    return text_of(value)[:1000] if text else value


def _count(cursor: JsonCursor, entry: Entry) -> int:
    """The number of messages; the first ones tell how old the version is that wrote them."""
    total = 0
    is_undecided = True
    for _ in cursor.elements():
        total += 1
        if not is_undecided:
            cursor.skip()
            continue
        raw = decode_or_none(cursor.value())
        peer = (raw.get("from_id") or raw.get("actor_id")) if isinstance(raw, dict) else None
        if peer is not None:
            entry.is_old, is_undecided = isinstance(peer, int), False
    return total


_AGAIN = "Export the chat again in Telegram Desktop (format: Machine-readable JSON)."
