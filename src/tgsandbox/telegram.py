"""What all data centres share: the world, the accounts, the clock, limits and faults."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field
from typing import Any, Protocol

from tgsandbox import news
from tgsandbox.accounts import Accounts
from tgsandbox.audience import Audience
from tgsandbox.changes import Changes
from tgsandbox.clock import Clock
from tgsandbox.codes import Codes
from tgsandbox.counters import Counters
from tgsandbox.faults import Deeds, Faults
from tgsandbox.journal import Event
from tgsandbox.limits import Limits
from tgsandbox.link import Rate
from tgsandbox.login_tokens import LoginTokens
from tgsandbox.logins import Login
from tgsandbox.profile import Profile
from tgsandbox.rsa_key import ServerKey
from tgsandbox.session import Key
from tgsandbox.threads import Threads
from tgsandbox.worlds.base import World

log = logging.getLogger("tgsandbox")


class Line(Protocol):
    """An open connection to a client."""

    def push(self, key: Key, update: bytes) -> bool:
        """Send an update unasked, if the client here speaks with that key and wants updates."""


@dataclass(kw_only=True)
class Telegram:
    """One Telegram with its accounts; the data centres are doors to it."""

    world: World
    profile: Profile
    server_key: ServerKey
    seed: int = 0
    clock: Clock = field(default_factory=Clock)
    counters: Counters = field(default_factory=Counters)
    addresses: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Host and port by data centre id, the home one first."""
    keys: dict[tuple[int, bytes], Key] = field(default_factory=dict)
    """Authorisation keys by data centre and key id."""
    exported: dict[bytes, tuple[int, Login]] = field(default_factory=dict)
    """Logins on their way to another data centre: token -> data centre, login."""
    lines: set[Line] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.world)
        self.codes = Codes(self.clock, self.seed)
        self.tokens = LoginTokens(self.clock)
        self.audience = Audience(self.world, self.accounts)
        self.threads = Threads(self.world)
        self.changes = Changes(self.world, self.clock)
        self.changes.listeners += [self.audience.forget]
        self.changes.hearers += [self._took_place]
        self.limits = Limits(self.profile)
        self.account_rate = Rate(self.profile.account_bytes_per_s)
        deeds = Deeds(set_clock=self.clock.set_offset, change_world=self.changes.apply)
        self.faults = Faults(deeds, self.seed)

    def _took_place(self, event: Event, told: bool | str) -> None:
        self.audience.forget()
        self.threads.follow(event)
        if told:
            news.push(self, event, too_long=told == "too_long")

    @property
    def home_dc(self) -> int:
        return self.world.home_dc

    def add_key(self, dc: int, data: bytes, *, login: Login | None = None) -> Key:
        key = Key(data, login=login)
        self.keys[dc, key.id] = key
        return key

    def export(self, dc: int, login: Login) -> bytes:
        """A token with which a key of another data centre joins a login, once."""
        token = secrets.token_bytes(32)
        self.exported[token] = dc, login
        return token

    def logins(self, user_id: int) -> set[Login]:
        """Where an account is signed in."""
        return {
            key.login
            for key in self.keys.values()
            if key.login is not None and key.user_id == user_id
        }

    def push(self, key: Key, update: bytes) -> int:
        """Send an update to whoever is connected with a key; returns how many that are."""
        return sum(line.push(key, update) for line in self.lines)

    def reset_counters(self) -> None:
        self.counters.reset()
        self.limits.reset_counts()

    def report(self) -> dict[str, Any]:
        """All counts, for the control endpoint and for tests."""
        return {
            **self.counters.as_json(),
            "flood_refusals": dict(self.limits.refused),
            "flood_episodes": dict(self.limits.episodes),
            "flood_violations": dict(self.limits.violations),
            "profile": self.profile.as_json(),
        }
