"""Channels as cards, and the jobs that run on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from headrace.model.chat import Chat
from headrace.model.coverage import IdRange
from headrace.model.download import Tallies
from headrace.model.job import Progress, Tally
from headrace.model.reading import Shown
from headrace.model.values import FileKey, PeerKind, Timestamp
from headrace.pages.i18n import duration
from headrace.pages.routes import chat_name
from headrace.pages.views.scene import Frame, PeerView, Scene, TimeView
from headrace.transform.visible import visible, visible_line

#: Stages in their order, as a job goes through them.
STAGES = ("discover", "plan", "history", "comments", "refresh", "media")
#: Of each kind; a page says how many more there are.
LISTED = 100
_LIVE = ("queued", "running", "waiting", "paused")
_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFacts:
    """What is known of a chat; ``status`` as ``headrace status --json`` prints it.

    Counts that are missing in it are not shown.
    """

    chat: Chat
    status: Mapping[str, Any]
    files: Tallies = field(default_factory=Tallies)
    #: The first ranges of ids that Telegram has shown to be empty, where they are known.
    absent: Sequence[IdRange] = ()
    last_sync: Timestamp | None = None
    #: The picture of the chat, where it is stored.
    avatar: FileKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFacts:
    """A job: ``channel`` is what names it in the API (its id), ``ref`` what the user asked for."""

    channel: str
    ref: str
    progress: Progress


class LineView(NamedTuple):
    """``url``: the page of the first id that it speaks of."""

    text: str
    url: str = ""


class ChannelView(NamedTuple):
    name: str
    title: str
    face: PeerView
    url: str
    telegram: str
    description: str
    #: Of a discussion group: the channel whose comments it has.
    discusses: str
    #: ``14 posts``, ``9 comments`` …
    counts: tuple[str, ...]
    synced: TimeView | None
    #: Completeness as a sentence, and what stands behind it.
    sentence: str
    is_complete: bool
    details: tuple[LineView, ...]
    api: str


class BarView(NamedTuple):
    name: str
    title: str
    done: int
    total: int
    shown: str


class JobView(NamedTuple):
    """``wait``: when a pause of Telegram's ends, for machines; ``verbs`` are what may be done."""

    channel: str
    title: str
    state: str
    state_shown: str
    stage_shown: str
    bars: tuple[BarView, ...]
    rate: str
    eta: str
    wait: str
    wait_text: str
    error: str
    failures: str
    verbs: tuple[str, ...]


def channel_view(frame: Frame, facts: ChannelFacts) -> ChannelView:
    chat, status, t = facts.chat, facts.status, frame.language.t
    avatars = {chat.id: facts.avatar} if facts.avatar else {}
    scene = Scene(frame, chat, Shown(avatars=avatars))
    kind = "posts" if chat.kind is PeerKind.CHANNEL else "messages"
    counts = [t(f"count.{kind}", status["posts_count"])] if "posts_count" in status else []
    comments = (status.get("comments") or {}).get("stored") or status.get("comments_count")
    if comments:
        counts.append(t("count.comments", comments))
    if facts.files.stored:
        size = frame.language.size(facts.files.bytes)
        counts.append(t("count.files", facts.files.stored) + f" ({size})")
    return ChannelView(
        chat_name(chat),
        visible_line(chat.title) or chat_name(chat),
        scene.peer(chat.id),
        frame.routes.feed(chat),
        frame.routes.telegram(chat),
        visible(chat.description),
        _discusses(frame, chat),
        tuple(counts),
        scene.time(facts.last_sync) if facts.last_sync else None,
        _sentence(frame, status),
        bool(status["complete"]),
        tuple(_details(frame, facts)),
        frame.routes.channel(chat),
    )


def _discusses(frame: Frame, chat: Chat) -> str:
    channels = frame.archived.values() if chat.kind is not PeerKind.CHANNEL else ()
    found = next((one for one in channels if one.linked_chat_id == chat.id), None)
    return visible_line(found.title) or chat_name(found) if found else ""


def _sentence(frame: Frame, status: Mapping[str, Any]) -> str:
    """Where the ids are: ``19 of 20 ids: 1 deleted or never there, 0 failed``."""
    t, number, ids = frame.language.t, frame.language.number, status["ids"]
    if status["source"] == "desktop":
        return t("whole.export", status["only_exported"])
    if not ids["top"]:
        return t("whole.nothing")
    known = ids["stored"] + ids["left_out"]
    parts = [t(f"whole.{key}", ids[key]) for key in ("absent", "failed")]
    parts += [t(f"whole.{key}", ids[key]) for key in ("left_out", "unread") if ids[key]]
    return t("whole.ids", ids["top"], known=number(known), parts=", ".join(parts))


def _details(frame: Frame, facts: ChannelFacts) -> list[LineView]:
    t, status, files = frame.language.t, facts.status, facts.files
    lines = [
        _line(frame, facts.chat, one["lo"], one["hi"], reason(frame, one["reason"]))
        for one in status["failures"][:LISTED]
    ]
    for words, ranges in (("gap", status["unread"]), ("damaged", status["damaged"])):
        said = t(f"whole.{words}")
        lines += [_line(frame, facts.chat, lo, hi, said) for lo, hi in ranges[:LISTED]]
    missing = (status.get("comments") or {}).get("missing") or {}
    lines += [LineView(t(f"comments.missing.{key}", count)) for key, count in missing.items()]
    kinds = {"wanted": files.wanted, "skipped": files.skipped}
    kinds |= {"failed": files.failed, "absent": files.absent}
    lines += [LineView(t(f"files.{kind}", count)) for kind, count in kinds.items() if count]
    return (lines or [LineView(t("whole.all_there"))]) + _absent(frame, facts)


def _absent(frame: Frame, facts: ChannelFacts) -> list[LineView]:
    """Ids that are empty at Telegram: they are no gap."""
    t, listed = frame.language.t, facts.absent[:LISTED]
    lines = [_line(frame, facts.chat, one.lo, one.hi, t("whole.empty")) for one in listed]
    left = facts.status["ids"]["absent"] - sum(map(len, listed))
    if listed and left > 0:
        lines.append(LineView(t("whole.more_empty", left)))
    return lines


def _line(frame: Frame, chat: Chat, lo: int, hi: int, said: str) -> LineView:
    return LineView(f"{span(lo, hi)}: {said}", frame.routes.post(chat, lo))


def span(lo: int, hi: int) -> str:
    """Ids from one to another."""
    return str(lo) if lo == hi else f"{lo} - {hi}"


def reason(frame: Frame, code: str) -> str:
    """Why something failed, in a sentence; a code without one is shown with what it is."""
    if frame.language.knows(f"reason.{code}"):
        return frame.language.t(f"reason.{code}")
    return frame.language.t("reason.other", code=visible_line(code))


def job_view(frame: Frame, job: JobFacts) -> JobView:
    t, progress = frame.language.t, job.progress
    bars = [_bar(frame, name, getattr(progress, name)) for name in ("posts", "comments", "files")]
    size, done = progress.bytes, frame.language.size(progress.bytes.done)
    shown = t("job.of", done=done, total=frame.language.size(size.total))
    bars.append(BarView("bytes", t("job.bytes"), size.done, size.total, shown))
    wait, eta = progress.wait, progress.eta_s or 0
    scene = Scene(frame, Chat(id=0, kind=PeerKind.CHANNEL), Shown())
    return JobView(
        job.channel,
        visible_line(progress.title or job.ref),
        progress.state,
        t(f"state.{progress.state}"),
        t(f"stage.{progress.stage}") if progress.stage in STAGES else "",
        tuple(bars),
        t("job.rate", round(progress.rate)) if progress.rate else "",
        t("job.eta", time=duration(eta)) if eta >= 1 else "",
        scene.time(round(wait.until)).iso if wait else "",
        t(f"wait.{wait.reason}") if wait else "",
        visible(_error(frame, progress)),
        t("job.failures", progress.failures) if progress.failures else "",
        verbs(progress.state),
    )


def _error(frame: Frame, progress: Progress) -> str:
    russian = progress.error_ru if frame.language.code == "ru" else ""
    return russian or progress.error


def _bar(frame: Frame, name: str, tally: Tally) -> BarView:
    number = frame.language.number
    shown = frame.language.t("job.of", done=number(tally.done), total=number(tally.total))
    return BarView(name, frame.language.t(f"job.{name}"), tally.done, tally.total, shown)


def verbs(state: str) -> tuple[str, ...]:
    """What may be done with a job in a state."""
    if state in ("queued", "running", "waiting"):
        return ("stop", "cancel")
    if state in ("paused", "interrupted", "stopped"):
        return ("resume", "cancel")
    return ("resume", "clear") if state in ("failed", "cancelled") else ("clear",)


def is_live(state: str) -> bool:
    return state in _LIVE
