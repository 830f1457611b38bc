"""Which files are fetched: what a policy says of each, and why it is left where it is."""

from __future__ import annotations

from headrace.model.download import FileKind, MediaPolicy, Protection
from headrace.model.values import FileKey, Timestamp, Value

#: What is no message's own content: the owner's wish to restrict saving is about messages.
_BESIDE = frozenset((FileKind.AVATAR, FileKind.CUSTOM_EMOJI))


class FileFacts(Value, frozen=True, kw_only=True):
    """What a decision about a file needs, as a chat shows it."""

    key: FileKey
    #: ``WEB_PAGE`` where only link previews show it.
    kind: FileKind
    #: In bytes; 0 where Telegram does not say.
    size: int
    #: The date of the newest message that names it; none of a peer's picture.
    newest: Timestamp | None = None
    #: The chat, or every message of it that names the file, restricts saving.
    protected: bool = False


def judge(policy: MediaPolicy, facts: FileFacts) -> str:
    """Why a file is not fetched: ``kind``, ``too_large``, ``date`` or ``protected``; or nothing."""
    if facts.kind not in policy.kinds:
        return "kind"
    if policy.max_size is not None and facts.size > policy.max_size:
        return "too_large"
    if not _is_in_time(policy, facts.newest):
        return "date"
    if facts.protected and not _may_be_saved(policy.protected, facts.kind):
        return "protected"
    return ""


def _is_in_time(policy: MediaPolicy, date: Timestamp | None) -> bool:
    """What has no date (the picture of a peer) is as new as can be."""
    if date is None:
        return True
    after = policy.since is None or date >= policy.since
    return after and (policy.until is None or date < policy.until)


def _may_be_saved(protection: Protection | None, kind: FileKind) -> bool:
    if protection in (None, Protection.TEXT):
        return kind in _BESIDE
    return protection == Protection.ALL


def parse_kinds(text: str) -> frozenset[FileKind]:
    """``all``, ``none``, or names of kinds with commas between them.

    Raises:
        ValueError: one of them is no kind.
    """
    words = {word.strip().lower() for word in text.split(",") if word.strip()}
    if words == {"all"}:
        return frozenset(FileKind)
    unknown = words - {"none"} - set(FileKind)
    if unknown:
        raise ValueError(f"--media knows no {min(unknown)!r}")
    return frozenset(FileKind(word) for word in words - {"none"})


def parse_protection(text: str) -> Protection:
    """``skip``, ``text`` or ``all``.

    Raises:
        ValueError: none of them.
    """
    if text not in set(Protection):
        raise ValueError(f"--protected knows no {text!r}: write skip, text or all")
    return Protection(text)
