"""Sentences for pauses, and for troubles of the server that pass by themselves."""

from __future__ import annotations

import math

from headrace.telegram.sentences.said import Said, each

_LATER_EN = "Nothing to do: run the same command again later; it goes on where it was."
_LATER_RU = "Делать ничего не нужно: повторите команду позже, она продолжит с того же места."


def pause(seconds: float) -> Said:
    """Telegram wants a pause of so many seconds."""
    en, ru = _span(seconds)
    return Said(
        en=f"Telegram asks for a pause of {en} before it answers again",
        ru=f"Telegram просит паузу {ru}, прежде чем ответить снова",
        hint_en=f"Try again in {en}; sooner makes the pause longer.",
        hint_ru=f"Повторите через {ru}; раньше — пауза станет только длиннее.",
    )


def too_long(seconds: float, longest: float, methods: str) -> Said:
    """A pause longer than the user wants to wait; whoever catches it knows the next step."""
    (en, ru), (most_en, most_ru) = _span(seconds), _span(longest)
    return Said(
        en=f"Telegram asks for a pause of {en} ({methods}), longer than the longest wait allowed "
        f"({most_en}). Nothing is lost.",
        ru=f"Telegram просит паузу {ru} ({methods}); это больше, чем разрешено ждать ({most_ru}). "
        "Ничего не потеряно.",
        hint_en=f"Run the same command again in {en}, or allow a longer wait with --max-wait.",
        hint_ru=f"Повторите команду через {ru} или разрешите ждать дольше: --max-wait.",
    )


def unreachable(times: int, why: str = "") -> Said:
    """So many connections in a row came to nothing; ``why`` is a sentence, if one is known."""
    return Said(
        en=f"Telegram cannot be reached: {times} connections in a row failed. {why}".rstrip(),
        ru=f"Telegram недоступен: соединиться не удалось {times} раз подряд. {why}".rstrip(),
        hint_en="Check the network; the same command goes on where it was.",
        hint_ru="Проверьте сеть; та же команда продолжит с того же места.",
    )


def skewed(seconds: float) -> Said:
    """This computer's clock is ahead of Telegram's by so much (negative: behind it)."""
    en, ru = ("ahead of", "спешат") if seconds > 0 else ("behind", "отстают")
    return Said(
        en=f"The clock of this computer is {abs(round(seconds))} s {en} Telegram's.",
        ru=f"Часы этого компьютера {ru} на {abs(round(seconds))} с относительно часов Telegram.",
        hint_en="Set the clock (for example: timedatectl set-ntp true) and run the command again.",
        hint_ru="Выставьте часы (например: timedatectl set-ntp true) и повторите команду.",
    )


def _span(seconds: float) -> tuple[str, str]:
    """Rounded up, so that nobody comes too early; a second does not make another minute."""
    for size, en, ru in ((86_400, "d", "дн."), (3_600, "h", "ч"), (60, "min", "мин")):
        if seconds >= 2 * size:
            count = math.ceil((seconds - 1) / size)
            return f"{count} {en}", f"{count} {ru}"
    count = max(1, math.ceil(seconds - 0.5))
    return f"{count} s", f"{count} с"


def _trouble(en: str, ru: str) -> Said:
    return Said(en=en, ru=ru, hint_en=_LATER_EN, hint_ru=_LATER_RU)


SENTENCES = {
    **each(
        "PHONE_NUMBER_FLOOD",
        Said(
            en="Telegram sends no more codes to this number for now: too many were asked for",
            ru="Telegram пока не отправляет коды на этот номер: их запрашивали слишком часто",
            hint_en="Wait a day and sign in then; each attempt before that makes it longer.",
            hint_ru="Подождите сутки и войдите снова; каждая попытка раньше срока продлит паузу.",
        ),
    ),
    **each(
        "PHONE_PASSWORD_FLOOD",
        Said(
            en="Telegram lets nobody sign in with this number for now: too many attempts",
            ru="Telegram пока не пускает с этим номером: было слишком много попыток входа",
            hint_en="Wait a day and sign in then; each attempt before that makes it longer.",
            hint_ru="Подождите сутки и войдите снова; каждая попытка раньше срока продлит паузу.",
        ),
    ),
    **each(
        "PEER_FLOOD",
        Said(
            en="Telegram took this account for a spammer and holds it back",
            ru="Telegram счёл эту учётную запись источником спама и ограничил её",
            hint_en="Ask @SpamBot in a Telegram app about it, and go on when it is over.",
            hint_ru="Узнайте подробности у @SpamBot в приложении Telegram и продолжите, когда "
            "ограничение снимут.",
        ),
    ),
    **each(
        "TRANSPORT_FLOOD",
        Said(
            en="Telegram refuses connections from this network for now: there were too many",
            ru="Telegram пока не принимает соединений из этой сети: их было слишком много",
            hint_en="Wait a minute or two; stop other programs that use Telegram from here.",
            hint_ru="Подождите минуту-другую; остановите другие программы, которые отсюда "
            "обращаются к Telegram.",
        ),
    ),
    **each(
        "DEADLINE",
        Said(
            en="Telegram did not answer in time, again and again",
            ru="Telegram раз за разом не отвечал вовремя",
            hint_en="Check the network; the same command goes on where it was.",
            hint_ru="Проверьте сеть; та же команда продолжит с того же места.",
        ),
    ),
    **each(
        "AUTH_RESTART SIGN_IN_FAILED REG_ID_GENERATE_FAILED",
        Said(
            en="Telegram broke the sign-in off and wants it begun anew",
            ru="Telegram прервал вход и просит начать его заново",
            hint_en="Begin again: headrace login",
            hint_ru="Начните сначала: headrace login",
        ),
    ),
    **each(
        "PERSISTENT_TIMESTAMP_OUTDATED",
        _trouble(
            "Telegram has not yet caught up with its own changes of this chat",
            "Telegram ещё не обработал последние изменения этого чата",
        ),
    ),
    **each(
        "WORKER_BUSY_TOO_LONG_RETRY MT_SEND_QUEUE_TOO_LONG MSG_WAIT_FAILED",
        _trouble(
            "Telegram's server is overloaded and did not answer in several attempts",
            "Сервер Telegram перегружен и не ответил после нескольких попыток",
        ),
    ),
    **each(
        "HISTORY_GET_FAILED CHAT_GET_FAILED INPUT_FETCH_ERROR INPUT_FETCH_FAIL "
        "STORAGE_CHECK_FAILED",
        _trouble(
            "Telegram could not fetch this from its own storage in several attempts",
            "Telegram не смог получить это из собственного хранилища после нескольких попыток",
        ),
    ),
    **each(
        "CDN_UPLOAD_TIMEOUT",
        _trouble(
            "Telegram is still preparing this file and did not finish in several attempts",
            "Telegram ещё готовит этот файл и не успел за несколько попыток",
        ),
    ),
}
