"""A learned limit: plain numbers, kept per account between runs."""

from __future__ import annotations

import msgspec

#: Requests older than this play no part when a first refusal is explained.
HORIZON_S = 60.0
#: How long a limit must have held requests back before it is pressed, at first.
FIRST_PATIENCE_S = 60.0
_LONGEST_PATIENCE_S = 6 * 3600.0
_SMALLEST_STEP = 1.05
_DAY_S = 86_400


class Limit(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What is known of one class of methods; times of day are Unix seconds."""

    #: Requests that may be sent within ``window`` seconds; none while nothing was refused.
    burst: int | None = None
    #: The shortest window that was seen to work.
    window: float | None = None
    #: The longest window that was seen to be too short.
    floor: float = 0.0
    #: The window to go back to when pressing harder fails.
    fallback: float | None = None
    #: Seconds at the limit before it is pressed again; doubles with every failure.
    patience_s: float = FIRST_PATIENCE_S
    #: Refusals in a row that the limit does not explain.
    strikes: int = 0
    learned_at: float = 0.0
    #: Until then Telegram wants no request of this class; 0 for no pause.
    resume_at: float = 0.0
    #: When the last requests were answered.
    recent: list[float] = msgspec.field(default_factory=list)
    day: int = 0
    #: Pauses on that day.
    pauses: int = 0

    def pair(self) -> tuple[int, float] | None:
        """(burst, window) once both are known."""
        if self.burst is None or self.window is None:
            return None
        return self.burst, self.window

    def count_episode(self, now: float) -> None:
        """One more pause today."""
        day = int(now // _DAY_S)
        self.pauses = self.pauses + 1 if day == self.day else 1
        self.day = day

    def refused(self, evidence: float, *, again: bool) -> None:
        """Requests were refused although the last ``burst`` lay ``evidence`` seconds back.

        ``again``: right after a pause, so the window is longer than the pause.
        """
        if self.window is not None and evidence > self.window * 1.25 and not again:
            self._strike()
            return
        self.floor = max(self.floor, evidence)
        if self.fallback is not None:
            self.window, self.fallback = self.fallback, None
            self.patience_s = min(self.patience_s * 2, _LONGEST_PATIENCE_S)
        elif self.window is not None and not again:
            self._strike()

    def accepted_after(self, window: float, now: float) -> None:
        """A pause is over, and the last ``burst`` requests lie ``window`` seconds back."""
        if self.window is None or self.floor >= self.window:
            self.window = window
            self.learned_at = now
        if self.floor >= self.window:
            self.floor = 0.0

    def press_harder(self) -> None:
        """Try a shorter window: in big steps while little is known, then in steps of 5 %."""
        self.strikes = 0
        if self.window is None:
            return
        step = _SMALLEST_STEP
        if self.floor > 0:
            step = max(step, (self.window / self.floor) ** 0.25)
        shorter = self.window / step
        if shorter > self.floor * 1.02:
            self.window, self.fallback = shorter, self.window

    def _strike(self) -> None:
        """Somebody else uses the account, or the limit has become stricter."""
        self.strikes += 1
        if self.strikes > 1 and self.burst is not None:
            self.burst = max(1, int(self.burst * 0.85))
