"""What one import works with: handed on from stage to stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from headrace.importer.comment_plan import commented_span
from headrace.importer.downloads import Downloads
from headrace.importer.ports import Source, Store
from headrace.importer.progress import Meter
from headrace.model.chat import Chat
from headrace.model.clock import Clock
from headrace.model.coverage import IdRange, Lease
from headrace.model.job import Control
from headrace.model.page import Page, Saved
from headrace.model.plan import ImportOptions
from headrace.model.refresh import Refreshed, Round
from headrace.model.thread import Thread
from headrace.model.values import PeerKind


@dataclass(slots=True)
class Work:
    """One import of one chat."""

    source: Source
    store: Store
    clock: Clock
    #: Who holds the leases: ``host:pid:start``.
    owner: str
    chat: Chat
    options: ImportOptions
    #: The chat's.
    lease: Lease
    meter: Meter
    control: Control
    #: What was seen since it began need not be looked at again.
    round: Round
    #: From here on an earlier run wanted what was new, and was broken off.
    again_from: int | None = None
    #: Without them files are left for later.
    downloads: Downloads | None = None
    #: The ids that were asked for.
    wanted: Sequence[IdRange] = ()
    #: What looking again at stored messages came to.
    refreshed: Refreshed = field(default_factory=Refreshed)

    @property
    def span(self) -> IdRange:
        """The posts whose comments are wanted: those that were asked for, or else all."""
        return commented_span(self.options, self.wanted)

    def is_asked_for(self, thread: Thread) -> bool:
        """The comments of a post are wanted."""
        return self.span.lo <= thread.post <= self.span.hi

    def arrived(self, page: Page, saved: Saved) -> None:
        """A page of the chat is stored."""
        self.meter.page(page, saved, self._comments_of(page))
        self.news()

    def _comments_of(self, page: Page) -> int:
        """How many comments are wanted of those that Telegram counts under the posts of a page."""
        if self.chat.kind is not PeerKind.CHANNEL or not self.options.comments:
            return 0
        counts = (
            one.replies.count for one in page.messages if one.replies and one.replies.comments
        )
        limit = self.options.comments_limit
        return sum(count if limit is None else min(count, limit) for count in counts)

    def comments_arrived(self, page: Page, saved: Saved) -> None:
        """A page of comments is stored, or of a discussion group."""
        self.meter.comments_page(page, saved)
        self.news()

    def news(self) -> None:
        """Messages were stored that may name files."""
        if self.downloads is not None:
            self.downloads.more()
