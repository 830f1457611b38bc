"""Sentences for signing in: numbers, codes, passwords and QR codes that are not accepted."""

from __future__ import annotations

from headrace.telegram.sentences.said import Said, each

_LOGIN_EN = "Begin again: headrace login"
_LOGIN_RU = "Начните сначала: headrace login"

SENTENCES = {
    **each(
        "PHONE_NUMBER_INVALID",
        Said(
            en="Telegram does not accept this as a phone number",
            ru="Telegram не принимает это как номер телефона",
            hint_en="Type it in international form, with + and the country code, such as "
            "+1 202 555 0143.",
            hint_ru="Введите его в международном виде, с «+» и кодом страны, например "
            "+7 900 555-01-43.",
        ),
    ),
    **each(
        "PHONE_NUMBER_UNOCCUPIED PHONE_NUMBER_APP_SIGNUP_FORBIDDEN",
        Said(
            en="There is no Telegram account with this number",
            ru="С этим номером нет учётной записи Telegram",
            hint_en="Check the number, or create the account in a Telegram app first; headrace "
            "creates none.",
            hint_ru="Проверьте номер или сначала создайте учётную запись в приложении Telegram; "
            "headrace их не создаёт.",
        ),
    ),
    **each(
        "PHONE_PASSWORD_PROTECTED",
        Said(
            en="This number is protected by a password, so a code alone does not open it",
            ru="Этот номер защищён паролем: одного кода для входа мало",
            hint_en="Sign in with the password for two-step verification: headrace login",
            hint_ru="Войдите с облачным паролем: headrace login",
        ),
    ),
    **each(
        "PHONE_CODE_INVALID CODE_INVALID CODE_HASH_INVALID",
        Said(
            en="This is not the code that Telegram sent",
            ru="Это не тот код, который прислал Telegram",
            hint_en="Type the newest code, without spaces; older ones are no longer valid.",
            hint_ru="Введите самый новый код, без пробелов; прежние уже не действуют.",
        ),
    ),
    **each(
        "PHONE_CODE_EMPTY CODE_EMPTY",
        Said(
            en="No code was typed",
            ru="Код не введён",
            hint_en="Type the code that Telegram sent to your app, by SMS or by e-mail.",
            hint_ru="Введите код, который Telegram прислал в приложение, по SMS или по почте.",
        ),
    ),
    **each(
        "PHONE_CODE_EXPIRED PHONE_HASH_EXPIRED",
        Said(
            en="The code is no longer valid: it is too old, or was sent on in a Telegram chat",
            ru="Код больше не действует: он устарел, или его переслали в чат Telegram",
            hint_en="Ask for a new code and type it soon: headrace login",
            hint_ru="Запросите новый код и введите его сразу: headrace login",
        ),
    ),
    **each(
        "EMAIL_VERIFY_EXPIRED EMAIL_HASH_EXPIRED",
        Said(
            en="The code from the e-mail is no longer valid",
            ru="Код из письма больше не действует",
            hint_en="Ask for a new one: headrace login",
            hint_ru="Запросите новый: headrace login",
        ),
    ),
    **each(
        "SEND_CODE_UNAVAILABLE",
        Said(
            en="Telegram has no other way left to send a code to this number",
            ru="Других способов отправить код на этот номер у Telegram не осталось",
            hint_en="Use the code that has come already (look into your Telegram app), or try "
            "again tomorrow: headrace login",
            hint_ru="Введите код, который уже пришёл (загляните в приложение Telegram), или "
            "попробуйте завтра: headrace login",
        ),
    ),
    **each(
        "SMS_CODE_CREATE_FAILED",
        Said(
            en="Telegram could not send a code by SMS",
            ru="Telegram не смог отправить код по SMS",
            hint_en="Wait some minutes and begin again: headrace login",
            hint_ru="Подождите несколько минут и начните сначала: headrace login",
        ),
    ),
    **each(
        "PASSWORD_HASH_INVALID",
        Said(
            en="The password is wrong",
            ru="Пароль неверен",
            hint_en="Type the password of your two-step verification; capital letters matter. It "
            "can be reset in a Telegram app, under Settings, Privacy and Security.",
            hint_ru="Введите облачный пароль; заглавные и строчные буквы различаются. Сбросить "
            "его можно в приложении Telegram: «Настройки», «Конфиденциальность».",
        ),
    ),
    **each(
        "PASSWORD_EMPTY",
        Said(
            en="This account has no password, so none can be checked",
            ru="На этой учётной записи нет пароля, проверять нечего",
            hint_en="Sign in with the code alone: headrace login",
            hint_ru="Войдите только по коду: headrace login",
        ),
    ),
    **each(
        "SRP_ID_INVALID",
        Said(
            en="The check of the password took too long and has to begin anew",
            ru="Проверка пароля заняла слишком много времени, её нужно повторить",
            hint_en="Type the password once more.",
            hint_ru="Введите пароль ещё раз.",
        ),
    ),
    **each(
        "SRP_PASSWORD_CHANGED",
        Said(
            en="The password was changed while it was being checked",
            ru="Пока пароль проверялся, его сменили",
            hint_en="Type the new password.",
            hint_ru="Введите новый пароль.",
        ),
    ),
    **each(
        "AUTH_TOKEN_EXPIRED",
        Said(
            en="The QR code is too old",
            ru="QR-код устарел",
            hint_en="Scan the new one in a Telegram app: Settings, Devices, Link Desktop Device.",
            hint_ru="Отсканируйте новый в приложении Telegram: «Настройки», «Устройства», "
            "«Подключить устройство».",
        ),
    ),
    **each(
        "AUTH_TOKEN_ALREADY_ACCEPTED",
        Said(
            en="This QR code was used already",
            ru="Этот QR-код уже использован",
            hint_en=_LOGIN_EN,
            hint_ru=_LOGIN_RU,
        ),
    ),
    **each(
        "AUTH_TOKEN_INVALID AUTH_TOKEN_INVALID2 AUTH_TOKEN_INVALIDX AUTH_TOKEN_EXCEPTION",
        Said(
            en="Telegram does not accept the QR code",
            ru="Telegram не принимает этот QR-код",
            hint_en="Begin again with a new one, or sign in by phone number: headrace login",
            hint_ru="Начните с новым или войдите по номеру телефона: headrace login",
        ),
    ),
    **each(
        "AUTH_BYTES_INVALID",
        Said(
            en="Another of Telegram's data centres did not accept the sign-in of this account",
            ru="Другой дата-центр Telegram не принял вход этой учётной записи",
            hint_en="Run the same command again; if it stays like this, sign in anew: "
            "headrace login",
            hint_ru="Повторите команду; если не поможет, войдите заново: headrace login",
        ),
    ),
}
