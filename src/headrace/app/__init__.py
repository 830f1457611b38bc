"""The composition root: takes settings, wires the rooms together, and hides them from the faces.

``imports.py`` reads channels and exports, ``archive.py`` reads what is stored,
``accounts.py`` opens sessions.
"""

from headrace.app.accounts import login
from headrace.app.archive import chats, content, digest, reparse, show, status
from headrace.app.imports import import_chat, plan_chat
from headrace.app.values import builtins_of

__all__ = [
    "builtins_of",
    "chats",
    "content",
    "digest",
    "import_chat",
    "login",
    "plan_chat",
    "reparse",
    "show",
    "status",
]
