"""Faults: the rules in force, and what they do to one request."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tgsandbox import fault_rules
from tgsandbox.errors import RpcError, SandboxError, flood
from tgsandbox.fault_rules import Rule
from tgsandbox.pages import Page

_GARBAGE_BYTES = 64
_BOMB_BYTES = 256 * 1024 * 1024


@dataclass(slots=True)
class Effects:
    """What happens to one request, or to a connection when it opens."""

    error: RpcError | None = None
    delay: float = 0.0
    copies: int = 1
    beside_unknown: bool = False
    empty_page: bool = False
    spoil: int | None = None
    short_chunk: int | None = None
    bomb: int | None = None
    silent: bool = False
    reset: bool = False
    reset_after: int | None = None
    transport_error: int | None = None
    garbage: bytes | None = None

    def touch(self, page: Page) -> None:
        if self.spoil is not None:
            page.spoil(self.spoil)
        if self.empty_page:
            page.empty()


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
    unreadable: set[tuple[int | None, int]] = field(default_factory=set)
    """(chat or any, message id) whose constructor no client knows."""

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

    def is_unreadable(self, chat: int, message_id: int) -> bool:
        keys = self.unreadable
        return (chat, message_id) in keys or (None, message_id) in keys

    def _note_standing(self) -> None:
        self.unreadable = {rule.standing for rule in self.rules if rule.standing is not None}

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
            case _:
                self._apply_to_answer(action, effects)

    def _apply_to_answer(self, action: dict[str, Any], effects: Effects) -> None:
        match action["type"]:
            case "empty_page":
                effects.empty_page = True
            case "unknown_constructor":
                effects.spoil = action.get("position", 0)
            case "unknown_beside":
                effects.beside_unknown = True
            case "short_chunk":
                effects.short_chunk = action["bytes"]
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
            case "reset":
                effects.reset = True
            case "reset_after":
                effects.reset_after = action["bytes"]
            case "transport_error":
                effects.transport_error = action["code"]
            case "garbage":
                effects.garbage = self._chance.randbytes(action.get("bytes", _GARBAGE_BYTES) & ~3)


def from_file(path: Path) -> Any:
    """The rules in a JSON file, as `Faults.add` takes them."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as exc:
        raise SandboxError(f"The fault file {path} cannot be read: {exc.strerror}.") from exc
    except ValueError as exc:
        raise SandboxError(f"The fault file {path} is no JSON: {exc}.") from exc
