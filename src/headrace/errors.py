"""What can go wrong, as one tree; docstring or ``said_ru`` of a class is what a person reads.

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
    │   ├── UsernameMoved         exit 6    the name means another chat now
    │   └── FileFailed            exit 4    this file could not be had this time; recorded
    │       └── FileAbsent        exit 6    nobody has this file any more; recorded
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

Besides: 0 complete, 3 finished with recorded failures, 10 damage found, 11 damage repaired.
"""

from __future__ import annotations

from typing import ClassVar


class HeadraceError(Exception):
    """Something went wrong that headrace did not foresee."""

    exit_code: ClassVar[int] = 1
    said_ru: ClassVar[str] = "Произошло то, чего headrace не предусмотрел."
    hint: str = ""
    hint_ru: str = ""
    report: object = None  #: how far it came, where that is worth telling

    def __init__(
        self, message: str = "", *, hint: str = "", ru: str = "", hint_ru: str = ""
    ) -> None:
        """Take the sentence for the user and, apart, what to do next; both in Russian too."""
        super().__init__(message or self.__doc__ or type(self).__name__)
        self._ru = ru or ("" if message else self.said_ru)
        if hint or hint_ru:
            self.hint, self.hint_ru = hint, hint_ru

    def told(self, language: str) -> tuple[str, str]:
        """The sentence and what to do next, in ``ru`` or ``en``; English where none else is."""
        if language == "ru":
            return self._ru or str(self), self.hint_ru or self.hint
        return str(self), self.hint


class UsageError(HeadraceError):
    """The command was called with something it does not understand."""

    exit_code = 2
    said_ru = "Команда не понимает того, с чем её вызвали."


class NotAChannel(UsageError):
    """This is not a channel or group."""

    said_ru = "Это не канал и не группа."


class BrokenExport(UsageError):
    """This is no Telegram Desktop export that can be read."""

    said_ru = "Это не экспорт Telegram Desktop, который можно прочесть."


class NotSupported(UsageError):
    """headrace does not do this."""

    said_ru = "headrace этого не делает."


class ConfigError(HeadraceError):
    """A setting has a value that does not fit."""

    exit_code = 2
    said_ru = "Значение одной из настроек не подходит."


class TelegramError(HeadraceError):
    """Telegram refused."""

    exit_code = 4
    said_ru = "Telegram отказал."


class ConnectionLost(TelegramError):
    """The connection to Telegram was lost and could not be made again."""

    said_ru = "Связь с Telegram прервалась, восстановить её не удалось."
    hint = "Check the network; the same command goes on where it was."
    hint_ru = "Проверьте сеть; та же команда продолжит с того же места."


class ClockSkew(TelegramError):
    """The clock of this computer is off."""

    said_ru = "Часы этого компьютера идут неверно."
    hint = "Set the clock (for example: timedatectl set-ntp true) and run the command again."
    hint_ru = "Выставьте часы (например: timedatectl set-ntp true) и повторите команду."


class ServerMisbehaves(TelegramError):
    """The server gave answers that contradict each other."""

    said_ru = "Ответы сервера противоречат друг другу."


class MethodNotAllowed(TelegramError):
    """A call that is not on the list of reading calls was stopped before it was sent."""

    exit_code = 1
    said_ru = "Вызова нет в списке разрешённых, только читающих; он не отправлен."


class AccountLost(TelegramError):
    """Telegram no longer accepts this session."""

    exit_code = 5
    said_ru = "Telegram больше не принимает эту сессию."
    hint = "Sign in again: headrace login"
    hint_ru = "Войдите заново: headrace login"


class NotSignedIn(AccountLost):
    """No account is signed in."""

    said_ru = "Вход в учётную запись не выполнен."
    hint = "Sign in first: headrace login"
    hint_ru = "Сначала войдите: headrace login"


class SignInFailed(AccountLost):
    """Telegram did not let this account sign in."""

    said_ru = "Telegram не пустил в эту учётную запись."
    hint = "Try it again: headrace login"
    hint_ru = "Попробуйте ещё раз: headrace login"


class ChatNotFound(TelegramError):
    """Telegram knows no such channel."""

    exit_code = 6
    said_ru = "Такого канала в Telegram нет."


class ChatPrivate(TelegramError):
    """The channel is private and this account is not in it."""

    exit_code = 6
    said_ru = "Канал закрыт, и эта учётная запись в нём не состоит."
    hint = "headrace never joins: join in a Telegram app with this account, then run it again."
    hint_ru = (
        "headrace никуда не вступает: вступите в канал с этой учётной записи в приложении "
        "Telegram и повторите команду."
    )


class UsernameMoved(TelegramError):
    """The username belongs to another chat now."""

    exit_code = 6
    said_ru = "Это имя теперь принадлежит другому чату."


class FileFailed(TelegramError):
    """This file could not be had this time."""

    said_ru = "На этот раз получить файл не удалось."

    def __init__(self, reason: str) -> None:
        """``reason`` is kept with the file: ``truncated``, ``cdn_unsupported`` …"""
        super().__init__()
        self.reason = reason


class FileAbsent(FileFailed):
    """Telegram does not have this file any more."""

    exit_code = 6
    said_ru = "Этого файла в Telegram больше нет."


class MessageNotStored(HeadraceError):
    """The message is not in the archive."""

    exit_code = 6
    said_ru = "Этого сообщения в архиве нет."


class FloodPause(HeadraceError):
    """Telegram asks for a pause longer than --max-wait."""

    exit_code = 75
    said_ru = "Telegram просит сделать паузу длиннее, чем разрешает --max-wait."

    def __init__(
        self,
        message: str,
        *,
        resume_at: float,
        method: str,
        hint: str = "",
        ru: str = "",
        hint_ru: str = "",
    ) -> None:
        """``resume_at``: Unix seconds from which the method may be called again."""
        super().__init__(message, hint=hint, ru=ru, hint_ru=hint_ru)
        self.resume_at = resume_at
        self.method = method


class ArchiveError(HeadraceError):
    """The archive cannot be used."""

    exit_code = 8
    said_ru = "С архивом нельзя работать."


class NotAnArchive(ArchiveError):
    """The folder is not a headrace archive."""

    said_ru = "Эта папка — не архив headrace."


class ArchiveReadOnly(ArchiveError):
    """The archive cannot be written to."""

    said_ru = "В архив нельзя писать."


class ArchiveTooNew(ArchiveError):
    """The archive was made by a newer headrace."""

    said_ru = "Архив создан более новой версией headrace."
    hint = "Update headrace; the archive was left as it is."
    hint_ru = "Обновите headrace; архив остался как был."


class ArchiveBusy(ArchiveError):
    """Another process works on this chat."""

    exit_code = 9
    said_ru = "С этим чатом работает другой процесс."


class LeaseLost(ArchiveError):
    """Another process took this chat over; nothing more was written here."""

    exit_code = 9
    said_ru = "Этот чат перешёл к другому процессу; здесь больше ничего не записано."


class DiskFull(ArchiveError):
    """The disk is full; what was stored is safe."""

    said_ru = "На диске нет места; всё сохранённое цело."
    hint = "Free some space and run the same command; it goes on where it was."
    hint_ru = "Освободите место и повторите команду; она продолжит с того же места."


class DatabaseUnavailable(ArchiveError):
    """The database does not answer."""

    said_ru = "База данных не отвечает."


class Interrupted(HeadraceError):
    """Stopped. What was read is stored."""

    exit_code = 130
    said_ru = "Остановлено. Всё прочитанное сохранено."


class Terminated(Interrupted):
    """Ended by the system. What was read is stored."""

    exit_code = 143
    said_ru = "Остановлено системой. Всё прочитанное сохранено."
