"""Sentences for reading: chats, messages, files, names and links that cannot be had."""

from __future__ import annotations

from headrace.telegram.sentences.said import Said, each

_GOES_ON_EN = "Nothing to do: the rest is read all the same."
_GOES_ON_RU = "Делать ничего не нужно: остальное будет прочитано."


def not_allowed(method: str) -> Said:
    """A request that is not on the list of reading ones."""
    return Said(
        en=f"{method} is not a reading method; it was not sent.",
        ru=f"{method} — не читающий метод; запрос не отправлен.",
        hint_en="This is a mistake in headrace: please report it with this line.",
        hint_ru="Это ошибка в headrace: пожалуйста, сообщите о ней и приложите эту строку.",
    )


_CHATS = {
    **each(
        "CHANNEL_PRIVATE CHANNEL_PUBLIC_GROUP_NA CHAT_FORBIDDEN FORBIDDEN",
        Said(
            en="This account cannot read the chat: it is private or gone, or the account was "
            "removed from it; what is stored of it is kept",
            ru="Эта учётная запись не может читать чат: он закрыт, удалён, или её из него "
            "исключили; всё сохранённое из него остаётся",
            hint_en="headrace never joins: join in a Telegram app with this account, then run it "
            "again.",
            hint_ru="headrace никуда не вступает: вступите в чат с этой учётной записью в "
            "приложении Telegram и повторите команду.",
        ),
    ),
    **each(
        "USER_NOT_PARTICIPANT CHANNEL_PARICIPANT_MISSING",
        Said(
            en="This account is not a member of the chat, which only members may read",
            ru="Эта учётная запись не состоит в чате, а читать его могут только участники",
            hint_en="headrace never joins: join in a Telegram app with this account, then run it "
            "again.",
            hint_ru="headrace никуда не вступает: вступите в чат с этой учётной записью в "
            "приложении Telegram и повторите команду.",
        ),
    ),
    **each(
        "USER_BANNED_IN_CHANNEL USER_KICKED",
        Said(
            en="The administrators of the chat have excluded this account; what is stored of it "
            "is kept",
            ru="Администраторы чата исключили из него эту учётную запись; всё сохранённое из него "
            "остаётся",
            hint_en="Ask them to let you in again, or sign in with another account that is a "
            "member.",
            hint_ru="Попросите впустить вас снова или войдите с другой учётной записью, которая "
            "в нём состоит.",
        ),
    ),
    **each(
        "CHANNEL_BANNED CHAT_RESTRICTED",
        Said(
            en="Telegram has closed this chat or restricted it; what is stored of it is kept",
            ru="Telegram закрыл или ограничил этот чат; всё сохранённое из него остаётся",
            hint_en="Nothing to do here; look in a Telegram app whether it opens again.",
            hint_ru="Сделать тут ничего нельзя; проверяйте в приложении Telegram, не откроется ли "
            "он снова.",
        ),
    ),
    **each(
        "CHAT_ADMIN_REQUIRED NOT_ALLOWED",
        Said(
            en="Only administrators of the chat may read this",
            ru="Читать это могут только администраторы чата",
            hint_en="Ask for the right, or sign in with an administrator's account.",
            hint_ru="Попросите такое право или войдите с учётной записью администратора.",
        ),
    ),
    **each(
        "MEGAGROUP_PREHISTORY_HIDDEN PEER_HISTORY_EMPTY",
        Said(
            en="The history of this group is hidden from those who joined later",
            ru="История этой группы скрыта от тех, кто вступил позже",
            hint_en="An administrator can open it: group settings, Chat History for New Members.",
            hint_ru="Открыть её может администратор: настройки группы, «История чата для новых "
            "участников».",
        ),
    ),
    **each(
        "FROZEN_PARTICIPANT_MISSING",
        Said(
            en="Telegram has frozen this account, which therefore cannot open the chat; what is "
            "stored is kept",
            ru="Telegram заморозил эту учётную запись, поэтому чат ей недоступен; всё сохранённое "
            "остаётся",
            hint_en="See the reason in a Telegram app and appeal there (@SpamBot), or sign in with "
            "another account: headrace login",
            hint_ru="Причину и обжалование ищите в приложении Telegram (@SpamBot) или войдите с "
            "другой учётной записью: headrace login",
        ),
    ),
    **each(
        "CHANNEL_INVALID CHANNEL_ID_INVALID CHAT_INVALID CHAT_ID_INVALID CHAT_ID_EMPTY "
        "PEER_ID_INVALID PEER_ID_NOT_SUPPORTED",
        Said(
            en="Telegram knows no such chat, or this account has never met it",
            ru="Telegram не знает такого чата, или эта учётная запись с ним не встречалась",
            hint_en="Open it once in a Telegram app with this account, or name it by @username or "
            "link.",
            hint_ru="Откройте его один раз в приложении Telegram с этой учётной записью или "
            "укажите @имя или ссылку.",
        ),
    ),
}

_NAMES = {
    **each(
        "USERNAME_NOT_OCCUPIED",
        Said(
            en="Nobody in Telegram has this username",
            ru="Такого имени ни у кого в Telegram нет",
            hint_en="Check the spelling; the channel may have changed its name.",
            hint_ru="Проверьте, нет ли опечатки; канал мог сменить имя.",
        ),
    ),
    **each(
        "USERNAME_INVALID",
        Said(
            en="This cannot be a username of Telegram",
            ru="Таких имён в Telegram не бывает",
            hint_en="A name has 4 to 32 letters of the Latin alphabet, digits or underscores, such "
            "as @telegram.",
            hint_ru="В имени от 4 до 32 латинских букв, цифр или подчёркиваний, например "
            "@telegram.",
        ),
    ),
    **each(
        "INVITE_HASH_EXPIRED",
        Said(
            en="The invite link is no longer valid",
            ru="Ссылка-приглашение больше не действует",
            hint_en="Ask a member of the chat for a new link.",
            hint_ru="Попросите новую ссылку у кого-нибудь из участников чата.",
        ),
    ),
    **each(
        "INVITE_HASH_INVALID INVITE_HASH_EMPTY",
        Said(
            en="This is not an invite link of Telegram",
            ru="Это не ссылка-приглашение Telegram",
            hint_en="Copy it once more, whole; it looks like https://t.me/+AbCdEf.",
            hint_ru="Скопируйте её ещё раз целиком; она выглядит так: https://t.me/+AbCdEf.",
        ),
    ),
    **each(
        "USER_ID_INVALID USER_INVALID USER_DELETED INPUT_USER_DEACTIVATED",
        Said(
            en="The person named here has no Telegram account any more, or none that can be seen",
            ru="У этого человека больше нет учётной записи Telegram, или она вам не видна",
            hint_en=_GOES_ON_EN,
            hint_ru=_GOES_ON_RU,
        ),
    ),
}

_MESSAGES = {
    **each(
        "MESSAGE_ID_INVALID MESSAGE_EMPTY MESSAGE_IDS_EMPTY NOT_FOUND",
        Said(
            en="There is no such message on the server: it was deleted, or never existed",
            ru="Такого сообщения на сервере нет: его удалили, или его никогда не было",
            hint_en=_GOES_ON_EN,
            hint_ru=_GOES_ON_RU,
        ),
    ),
    **each(
        "MSG_ID_INVALID",
        Said(
            en="This message is gone, or its comments cannot be read",
            ru="Этого сообщения больше нет, или его комментарии недоступны",
            hint_en=_GOES_ON_EN,
            hint_ru=_GOES_ON_RU,
        ),
    ),
    **each(
        "MSG_TOO_OLD",
        Said(
            en="Telegram tells this only of newer messages",
            ru="Такие сведения Telegram даёт только о более новых сообщениях",
            hint_en=_GOES_ON_EN,
            hint_ru=_GOES_ON_RU,
        ),
    ),
    **each(
        "TOPIC_DELETED TOPIC_ID_INVALID CHANNEL_FORUM_MISSING",
        Said(
            en="There is no such topic in this group",
            ru="Такой темы в этой группе нет",
            hint_en=_GOES_ON_EN,
            hint_ru=_GOES_ON_RU,
        ),
    ),
    **each(
        "POLL_VOTE_REQUIRED",
        Said(
            en="Telegram shows the votes of this poll only to those who have voted",
            ru="Голоса этого опроса Telegram показывает только проголосовавшим",
            hint_en="Vote in a Telegram app if you want them; headrace never votes.",
            hint_ru="Если они нужны, проголосуйте в приложении Telegram; headrace не голосует.",
        ),
    ),
    **each(
        "PREMIUM_ACCOUNT_REQUIRED",
        Said(
            en="Telegram gives this only to accounts with Premium",
            ru="Это Telegram отдаёт только учётным записям с Premium",
            hint_en=_GOES_ON_EN,
            hint_ru=_GOES_ON_RU,
        ),
    ),
    **each(
        "USER_PRIVACY_RESTRICTED",
        Said(
            en="This person's privacy settings do not let it be seen",
            ru="Настройки конфиденциальности этого человека не дают это увидеть",
            hint_en=_GOES_ON_EN,
            hint_ru=_GOES_ON_RU,
        ),
    ),
    **each(
        "BROADCAST_FORBIDDEN",
        Said(
            en="In channels Telegram does not tell this; in groups it does",
            ru="В каналах Telegram этого не сообщает, только в группах",
            hint_en=_GOES_ON_EN,
            hint_ru=_GOES_ON_RU,
        ),
    ),
}

_FILES = {
    **each(
        "FILE_ID_INVALID LOCATION_INVALID VERSION_INVALID DOCUMENT_INVALID PHOTO_INVALID "
        "PHOTO_ID_INVALID MEDIA_INVALID MEDIA_EMPTY",
        Said(
            en="Telegram no longer has this file, or not for this account",
            ru="Этого файла в Telegram больше нет, или этой учётной записи он недоступен",
            hint_en="Look in a Telegram app whether it still opens there; the message itself is "
            "kept.",
            hint_ru="Проверьте, открывается ли он в приложении Telegram; само сообщение остаётся "
            "в архиве.",
        ),
    ),
    **each(
        "WEBDOCUMENT_INVALID WEBPAGE_CURL_FAILED WEBPAGE_MEDIA_EMPTY",
        Said(
            en="Telegram could not fetch this from the web page that it comes from",
            ru="Telegram не смог получить это с той веб-страницы, где оно находится",
            hint_en=_GOES_ON_EN,
            hint_ru=_GOES_ON_RU,
        ),
    ),
    **each(
        "STICKERSET_INVALID",
        Said(
            en="The sticker set no longer exists",
            ru="Этого набора стикеров больше нет",
            hint_en=_GOES_ON_EN,
            hint_ru=_GOES_ON_RU,
        ),
    ),
    **each(
        "TAKEOUT_INVALID TAKEOUT_REQUIRED",
        Said(
            en="Another export of this account's data took the place of this one",
            ru="Вместо этой выгрузки данных началась другая",
            hint_en="Run the same command again; it goes on where it was.",
            hint_ru="Повторите команду; она продолжит с того же места.",
        ),
    ),
}

SENTENCES = _CHATS | _NAMES | _MESSAGES | _FILES
