"""What of a message can be found: its text, names and titles; and what filters ask of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from headrace.model.download import FileKind
from headrace.model.media import Document, Media, OtherMedia, Photo, Poll, TodoList, WebPage
from headrace.model.message import Message
from headrace.model.reading import Filter
from headrace.model.text import Styled
from headrace.model.values import PeerId
from headrace.transform.words import words_of

#: Stands between the parts of a message, so that no phrase goes from one into the next. It is a
#: private character, as is the one that the words of filters begin with: no text has a word of it.
_BETWEEN = "\ue000"
_ABOUT = "\ue001"
#: Fields of other media that are words of a person.
_SAID = ("title", "address", "first_name", "last_name", "description")
_KINDS = frozenset(kind.value for kind in FileKind)


class Words(NamedTuple):
    """A message as its row in ``findable`` has it: words with blanks between them."""

    words: str
    stems: str
    about: str


def words_in(chat_id: PeerId, message: Message, *, deleted: bool) -> Words | None:
    """What can be found of a message; nothing where it has no words."""
    parts: list[str] = []
    stems: dict[str, None] = {}
    for one in texts_of(message):
        found = list(words_of(one.text))
        if found:
            if parts:
                parts.append(_BETWEEN)
            parts += [word.word for word in found]
            stems |= dict.fromkeys(word.stem for word in found if word.stem != word.word)
    if not parts:
        return None
    about = _about(chat_id, message, deleted=deleted)
    return Words(" ".join(parts), " ".join(stems), " ".join(about))


def texts_of(message: Message) -> Iterator[Styled]:
    """The texts that a message shows, its own first."""
    if message.text:
        yield Styled(text=message.text, entities=message.entities)
    if message.media is not None:
        yield from (one for one in _texts_in(message.media) if one.text)


def _texts_in(media: Media) -> Iterator[Styled]:
    match media:
        case Document():
            yield from map(_plain, (media.name, media.performer, media.title))
        case WebPage():
            yield from map(_plain, (media.site_name, media.title, media.description))
        case Poll():
            yield media.question
            yield from (Styled(text=one.text, entities=one.entities) for one in media.answers)
            yield media.solution
        case TodoList():
            yield media.title
            yield from (Styled(text=one.text, entities=one.entities) for one in media.items)
        case OtherMedia():
            yield from (_plain(str(media.data[name])) for name in _SAID if media.data.get(name))


def _plain(text: str) -> Styled:
    return Styled(text=text)


def kind_of(media: Media | None) -> FileKind | None:
    """What the file of a message is; nothing where it has none."""
    match media:
        case Photo():
            return FileKind.PHOTO
        case Document():
            return FileKind(media.role) if media.role in _KINDS else FileKind.FILE
        case WebPage():
            return FileKind.WEB_PAGE
    return None


def _about(chat_id: PeerId, message: Message, *, deleted: bool) -> Iterator[str]:
    yield in_chat(chat_id)
    if message.author is not None:
        yield _by(message.author)
    kind = kind_of(message.media)
    if kind is not None:
        yield _of_kind(kind)
    if isinstance(message.media, Photo | Document):
        yield _MEDIA
    if isinstance(message.media, Poll):
        yield _POLL
    if message.forward is not None:
        yield _REPOST
    if message.kind == "service":
        yield _SERVICE
    if deleted:
        yield _DELETED
    if not message.post and message.thread_id is not None:
        yield _COMMENT


def asked_of(filters: Filter) -> tuple[list[list[str]], list[str]]:
    """A filter in the words of ``about``: of each list one is wanted, of the last none."""
    wanted: list[list[str]] = []
    unwanted: list[str] = []
    if filters.kinds:
        wanted.append([_of_kind(kind) for kind in sorted(filters.kinds)])
    if filters.author is not None:
        wanted.append([_by(filters.author)])
    if filters.has_media:
        wanted.append([_MEDIA])
    elif filters.has_media is not None:
        unwanted.append(_MEDIA)
    left_out = {
        _SERVICE: filters.include_system_messages,
        _REPOST: filters.include_reposts,
        _POLL: filters.include_polls,
        _DELETED: filters.include_deleted,
        _COMMENT: filters.include_comments,
    }
    return wanted, unwanted + [word for word, is_shown in left_out.items() if not is_shown]


def in_chat(chat_id: PeerId) -> str:
    """The word of ``about`` that all messages of a chat have."""
    return f"{_ABOUT}c{_number(chat_id)}"


def _by(author: PeerId) -> str:
    return f"{_ABOUT}a{_number(author)}"


def _of_kind(kind: FileKind) -> str:
    return f"{_ABOUT}k{kind.value.replace('_', '')}"


def _number(number: int) -> str:
    return str(number).replace("-", "m")


_MEDIA, _POLL, _REPOST = f"{_ABOUT}media", f"{_ABOUT}poll", f"{_ABOUT}repost"
_SERVICE, _DELETED, _COMMENT = f"{_ABOUT}service", f"{_ABOUT}deleted", f"{_ABOUT}comment"
