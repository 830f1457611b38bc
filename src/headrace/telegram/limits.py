"""A learned limit: plain numbers, kept per account between runs."""

from __future__ import annotations

import msgspec

#: Requests older than this play no part when a first refusal is explained.
HORIZON_S = 60.0
#: For how many windows a limit must have held requests back before it is pressed, at first.
FIRST_PATIENCE = 6.0
_LONGEST_PATIENCE = 2_000.0
#: One refusal after fewer requests than this explains nothing: the account may have been busy
#: before, or elsewhere. The second one counts.
_TELLING = 10
_SMALLEST_STEP = 1.05
#: How much too long a window may be that only a long pause has shown.
_UNKNOWN_RATIO = 2.5
_DAY_S = 86_400
#: People set limits in round numbers of seconds; measured ones come out a little longer.
_ROUND_S = (3600, 1800, 600, 300, 120, 60, 30, 20, 15, 10, 5, 3, 2, 1)
_ROUNDING = 0.8
#: A window that is known this well, between too short and long enough, may be rounded within.
_NARROW = 0.5


class Pauses(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The pauses that Telegram asks a class of methods for; times of day are Unix seconds."""

    #: Until then Telegram wants no request of this class; 0 for no pause.
    resume_at: float = 0.0
    day: int = 0
    #: Pauses on that day.
    pauses: int = 0

    def count_episode(self, now: float) -> None:
        """One more pause today."""
        day = int(now // _DAY_S)
        self.pauses = self.pauses + 1 if day == self.day else 1
        self.day = day


class Limit(Pauses, kw_only=True, omit_defaults=True):
    """What is known of one class of methods."""

    #: Requests that may be sent within ``window`` seconds; none while nothing was refused.
    burst: int | None = None
    #: The shortest window that was seen to work.
    window: float | None = None
    #: The longest window that was seen to be too short.
    floor: float = 0.0
    #: The window to go back to when pressing harder fails.
    fallback: float | None = None
    #: Windows at the limit before it is pressed again; doubles with every failure.
    patience: float = FIRST_PATIENCE
    #: Refusals in a row that the limit does not explain.
    strikes: int = 0
    learned_at: float = 0.0
    #: When the last requests were answered.
    recent: list[float] = msgspec.field(default_factory=list)

    def pair(self) -> tuple[int, float] | None:
        """(burst, window) once both are known."""
        if self.burst is None or self.window is None:
            return None
        return self.burst, self.window

    def is_telling(self, burst: int, *, again: bool) -> bool:
        """Whether a first refusal, after ``burst`` requests, says something about the limit."""
        if again or burst >= _TELLING or self.strikes:
            self.strikes = 0
            return True
        self.strikes = 1
        return False

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
            self.patience = min(self.patience * 2, _LONGEST_PATIENCE)
        elif self.window is not None and not again:
            self._strike()

    def accepted_after(self, window: float, now: float) -> None:
        """A pause is over, and the last ``burst`` requests lie ``window`` seconds back."""
        if self.window is None or self.floor >= self.window:
            if self.floor >= window:
                self.floor = 0.0
            self._guess(window)
            self.learned_at = now

    def press_harder(self) -> None:
        """Try a shorter window: in big steps while little is known, then in steps of 5 %."""
        self.strikes = 0
        if self.window is None:
            return
        ratio = self.window / self.floor if self.floor > 0 else _UNKNOWN_RATIO
        shorter = self.window / max(_SMALLEST_STEP, ratio**0.25)
        if shorter > self.floor * 1.02:
            self.window, self.fallback = shorter, self.window

    def _guess(self, window: float) -> None:
        """Take the round number just below a measured window; one refusal undoes a wrong guess."""
        self.window = window
        least = self.floor * 1.02
        if self.floor < window * _NARROW:
            least = max(least, window * _ROUNDING)
        shorter = next((s for s in _ROUND_S if least <= s < window), None)
        if shorter is not None:
            self.window, self.fallback = float(shorter), window

    def _strike(self) -> None:
        """Somebody else uses the account, or the limit has become stricter."""
        self.strikes += 1
        if self.strikes > 1 and self.burst is not None:
            self.burst = max(1, int(self.burst * 0.85))
