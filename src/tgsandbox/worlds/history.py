"""Histories: a fixed sequence of records, and the changes made to it while the server runs."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from typing import Protocol

from tgsandbox.worlds.base import Content
from tgsandbox.worlds.locations import Locations
from tgsandbox.worlds.tl import message_tl


class Records(Protocol):
    """The messages that a world begins with, in ascending id order, none ever changed."""

    def __len__(self) -> int: ...

    def position(self, message_id: int) -> int:
        """How many records have an id below ``message_id``."""

    def position_at(self, date: int) -> int:
        """How many records are older than ``date``."""

    def at(self, position: int) -> Content: ...

    def wire(self, position: int) -> bytes: ...


class ListedRecords:
    """Records held in a list; ids and dates ascend."""

    def __init__(self, chat_id: int, messages: Sequence[Content], locations: Locations) -> None:
        self._chat_id = chat_id
        self._messages = messages
        self._locations = locations
        self._ids = [message["id"] for message in messages]
        self._dates = [message["date"] for message in messages]
        self._wires: dict[int, bytes] = {}
        self._edition = locations.edition

    def __len__(self) -> int:
        return len(self._messages)

    def position(self, message_id: int) -> int:
        return bisect_left(self._ids, message_id)

    def position_at(self, date: int) -> int:
        return bisect_left(self._dates, date)

    def at(self, position: int) -> Content:
        return self._messages[position]

    def wire(self, position: int) -> bytes:
        if self._edition != self._locations.edition:
            self._wires.clear()
            self._edition = self._locations.edition
        cached = self._wires.get(position)
        if cached is None:
            cached = bytes(message_tl(self._messages[position], self._chat_id, self._locations))
            self._wires[position] = cached
        return cached


class LiveHistory:
    """Records with posts, edits and deletions on top (the `History` of every world).

    Added dates must not go below those already there, or `position_at` is wrong.
    """

    def __init__(self, chat_id: int, records: Records, locations: Locations) -> None:
        self.chat_id = chat_id
        self._records = records
        self._locations = locations
        self._gone: list[int] = []
        """Positions of deleted records, ascending."""
        self._edited: dict[int, Content] = {}
        """Changed records by position."""
        self._added: list[Content] = []
        self._untouched = True

    def __len__(self) -> int:
        return len(self._records) - len(self._gone) + len(self._added)

    def position(self, message_id: int) -> int:
        return self._kept_below(self._records.position(message_id)) + bisect_left(
            self._added, message_id, key=lambda message: int(message["id"])
        )

    def position_at(self, date: int) -> int:
        return self._kept_below(self._records.position_at(date)) + bisect_left(
            self._added, date, key=lambda message: int(message["date"])
        )

    def at(self, index: int) -> Content:
        if self._untouched:
            return self._records.at(self._checked(index))
        position = self._record_of(self._checked(index))
        if position >= len(self._records):
            return self._added[position - len(self._records)]
        return self._edited.get(position) or self._records.at(position)

    def wire(self, index: int) -> bytes:
        if self._untouched:
            return self._records.wire(self._checked(index))
        position = self._record_of(self._checked(index))
        if position < len(self._records) and position not in self._edited:
            return self._records.wire(position)
        return bytes(message_tl(self.at(index), self.chat_id, self._locations))

    def get(self, message_id: int) -> Content | None:
        index = self.position(message_id)
        if index == len(self):
            return None
        message = self.at(index)
        return message if message["id"] == message_id else None

    def top_id(self) -> int:
        return int(self.at(len(self) - 1)["id"]) if len(self) else 0

    def add(self, message: Content) -> None:
        if message["id"] <= self.top_id():
            raise ValueError(f"Message {message['id']} is not above {self.top_id()}, the newest.")
        self._added.append(message)
        self._untouched = False

    def edit(self, message_id: int, changes: Content) -> None:
        merged = {**self._present(message_id), **changes}
        content = {key: value for key, value in merged.items() if value is not None}
        position = self._record_of(self.position(message_id))
        if position < len(self._records):
            self._edited[position] = content
        else:
            self._added[position - len(self._records)] = content
        self._untouched = False

    def delete(self, message_id: int) -> None:
        self._present(message_id)
        position = self._record_of(self.position(message_id))
        if position < len(self._records):
            insort(self._gone, position)
            self._edited.pop(position, None)
        else:
            del self._added[position - len(self._records)]
        self._untouched = False

    def _present(self, message_id: int) -> Content:
        message = self.get(message_id)
        if message is None:
            raise KeyError(message_id)
        return message

    def _checked(self, index: int) -> int:
        if not 0 <= index < len(self):
            raise IndexError(index)
        return index

    def _kept_below(self, position: int) -> int:
        return position - bisect_left(self._gone, position)

    def _record_of(self, index: int) -> int:
        """The position of what is now at ``index``, added messages after all records."""
        low, high = 0, len(self._gone)
        while low < high:
            middle = (low + high) // 2
            if self._gone[middle] - middle <= index:
                low = middle + 1
            else:
                high = middle
        return index + low


__all__ = ["ListedRecords", "LiveHistory", "Records"]
