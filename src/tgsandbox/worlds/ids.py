"""Marked ids (as in the Bot API), and the numbers that are derived from ids and the seed."""

from __future__ import annotations

from typing import Any

from telethon.tl import types

#: The Bot API writes the channel N as -1000000000000 - N.
CHANNEL_MARK = -1_000_000_000_000
_WORD = (1 << 64) - 1


def channel_id(bare: int) -> int:
    """The marked id of a channel or supergroup."""
    return CHANNEL_MARK - bare


def bare_id(marked: int) -> int:
    """The id as TL carries it."""
    if marked > 0:
        return marked
    return CHANNEL_MARK - marked if marked < CHANNEL_MARK else -marked


def is_channel(marked: int) -> bool:
    return marked < CHANNEL_MARK


def peer(marked: int) -> Any:
    """The TL ``Peer`` of a marked id."""
    if marked > 0:
        return types.PeerUser(marked)
    if is_channel(marked):
        return types.PeerChannel(bare_id(marked))
    return types.PeerChat(-marked)


def mix(*numbers: int) -> int:
    """Numbers -> 64 well mixed bits, the same in every run and on every machine."""
    state = 0
    for number in numbers:
        state = (state ^ (number & _WORD)) + 0x9E3779B97F4A7C15 & _WORD
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 & _WORD
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB & _WORD
        state ^= state >> 31
    return state


def signed(word: int) -> int:
    """64 bits as TL's ``long``."""
    return word - (1 << 64) if word >> 63 else word
