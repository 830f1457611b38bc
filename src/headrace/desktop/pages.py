"""Pages of an export: runs of adjacent ids, which cover what is there and prove no absence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from headrace.desktop.albums import Item, with_albums
from headrace.desktop.decoding import Undecodable, decode
from headrace.desktop.files import exported_file
from headrace.desktop.json_stream import JsonCursor
from headrace.desktop.messages import read_message
from headrace.desktop.peers import peers_of
from headrace.desktop.values import message_id
from headrace.model.chat import Chat, Peer
from headrace.model.coverage import DESKTOP, Failure
from headrace.model.download import ExportedFile
from headrace.model.message import Message
from headrace.model.page import Page

#: As many as a transaction takes with ease.
MAX_RUN = 200

MALFORMED = "malformed"


class Entries:
    """The messages of one chat, read once from first to last."""

    def __init__(self, cursor: JsonCursor, chat: Chat) -> None:
        """``cursor`` stands before the array of messages."""
        self._cursor = cursor
        self._chat = chat
        self._peers: dict[int, Peer] = {}
        #: Entries that are no message, or have no id: nothing can be recorded of them.
        self.nameless = 0
        #: Where the first of them begins, in bytes.
        self.first_nameless = 0

    def pages(self, is_wanted: Callable[[Item], bool]) -> Iterator[Page]:
        """Runs of adjacent ids among those that are wanted, in the order of the file."""
        run: list[Item] = []
        for item in with_albums(self._items()):
            if not is_wanted(item):
                continue
            if run and (_id(item) != _id(run[-1]) + 1 or len(run) >= MAX_RUN):
                yield self._page(run)
                run = []
            run.append(item)
        if run:
            yield self._page(run)

    def files(self) -> Iterator[ExportedFile]:
        """The files that the entries name, in the order of the file; each entry has one at most."""
        for _ in self._cursor.elements():
            raw = self._cursor.value()
            found = self._file(raw) if raw is not None else None
            if found is not None:
                yield found

    def _file(self, raw: bytes) -> ExportedFile | None:
        try:
            fields = decode(raw)
            number = message_id(fields.get("id")) if isinstance(fields, dict) else None
            return None if number is None else exported_file(fields, self._chat.id, number)
        except Undecodable:
            return None

    def _items(self) -> Iterator[Item]:
        for offset in self._cursor.elements():
            raw = self._cursor.value()
            item = self._item(raw) if raw is not None else None
            if item is not None:
                yield item
                continue
            self.first_nameless = self.first_nameless if self.nameless else offset
            self.nameless += 1

    def _item(self, raw: bytes) -> Item | None:
        try:
            fields = decode(raw)
        except Undecodable:
            return None
        number = message_id(fields.get("id")) if isinstance(fields, dict) else None
        if number is None:
            return None
        try:
            message = read_message(fields, self._chat, number)
        except Exception as error:  # noqa: BLE001 - whatever is in it costs this entry only
            detail = f"An entry of the export could not be read ({type(error).__name__})."
            return Failure(lo=number, hi=number, reason=MALFORMED, detail=detail)
        for peer in peers_of(fields, self._chat.id):
            self._peers.setdefault(peer.id, peer)
        return message

    def _page(self, run: list[Item]) -> Page:
        messages = [item for item in reversed(run) if isinstance(item, Message)]
        peers, self._peers = self._peers, {}
        return Page(
            chat_id=self._chat.id,
            lo=_id(run[0]),
            hi=_id(run[-1]),
            source=DESKTOP,
            messages=tuple(messages),
            peers=tuple(peers.values()),
            failures=tuple(item for item in run if isinstance(item, Failure)),
        )


def _id(item: Item) -> int:
    return item.id if isinstance(item, Message) else item.lo
