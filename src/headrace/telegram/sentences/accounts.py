"""Sentences for the loss of an account or a session. What is stored always stays."""

from __future__ import annotations

from headrace.telegram.sentences.said import Said, each

_AGAIN_EN = "Sign in again: headrace login"
_AGAIN_RU = "Войдите заново: headrace login"
_APP_EN = "Get your own at https://my.telegram.org, set api_id and api_hash, then: headrace login"
_APP_RU = (
    "Получите свои на https://my.telegram.org, задайте api_id и api_hash и войдите: headrace login"
)


def _lost(en: str, ru: str, hint_en: str = _AGAIN_EN, hint_ru: str = _AGAIN_RU) -> Said:
    return Said(
        en=f"{en}; what is stored is kept",
        ru=f"{ru}; всё сохранённое остаётся",
        hint_en=hint_en,
        hint_ru=hint_ru,
    )


ANOTHER = Said(
    en="The session belongs to another account than it says.",
    ru="Сессия принадлежит не той учётной записи, которая в ней указана.",
    hint_en=_AGAIN_EN,
    hint_ru=_AGAIN_RU,
)

SENTENCES = {
    **each(
        "AUTH_KEY_DUPLICATED",
        _lost(
            "The session was used from two places at once, so Telegram ended it",
            "Сессией пользовались из двух мест одновременно, и Telegram её закрыл",
            "Stop the other copy (another computer or container with a copied session file), "
            "then sign in again: headrace login",
            "Остановите вторую копию (другой компьютер или контейнер со скопированным файлом "
            "сессии) и войдите заново: headrace login",
        ),
    ),
    **each(
        "AUTH_KEY_UNREGISTERED AUTH_KEY_NOT_FOUND UNAUTHORIZED",
        _lost(
            "Telegram does not know this session: it was signed out, or never signed in",
            "Telegram не знает этой сессии: из неё вышли или вход не был завершён",
        ),
    ),
    **each(
        "AUTH_KEY AUTH_KEY_INVALID AUTH_KEY_PERM_EMPTY ACTIVE_USER_REQUIRED",
        _lost(
            "Telegram does not accept the key of this session",
            "Telegram не принимает ключ этой сессии",
        ),
    ),
    **each(
        "SESSION_REVOKED",
        _lost(
            "This session was ended in a Telegram app, under Settings, Devices",
            "Сессию завершили в приложении Telegram, в настройках, в разделе «Устройства»",
            "If you did not do that, look through your devices in the app; then sign in again: "
            "headrace login",
            "Если это сделали не вы, проверьте в приложении список устройств; затем войдите "
            "заново: headrace login",
        ),
    ),
    **each(
        "SESSION_EXPIRED",
        _lost(
            "This session was not used for so long that Telegram ended it",
            "Сессией долго не пользовались, и Telegram её завершил",
        ),
    ),
    **each(
        "SESSION_PASSWORD_NEEDED",
        _lost(
            "The sign-in is not finished: this account has a password for two-step verification",
            "Вход не завершён: на учётной записи стоит облачный пароль "
            "(двухэтапная аутентификация)",
            "Sign in with the password: headrace login",
            "Войдите с этим паролем: headrace login",
        ),
    ),
    **each(
        "USER_DEACTIVATED_BAN PHONE_NUMBER_BANNED",
        _lost(
            "Telegram has banned this account",
            "Telegram заблокировал эту учётную запись",
            "Only Telegram can lift a ban: write to recover@telegram.org from your own address, "
            "or sign in with another account: headrace login",
            "Снять блокировку может только Telegram: напишите на recover@telegram.org или войдите "
            "с другой учётной записью: headrace login",
        ),
    ),
    **each(
        "USER_DEACTIVATED",
        _lost(
            "This account was deleted or closed",
            "Эта учётная запись удалена или закрыта",
            "If that was not you, write to recover@telegram.org; or sign in with another account: "
            "headrace login",
            "Если это сделали не вы, напишите на recover@telegram.org; или войдите с другой "
            "учётной записью: headrace login",
        ),
    ),
    **each(
        "FROZEN_METHOD_INVALID",
        _lost(
            "Telegram has frozen this account and lets it do almost nothing",
            "Telegram заморозил эту учётную запись: почти всё ей запрещено",
            "See the reason in a Telegram app and appeal there (@SpamBot), or sign in with another "
            "account: headrace login",
            "Причину и обжалование ищите в приложении Telegram (@SpamBot) или войдите с другой "
            "учётной записью: headrace login",
        ),
    ),
    **each(
        "API_ID_INVALID CONNECTION_API_ID_INVALID",
        _lost(
            "Telegram does not accept the api_id and api_hash: they are mistyped, or do not belong "
            "together",
            "Telegram не принимает api_id и api_hash: в них опечатка, или они не от одного "
            "приложения",
            _APP_EN,
            _APP_RU,
        ),
    ),
    **each(
        "API_ID_PUBLISHED_FLOOD",
        _lost(
            "This api_id was published somewhere, so Telegram no longer lets it sign in",
            "Этот api_id где-то опубликован, и Telegram больше не пускает с ним",
            _APP_EN,
            _APP_RU,
        ),
    ),
    **each(
        "UPDATE_APP_TO_LOGIN",
        _lost(
            "Telegram asks for a newer program before it lets this account sign in",
            "Telegram требует более новую программу, чтобы пустить эту учётную запись",
            "Update headrace and sign in again: headrace login",
            "Обновите headrace и войдите заново: headrace login",
        ),
    ),
    **each(
        "BOT_METHOD_INVALID",
        _lost(
            "This session belongs to a bot, and Telegram lets no bot read a channel's history",
            "Это сессия бота, а ботам Telegram не даёт читать историю каналов",
            "Sign in with a person's account: headrace login",
            "Войдите с обычной учётной записью: headrace login",
        ),
    ),
}
