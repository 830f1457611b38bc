"""Damage: what faults do to a connection itself, beside or in the place of an answer."""

from __future__ import annotations

from tgsandbox.faults import Effects
from tgsandbox.link import Link
from tgsandbox.transport import Codec


def inflict(effects: Effects, link: Link, codec: Codec) -> None:
    """Let the effects that concern the connection happen to it."""
    if effects.dribble is not None:
        link.dribble(effects.dribble)
    if effects.reset_after is not None:
        link.cut_after(effects.reset_after)
    for frame in _odd_frames(effects, codec):
        link.send(frame)
    if effects.transport_error is not None:
        link.close_soon()
    if effects.silent:
        link.silent = True
    if effects.half_open:
        link.vanish()
    if effects.reset:
        link.reset()


def _odd_frames(effects: Effects, codec: Codec) -> list[bytes]:
    frames = []
    if effects.garbage is not None:
        frames.append(codec.encode(effects.garbage))
    if effects.transport_error is not None:
        frames.append(codec.error(effects.transport_error))
    if effects.odd_head is not None:
        frames.append(effects.odd_head)
    return frames
