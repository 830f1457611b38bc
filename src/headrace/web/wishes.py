"""Wishes: the body of a request for an import, with the names that have always been there."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StringConstraints

from headrace.model.job import JobKind
from headrace.model.plan import Pace

#: A channel as it is typed, or the path of an export.
Ref = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=4096, pattern=r"^[^\x00-\x1f\x7f]+$"
    ),
]
_Word = Annotated[str, StringConstraints(max_length=200)]
#: Telegram has no larger ids.
_MOST = 2**31 - 1


class ImportWish(BaseModel):
    """What to import, and how; what is left out is as the settings say.

    ``include_system_messages``, ``include_reposts`` and ``include_polls`` are accepted, since the
    established front end sends them, and change nothing: such messages are always imported.
    Whether they are shown is said by the settings and the parameters of these names in reading.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True, populate_by_name=True)

    channel: Ref = Field(
        validation_alias=AliasChoices("channel", "channel_id", "channel_name", "ref"),
        description="@name, t.me/name, an id, or the path of a Telegram Desktop export",
    )
    chat: _Word = Field("", description="which chat of an export: its title or id")
    message_limit: int | None = Field(
        None,
        ge=1,
        le=_MOST,
        validation_alias=AliasChoices("message_limit", "limit"),
        description="only the newest N posts",
    )
    since: _Word | None = Field(None, description="from this time on: 2024-01-31, 30d")
    until: _Word | None = Field(None, description="up to this time, exclusive")
    media: _Word | None = Field(None, description="all, none, or kinds of files with commas")
    max_size: _Word | None = Field(None, description="larger files are left, as 100MB")
    protected: _Word | None = Field(None, description="skip, text or all")
    include_discussion_comments: bool | None = Field(
        None, validation_alias=AliasChoices("include_discussion_comments", "comments")
    )
    comments_limit: int | None = Field(None, ge=1, le=_MOST)
    whole_group: bool | None = None
    refresh: _Word | None = Field(None, description="stored posts to look at again: 7d, all, none")
    pace: Pace | None = None


class JobWish(ImportWish):
    """The same with what is to be done: all of it, only what is new, or only files."""

    kind: JobKind = JobKind.IMPORT
