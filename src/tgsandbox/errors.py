"""What can go wrong on purpose.

SandboxError             a sentence for whoever started the sandbox
RpcError                 an answer of Telegram's kind: code and NAME
Refused                  the client broke the protocol; its connection is closed
"""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox was asked for something that it does not have."""


class RpcError(Exception):
    """An error that is sent to the client as the answer to its request."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


class Refused(Exception):
    """Bytes that no server would go on with; ``frame`` is said before hanging up."""

    def __init__(self, why: str, *, frame: int | None = None) -> None:
        super().__init__(why)
        self.frame = frame


def bad_request(message: str) -> RpcError:
    return RpcError(400, message)


def unauthorised(message: str) -> RpcError:
    return RpcError(401, message)


def not_acceptable(message: str) -> RpcError:
    """An error that clients show to nobody, by Telegram's rule."""
    return RpcError(406, message)


def migrate(what: str, dc: int) -> RpcError:
    """Ask there: ``PHONE_MIGRATE_4``, ``FILE_MIGRATE_4``."""
    return RpcError(303, f"{what}_MIGRATE_{dc}")


def flood(seconds: int, *, premium: bool = False) -> RpcError:
    """The refusal of a method class for ``seconds``; downloads get the premium variant."""
    name = "FLOOD_PREMIUM_WAIT" if premium else "FLOOD_WAIT"
    return RpcError(420, f"{name}_{seconds}")
