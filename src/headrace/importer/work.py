"""What one import works with: handed on from stage to stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headrace.importer.downloads import Downloads
from headrace.importer.ports import Source, Store
from headrace.importer.progress import Meter
from headrace.model.chat import Chat
from headrace.model.clock import Clock
from headrace.model.coverage import IdRange, Lease
from headrace.model.job import Control
from headrace.model.page import Page, Saved
from headrace.model.plan import ImportOptions
from headrace.model.values import Timestamp


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
    #: When it began: what was seen since need not be looked at again.
    began: Timestamp
    #: Without them files are left for later.
    downloads: Downloads | None = None
    #: The ids that were asked for.
    wanted: Sequence[IdRange] = ()

    def arrived(self, page: Page, saved: Saved) -> None:
        """A page of the chat is stored."""
        self.meter.page(page, saved)
        self.news()

    def comments_arrived(self, page: Page, saved: Saved) -> None:
        """A page of comments is stored, or of a discussion group."""
        self.meter.comments_page(page, saved)
        self.news()

    def news(self) -> None:
        """Messages were stored that may name files."""
        if self.downloads is not None:
            self.downloads.more()
