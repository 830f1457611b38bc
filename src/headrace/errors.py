"""What can go wrong, as one tree; the docstring of a class is what a person reads.

    HeadraceError                 exit 1    a bug of ours, or something unforeseen
    ├── UsageError                exit 2    a wrong option, a malformed reference
    │   ├── NotAChannel                     a user, a bot, the replies dialog
    │   ├── BrokenExport                    a Telegram Desktop export that cannot be read
    │   └── NotSupported                    asks for what headrace does not do
    ├── ConfigError               exit 2    names the setting and where it was read
    ├── TelegramError             exit 4    Telegram answered, and the answer ends this run
    │   ├── ConnectionLost        exit 4    no connection after all attempts
    │   ├── ClockSkew             exit 4    this computer's clock is off
    │   ├── ServerMisbehaves      exit 4    answers that contradict each other
    │   ├── MethodNotAllowed      exit 1    a call outside the allow-list (a bug of ours)
    │   ├── AccountLost           exit 5    signed out, banned, or used twice
    │   │   ├── NotSignedIn       exit 5
    │   │   └── SignInFailed      exit 5    Telegram does not let this account in
    │   ├── ChatNotFound          exit 6
    │   ├── ChatPrivate           exit 6
    │   └── UsernameMoved         exit 6    the name means another chat now
    ├── MessageNotStored          exit 6    the archive does not hold this message
    ├── FloodPause                exit 75   a pause longer than --max-wait; parked
    ├── ArchiveError              exit 8    the archive folder or its database
    │   ├── NotAnArchive
    │   ├── ArchiveReadOnly
    │   ├── ArchiveTooNew
    │   ├── ArchiveBusy           exit 9    another process works on the same chat
    │   ├── LeaseLost             exit 9    another process took the chat over
    │   ├── DiskFull
    │   └── DatabaseUnavailable
    └── Interrupted               exit 130  stopped by the user; goes on where it was
        └── Terminated            exit 143  ended by SIGTERM; goes on where it was

Besides: 0 complete, 3 finished with recorded failures.
"""

from __future__ import annotations

from typing import ClassVar


class HeadraceError(Exception):
    """Something went wrong that headrace did not foresee."""

    exit_code: ClassVar[int] = 1
    hint: str = ""

    def __init__(self, message: str = "", *, hint: str = "") -> None:
        """Take the sentence for the user and, apart, what to do next."""
        super().__init__(message or self.__doc__ or type(self).__name__)
        if hint:
            self.hint = hint


class UsageError(HeadraceError):
    """The command was called with something it does not understand."""

    exit_code = 2


class NotAChannel(UsageError):
    """This is not a channel or group."""


class BrokenExport(UsageError):
    """This is no Telegram Desktop export that can be read."""


class NotSupported(UsageError):
    """headrace does not do this."""


class ConfigError(HeadraceError):
    """A setting has a value that does not fit."""

    exit_code = 2


class TelegramError(HeadraceError):
    """Telegram refused."""

    exit_code = 4


class ConnectionLost(TelegramError):
    """The connection to Telegram was lost and could not be made again."""

    hint = "Check the network; the same command goes on where it was."


class ClockSkew(TelegramError):
    """The clock of this computer is off."""

    hint = "Set the clock (for example: timedatectl set-ntp true) and run the command again."


class ServerMisbehaves(TelegramError):
    """The server gave answers that contradict each other."""


class MethodNotAllowed(TelegramError):
    """A call that is not on the list of reading calls was stopped before it was sent."""

    exit_code = 1


class AccountLost(TelegramError):
    """Telegram no longer accepts this session."""

    exit_code = 5
    hint = "Sign in again: headrace login"


class NotSignedIn(AccountLost):
    """No account is signed in."""

    hint = "Sign in first: headrace login"


class SignInFailed(AccountLost):
    """Telegram did not let this account sign in."""

    hint = "Try it again: headrace login"


class ChatNotFound(TelegramError):
    """Telegram knows no such channel."""

    exit_code = 6


class ChatPrivate(TelegramError):
    """The channel is private and this account is not in it."""

    exit_code = 6
    hint = "headrace never joins: join in a Telegram app with this account, then run it again."


class UsernameMoved(TelegramError):
    """The username belongs to another chat now."""

    exit_code = 6


class MessageNotStored(HeadraceError):
    """The message is not in the archive."""

    exit_code = 6


class FloodPause(HeadraceError):
    """Telegram asks for a pause longer than --max-wait."""

    exit_code = 75

    def __init__(self, message: str, *, resume_at: float, method: str, hint: str = "") -> None:
        """``resume_at``: Unix seconds from which the method may be called again."""
        super().__init__(message, hint=hint)
        self.resume_at = resume_at
        self.method = method


class ArchiveError(HeadraceError):
    """The archive cannot be used."""

    exit_code = 8


class NotAnArchive(ArchiveError):
    """The folder is not a headrace archive."""


class ArchiveReadOnly(ArchiveError):
    """The archive cannot be written to."""


class ArchiveTooNew(ArchiveError):
    """The archive was made by a newer headrace."""

    hint = "Update headrace; the archive was left as it is."


class ArchiveBusy(ArchiveError):
    """Another process works on this chat."""

    exit_code = 9


class LeaseLost(ArchiveError):
    """Another process took this chat over; nothing more was written here."""

    exit_code = 9


class DiskFull(ArchiveError):
    """The disk is full; what was stored is safe."""

    hint = "Free some space and run the same command; it goes on where it was."


class DatabaseUnavailable(ArchiveError):
    """The database does not answer."""


class Interrupted(HeadraceError):
    """Stopped. What was read is stored."""

    exit_code = 130


class Terminated(Interrupted):
    """Ended by the system. What was read is stored."""

    exit_code = 143
