"""The composition root: takes settings, wires the rooms together, and hides them from the faces.

``imports.py`` reads channels and exports, ``sync.py`` brings them up to date, ``watch.py`` stays
and listens, ``media.py`` fetches their files, ``export.py`` brings them out, ``archive.py`` reads
what is stored, ``accounts.py`` opens sessions, ``sign_in.py`` makes and ends them, ``check.py``
looks after what is stored, ``doctor.py`` whether headrace can work. ``serve.py`` has the site and
its jobs, which ``servers.py`` lets the command line find; ``proofs.py`` what it tells of chats.
"""

from headrace.app.archive import chats, content, digest, reparse, show, status
from headrace.app.check import check, repair
from headrace.app.doctor import doctor
from headrace.app.export import export_files
from headrace.app.imports import import_chat, needs_no_account, plan_chat
from headrace.app.media import fetch_media
from headrace.app.servers import find_server, running_server
from headrace.app.sign_in import (
    WHERE_TO_GET_ONE,
    accounts,
    adopt,
    checked_application,
    is_signed_in,
    login,
    logout,
)
from headrace.app.sync import sync_chats
from headrace.app.values import builtins_of
from headrace.app.watch import watch_chats

__all__ = [
    "WHERE_TO_GET_ONE",
    "accounts",
    "adopt",
    "builtins_of",
    "chats",
    "check",
    "checked_application",
    "content",
    "digest",
    "doctor",
    "export_files",
    "fetch_media",
    "find_server",
    "import_chat",
    "is_signed_in",
    "login",
    "logout",
    "needs_no_account",
    "plan_chat",
    "repair",
    "reparse",
    "running_server",
    "show",
    "status",
    "sync_chats",
    "watch_chats",
]
