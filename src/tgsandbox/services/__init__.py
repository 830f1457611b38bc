"""The methods that are served, one module per namespace, each registering itself."""

from __future__ import annotations

from tgsandbox.dispatcher import Dispatcher
from tgsandbox.services import (
    auth,
    auth_codes,
    auth_passwords,
    auth_tokens,
    channels,
    config,
    contacts,
    dialogs,
    emoji,
    messages,
    replies,
    search,
    updates,
    upload,
    users,
)

_ALL = (
    auth,
    auth_codes,
    auth_passwords,
    auth_tokens,
    channels,
    config,
    contacts,
    dialogs,
    emoji,
    messages,
    replies,
    search,
    updates,
    upload,
    users,
)


def register_all(dispatcher: Dispatcher) -> None:
    """Every method that the sandbox knows."""
    for service in _ALL:
        service.register(dispatcher)
