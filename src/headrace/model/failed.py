"""What has failed beside the histories: files, and ids of comment threads."""

from __future__ import annotations

from headrace.model.download import FileKind
from headrace.model.values import FileKey, PeerId, Value


class FailedThread(Value, frozen=True, kw_only=True):
    """Ids of a group that could not be read, or not kept, when a post's comments were read."""

    channel: PeerId
    post: int
    group: PeerId
    lo: int
    hi: int
    reason: str
    detail: str = ""


class FailedFile(Value, frozen=True, kw_only=True):
    """A file that could not be had, and one place that shows it."""

    key: FileKey
    kind: FileKind
    #: In bytes, as declared.
    size: int
    reason: str
    chat: PeerId
    #: The message that shows it; none where it is the picture of somebody in the chat.
    message: int | None = None


class Failed(Value, frozen=True, kw_only=True):
    """The first of each, and how many there are in all."""

    threads: tuple[FailedThread, ...] = ()
    threads_count: int = 0
    files: tuple[FailedFile, ...] = ()
    files_count: int = 0
