"""Where an export and Telegram cannot say the same: each field with its side and the reason.

Everything that is not listed is the same from either source. ``docs/reference/desktop-export.md``
shows this table; a test holds both sources to it on a real channel.
"""

from __future__ import annotations

from enum import StrEnum

from headrace.model.values import Value


class Side(StrEnum):
    """Who can say it."""

    TELEGRAM = "only Telegram"
    EXPORT = "only an export"
    DIFFERENT = "both, differently"


class Difference(Value, frozen=True, kw_only=True):
    """A field of the canonical content that depends on the source."""

    #: The noun that has the field: ``message``, ``photo``, ``entity`` …
    of: str
    key: str
    side: Side
    reason: str


def _rows(of: str, side: Side, *rows: tuple[str, str]) -> tuple[Difference, ...]:
    return tuple(
        Difference(of=of, key=key, side=side, reason=reason)
        for keys, reason in rows
        for key in keys.split()
    )


_NOT_WRITTEN = "Telegram Desktop does not write it"
_NAMES_ONLY = "an export gives names, and an id only of the author"

DIFFERENCES: tuple[Difference, ...] = (
    *_rows(
        "chat",
        Side.TELEGRAM,
        (
            "username description subscribers linked_chat_id noforwards photo created",
            "an export has only the chat's type, name and id",
        ),
    ),
    *_rows("peer", Side.TELEGRAM, ("username deleted bot verified premium photo", _NAMES_ONLY)),
    *_rows(
        "peer",
        Side.DIFFERENT,
        ("min", "a name is all that an export knows, so its peers are always minimal"),
        ("kind", "an export does not tell a supergroup from a channel that is only named"),
    ),
    *_rows(
        "message",
        Side.TELEGRAM,
        (
            (
                "views forwards replies top_reactors edit_hidden silent pinned noforwards "
                "from_scheduled legacy mentioned media_unread invert_media offline ttl boosts "
                "effect stars restrictions extra markup"
            ),
            _NOT_WRITTEN,
        ),
        ("via_bot", "an export gives the bot's username (via_bot_name) and no id"),
    ),
    *_rows(
        "message",
        Side.EXPORT,
        ("via_bot_name", "Telegram gives the id, and the name with the peer"),
        ("inferred_album", "Telegram says which messages are an album"),
        ("local_date", "Telegram's times are UTC; exports before 3.7.6 have local ones only"),
    ),
    *_rows(
        "message",
        Side.DIFFERENT,
        ("grouped_id", "albums of an export are inferred, and have ids of their own below zero"),
        ("unsupported", "Telegram's bytes there, the export's JSON here"),
        ("date", "entries of type unsupported have none in an export: 0"),
    ),
    *_rows(
        "reply",
        Side.TELEGRAM,
        (
            (
                "top_id forum_topic quote from media story_id todo_item poll_option scheduled "
                "ephemeral"
            ),
            _NOT_WRITTEN,
        ),
    ),
    *_rows(
        "forward",
        Side.TELEGRAM,
        (
            (
                "date post signature saved_from saved_from_msg_id saved_from_id saved_date "
                "saved_out imported psa"
            ),
            _NOT_WRITTEN,
        ),
    ),
    *_rows(
        "forward",
        Side.DIFFERENT,
        ("from name", "exports up to 6.1 give the origin's name and no id"),
        ("saved_from_name", "an export gives the name of saved_from here"),
    ),
    *_rows(
        "entity",
        Side.TELEGRAM,
        (
            "old_text date relative short_time long_time short_date long_date day_of_week",
            "such entities are exported as text or as unknown",
        ),
    ),
    *_rows(
        "entity",
        Side.DIFFERENT,
        ("document_id", "an export names the file of a custom emoji, which has no id"),
        ("offset length", "an export has no entities inside or across others"),
    ),
    *_rows(
        "reaction",
        Side.DIFFERENT,
        ("document_id", "an export names the file of a custom emoji, which has no id"),
    ),
    *_rows(
        "photo",
        Side.TELEGRAM,
        ("date sizes stripped video has_stickers live_photo live_video", _NOT_WRITTEN),
    ),
    *_rows(
        "document",
        Side.TELEGRAM,
        ("date thumbs stripped waveform nosound cover start_at alternatives extra", _NOT_WRITTEN),
    ),
    *(
        difference
        for noun in ("photo", "document")
        for difference in (
            *_rows(
                noun,
                Side.DIFFERENT,
                ("file", "an export has no ids of files: the key is made of chat and message"),
                ("size", "exports before 5.11 do not give it"),
            ),
            *_rows(noun, Side.EXPORT, ("absent", "why an export has not even the bytes")),
        )
    ),
    *_rows(
        "web_page", Side.TELEGRAM, ("kind", "previews of links, dice and stories are not exported")
    ),
    *_rows(
        "poll",
        Side.TELEGRAM,
        (
            (
                "id quiz public multiple open_answers revoting_disabled shuffle hide_results "
                "subscribers_only countries close_period close_date recent solution solution_media "
                "media min other_results"
            ),
            _NOT_WRITTEN,
        ),
    ),
    *_rows(
        "answer",
        Side.DIFFERENT,
        ("option", "an export does not have it; the answer's place stands for it"),
    ),
    *_rows("answer", Side.TELEGRAM, ("media added_by date correct recent", _NOT_WRITTEN)),
    *_rows("todo", Side.TELEGRAM, ("completed_by completed other_completions", _NOT_WRITTEN)),
    *_rows(
        "other",
        Side.DIFFERENT,
        (
            "data",
            "an export writes some of the fields only: no vcard text, game id, extended media",
        ),
    ),
    *_rows(
        "action",
        Side.DIFFERENT,
        (
            "data",
            (
                "an export names members and has no ids of calls, games, gifts; fields without "
                "a counterpart keep its own names"
            ),
        ),
    ),
)
