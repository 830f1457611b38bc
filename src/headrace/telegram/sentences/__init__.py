"""What a person reads of an error of Telegram's: what happened and what to do next.

The rooms beside this one hold own sentences for what a client that reads and signs in can
meet; for all else there is a sentence for each verdict.
"""

from __future__ import annotations

from headrace.telegram.sentences import accounts, reading, signing_in, waiting
from headrace.telegram.sentences.said import Said
from headrace.telegram.verdicts import Verdict, never_asked

__all__ = ["Said", "find", "say"]

_OWN = accounts.SENTENCES | reading.SENTENCES | signing_in.SENTENCES | waiting.SENTENCES


def say(verdict: Verdict, code: str, *, method: str = "", seconds: float = 0.0) -> Said:
    """The sentences for an error. Telegram's name for it stands in brackets at the end.

    ``method`` is what was asked, ``seconds`` how long to wait; both are named where that helps.
    """
    return find(verdict, code, method=method, seconds=seconds).of(code)


def find(verdict: Verdict, code: str, *, method: str = "", seconds: float = 0.0) -> Said:
    """As ``say``, without the name and the full stop; codes that mean the same share one."""
    if code in _OWN:
        return _OWN[code]
    match verdict:
        case Verdict.WAIT:
            return waiting.pause(seconds)
        case Verdict.RETRY:
            return _unanswered(method)
        case Verdict.BUG:
            return _never_asked(method) if never_asked(code) else _wrong(method)
        case _:
            return _BY_VERDICT[verdict]


def _unanswered(method: str) -> Said:
    what = method or "a request"
    return Said(
        en=f"Telegram did not answer {what} in several attempts",
        ru=f"Telegram не ответил на {method or 'запрос'} после нескольких попыток",
        hint_en="Run the same command again in a few minutes; it goes on where it was.",
        hint_ru="Повторите команду через несколько минут; она продолжит с того же места.",
    )


_REPORT_EN = "This is a mistake in headrace: please report it with this line."
_REPORT_RU = "Это ошибка в headrace: пожалуйста, сообщите о ней и приложите эту строку."


def _wrong(method: str) -> Said:
    what = f": {method}" if method else ""
    return Said(
        en=f"Telegram found a request of headrace wrong and did not accept it{what}",
        ru=f"Telegram счёл запрос headrace неправильным и не принял его{what}",
        hint_en=_REPORT_EN,
        hint_ru=_REPORT_RU,
    )


def _never_asked(method: str) -> Said:
    what = f" to {method}" if method else ""
    return Said(
        en=f"Telegram answered{what} with an error about something that headrace never does",
        ru="Telegram ответил" + (f" на {method}" if method else "") + " ошибкой о том, чего "
        "headrace никогда не делает",
        hint_en=_REPORT_EN,
        hint_ru=_REPORT_RU,
    )


_BY_VERDICT = {
    Verdict.RECONNECT: Said(
        en="The connection to Telegram broke off",
        ru="Связь с Telegram оборвалась",
        hint_en="Check the network; the same command goes on where it was.",
        hint_ru="Проверьте сеть; та же команда продолжит с того же места.",
    ),
    Verdict.REFRESH_REFERENCE: Said(
        en="Telegram's address of this file is out of date, and a new one did not help",
        ru="Адрес файла в Telegram устарел, и новый адрес не помог",
        hint_en="Run the same command again; it asks for what is missing.",
        hint_ru="Повторите команду: она запросит то, чего не хватает.",
    ),
    Verdict.MIGRATE: Said(
        en="Telegram keeps this in another of its data centres, and headrace could not go there",
        ru="В Telegram это хранится в другом дата-центре, и headrace не смог туда обратиться",
        hint_en="Run the same command again; if it stays like this, sign in anew: headrace login",
        hint_ru="Повторите команду; если не поможет, войдите заново: headrace login",
    ),
    Verdict.UNREADABLE: Said(
        en="An answer of Telegram holds something unknown to this version of headrace",
        ru="В ответе Telegram есть то, чего эта версия headrace не знает",
        hint_en="Update headrace and run the command again; nothing that is stored is lost.",
        hint_ru="Обновите headrace и повторите команду; ничего из сохранённого не потеряно.",
    ),
    Verdict.ITEM_LOST: Said(
        en="Telegram does not give this out; everything else goes on",
        ru="Telegram этого не выдаёт; на остальное это не влияет",
        hint_en="Check that it can still be seen in a Telegram app with this account.",
        hint_ru="Проверьте, видно ли это ещё в приложении Telegram с этой учётной записью.",
    ),
    Verdict.CHAT_LOST: Said(
        en="This account may not read the chat; what is stored of it is kept",
        ru="Этой учётной записи читать чат нельзя; всё сохранённое из него остаётся",
        hint_en="Open the chat in a Telegram app with this account; if it opens, run it again.",
        hint_ru="Откройте чат в приложении Telegram с этой учётной записью; если он "
        "открывается, повторите команду.",
    ),
    Verdict.ACCOUNT_LOST: Said(
        en="Telegram no longer accepts this session; what is stored is kept",
        ru="Telegram больше не принимает эту сессию; всё сохранённое остаётся",
        hint_en="Sign in again: headrace login",
        hint_ru="Войдите заново: headrace login",
    ),
}
