"""A login: one account signed in by one client, on as many data centres as it likes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(eq=False)
class Login:
    """What Telegram's settings list as one device; all its keys die together."""

    user_id: int
    ended: bool = False
