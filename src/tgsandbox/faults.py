"""Faults: the rules in force, and what they do to one request."""

from __future__ import annotations

import json
import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tgsandbox import fault_rules
from tgsandbox.errors import RpcError, SandboxError, flood
from tgsandbox.fault_rules import Rule
from tgsandbox.pages import Page, of_other_layer, spoiled
from tgsandbox.parts import Part

_GARBAGE_BYTES = 64
_BOMB_BYTES = 256 * 1024 * 1024


@dataclass(slots=True)
class Effects:
    """What happens to one request, or to a connection when it opens."""

    error: RpcError | None = None
    delay: float = 0.0
    copies: int = 1
    stray: bool = False
    beside_unknown: bool = False
    empty_page: bool = False
    spoil: int | None = None
    of_other_layer: int | None = None
    other_result: bool = False
    short_chunk: int | None = None
    long_chunk: int = 0
    wrong_answer: str | None = None
    bomb: int | None = None
    silent: bool = False
    half_open: bool = False
    dribble: float | None = None
    reset: bool = False
    reset_after: int | None = None
    reset_within: float | None = None
    transport_error: int | None = None
    garbage: bytes | None = None
    odd_head: bytes | None = None
    """Raw bytes: the head of a frame that lies about its length, and what follows it."""

    @property
    def takes_the_answers_place(self) -> bool:
        odd = (self.garbage, self.transport_error, self.odd_head)
        return any(one is not None for one in odd)

    def touch(self, page: Page) -> None:
        if self.spoil is not None:
            page.spoil(self.spoil)
        if self.of_other_layer is not None:
            page.spoil(self.of_other_layer, of_other_layer)
        if self.empty_page:
            page.empty()

    def touch_part(self, part: Part) -> None:
        if self.short_chunk is not None:
            part.data = part.data[: self.short_chunk]
        part.data += bytes(self.long_chunk)
        part.wrong = self.wrong_answer


NO_EFFECTS = Effects()


@dataclass
class Deeds:
    """What faults may do outside the request: move the clock, change the world."""

    set_clock: Callable[[float], None]
    change_world: Callable[[dict[str, Any]], Any]


@dataclass
class Faults:
    """The rules in force. Chance is seeded, so that a schedule can be repeated."""

    deeds: Deeds
    seed: int = 0
    rules: list[Rule] = field(default_factory=list)
    silent_everywhere: bool = False
    unreadable: dict[tuple[int | None, int], str] = field(default_factory=dict)
    """(chat or any, message id) whose constructor no client knows -> the action."""

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        self._made = 0

    def add(self, given: Any) -> list[int]:
        """Add one rule, a list of them, or ``{"rules": [...]}``; all of them or none."""
        if isinstance(given, dict) and set(given) == {"rules"}:
            given = given["rules"]
        many = given if isinstance(given, list) else [given]
        rules = [fault_rules.parsed(self._made + at, one) for at, one in enumerate(many, 1)]
        self._made += len(rules)
        self.rules.extend(rules)
        self._note_standing()
        return [rule.number for rule in rules]

    def clear(self, number: int | None = None) -> int:
        """Remove one rule or all; silence ends with the last. Returns how many went."""
        before = len(self.rules)
        self.rules = [] if number is None else [r for r in self.rules if r.number != number]
        self._note_standing()
        if not self.rules:
            self.silent_everywhere = False
        return before - len(self.rules)

    def effects(self, method: str, request: Any, dc: int) -> Effects:
        """What the rules do to this request; rules that fire are counted."""
        if not self.rules:
            return NO_EFFECTS
        effects = Effects()
        for rule in list(self.rules):
            if rule.standing is None and rule.fires(method, request, dc, self._chance):
                self._apply(rule.action, effects)
        return effects

    def damaged(self, chat: int, message_id: int, message: bytes) -> bytes:
        """A message as it goes out: unreadable where a rule says so."""
        known = self.unreadable
        action = known.get((chat, message_id)) or known.get((None, message_id))
        if action is None:
            return message
        return of_other_layer(message) if action == "other_layer" else spoiled(message)

    def _note_standing(self) -> None:
        standing = [(rule.standing, rule.action["type"]) for rule in self.rules]
        self.unreadable = {key: kind for key, kind in standing if key is not None}

    def _apply(self, action: dict[str, Any], effects: Effects) -> None:
        match action["type"]:
            case "clock":
                self.deeds.set_clock(action["offset"])
            case "world":
                self.deeds.change_world(action["change"])
            case "error":
                effects.error = RpcError(action["code"], action["message"])
            case "flood":
                effects.error = flood(action["seconds"], premium=action.get("premium", False))
            case "delay":
                effects.delay += action["seconds"]
            case "lose_reply":
                effects.copies = 0
            case "duplicate_reply":
                effects.copies = 2
            case "stray_reply":
                effects.stray = True
            case _:
                self._apply_to_answer(action, effects)

    def _apply_to_answer(self, action: dict[str, Any], effects: Effects) -> None:
        match action["type"]:
            case "empty_page":
                effects.empty_page = True
            case "unknown_constructor":
                effects.spoil = action.get("position", 0)
            case "other_layer" if action.get("of") == "result":
                effects.other_result = True
            case "other_layer":
                effects.of_other_layer = action.get("position", 0)
            case "unknown_beside":
                effects.beside_unknown = True
            case "short_chunk":
                effects.short_chunk = action["bytes"]
            case "long_chunk":
                effects.long_chunk = action["bytes"]
            case "wrong_answer":
                effects.wrong_answer = action["of"]
            case "gzip_bomb":
                effects.bomb = action.get("bytes", _BOMB_BYTES)
            case _:
                self._apply_to_connection(action, effects)

    def _apply_to_connection(self, action: dict[str, Any], effects: Effects) -> None:
        match action["type"]:
            case "silent":
                everywhere = action.get("scope", "connection") == "all"
                effects.silent |= not everywhere
                self.silent_everywhere |= everywhere
            case "half_open":
                effects.half_open = True
            case "dribble":
                effects.dribble = action.get("seconds", 0.0)
            case "reset":
                effects.reset = True
            case "reset_after":
                effects.reset_after = action["bytes"]
            case "reset_within":
                effects.reset_within = action.get("share", 0.5)
            case "transport_error":
                effects.transport_error = action["code"]
            case "garbage":
                effects.garbage = self._chance.randbytes(action.get("bytes", _GARBAGE_BYTES) & ~3)
            case "frame_length":
                effects.odd_head = struct.pack("<ii", action["length"], 0)
                effects.odd_head += bytes(action.get("bytes", 0))


def from_file(path: Path) -> Any:
    """The rules in a JSON file, as `Faults.add` takes them."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise SandboxError(f"The fault file {path} cannot be read: {exc.strerror}.") from exc
    except ValueError as exc:
        raise SandboxError(f"The fault file {path} is no JSON: {exc}.") from exc
