"""Flood limits: sliding windows per method class, and waits that grow when ignored.

The rule of growth. The first refusal opens an *episode* and tells a wait. A request that
comes during the wait, later than the client could have heard of the refusal, is a
*violation*. An episode with more violations than ``patience`` multiplies the wait of the
next one by ``growth`` (again and again, up to ``longest``); an episode with fewer brings
the wait back to its first value. Requests already on their way cost nothing.
"""

from __future__ import annotations

import math
from collections import Counter, deque

from tgsandbox.errors import RpcError, flood
from tgsandbox.profile import MethodClass, Profile

#: Added to a round trip before a request counts as sent in spite of the refusal.
_GRACE_SECONDS = 0.25


class Gate:
    """One limit of one account."""

    def __init__(self, rule: MethodClass, round_trip: float) -> None:
        self.rule = rule
        self._heard_after = round_trip + _GRACE_SECONDS
        self._accepted: deque[float] = deque()
        self._refused_at = -math.inf
        self._until = -math.inf
        self._ignored = 0
        self._factor = 1.0

    def wait(self, now: float) -> tuple[int, bool, bool]:
        """Seconds to wait (0: accepted), whether an episode begins, whether this is a violation."""
        rule = self.rule
        if rule.limit is None:
            return 0, False, False
        if now < self._until:
            violation = now > self._refused_at + self._heard_after
            self._ignored += violation
            return self._rest(now), False, violation
        while self._accepted and self._accepted[0] <= now - rule.window:
            self._accepted.popleft()
        if len(self._accepted) < rule.limit:
            self._accepted.append(now)
            return 0, False, False
        self._begin(now)
        return self._rest(now), True, False

    def _begin(self, now: float) -> None:
        self._factor = self._factor * self.rule.growth if self._ignored > self.rule.patience else 1
        self._ignored = 0
        self._refused_at = now
        self._until = now + min(self.rule.wait * self._factor, self.rule.longest)

    def _rest(self, now: float) -> int:
        return max(1, math.ceil(self._until - now - 1e-3))


class Limits:
    """The gates of each account, with what they have refused."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._gates: dict[tuple[int | None, str], Gate] = {}
        self.refused: Counter[str] = Counter()
        self.episodes: Counter[str] = Counter()
        self.violations: Counter[str] = Counter()

    def refusal(self, class_name: str, now: float, account: int | None) -> RpcError | None:
        """The flood error for a request of this class now, if it is one too many."""
        gate = self._gate(class_name, account)
        seconds, begins, violation = gate.wait(now)
        if not seconds:
            return None
        self.refused[class_name] += 1
        self.episodes[class_name] += begins
        self.violations[class_name] += violation
        return flood(seconds, premium=gate.rule.premium)

    def _gate(self, class_name: str, account: int | None) -> Gate:
        gate = self._gates.get((account, class_name))
        if gate is None:
            gate = Gate(self._profile.of(class_name), self._profile.rtt_ms / 1000)
            self._gates[account, class_name] = gate
        return gate

    def reset_counts(self) -> None:
        for counts in (self.refused, self.episodes, self.violations):
            counts.clear()
