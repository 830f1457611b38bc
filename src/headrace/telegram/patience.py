"""Patience: how long and how often Telegram is asked before headrace gives up."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long and how often; all times in seconds."""

    connect: float = 30.0
    answer: float = 60.0
    #: A part of a file has so many seconds, and the time that it takes at the slowest rate.
    part: float = 10.0
    #: Bytes a second and connection.
    slowest: float = 32 * 1024
    #: The longest pause that is waited out; their sum is not limited.
    max_wait: float = 900.0
    #: Repetitions of one request after server errors and missed deadlines.
    retries: int = 5
    #: Connections in a row that broke or failed without a single answer.
    connections: int = 8
    first_backoff: float = 0.5
    longest_backoff: float = 30.0
    #: A link this long idle is asked for a sign of life before it is used.
    idle: float = 50.0

    def backoff(self, attempt: int) -> float:
        """Grows with each attempt, capped; jittered, so that many clients do not march in step."""
        seconds: float = self.first_backoff * 2 ** (attempt - 1)
        return min(seconds, self.longest_backoff) * random.uniform(0.7, 1.3)
