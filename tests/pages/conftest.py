"""Archives of two worlds, and sites of pages made of them."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from tests.e2e import processes
from tests.pages import archives
from tests.pages.browser import Site

from headrace.blobs.files import LocalFiles
from headrace.importer.status import status_of
from headrace.model.chat import Chat
from headrace.model.coverage import IdRange
from headrace.model.download import FileKind
from headrace.model.failed import Failed, FailedFile, FailedThread
from headrace.model.job import Progress, Tally, Wait
from headrace.model.proof import Whereabouts
from headrace.model.reading import Filter, Hit, Hits, Month, PostPage, ThreadPage
from headrace.pages import render
from headrace.pages.i18n import language
from headrace.store.open import open_archive


@dataclass
class World:
    """An archive, read whole."""

    chats: dict[int, Chat]
    chat: Chat
    feed: PostPage
    thread: ThreadPage
    statuses: dict[int, dict]
    media: dict[str, Path]
    types: dict[str, str]

    @property
    def group(self) -> Chat | None:
        return self.chats.get(self.chat.linked_chat_id)

    def frame(self, query=""):
        given = {key: value[0] for key, value in parse_qs(query).items()}
        code, theme = given.get("lang", "en"), given.get("theme", "")
        return render.Frame(language=language(code), theme=theme, archived=self.chats)

    def site(self):
        return Site(self.page, self.media, self.types)

    def page(self, path, query):
        frame, parts = self.frame(query), path.strip("/").split("/")
        if parts[0] == "c" and len(parts) == 2:
            return self.part(
                frame,
                {
                    key: int(value[0])
                    for key, value in parse_qs(query).items()
                    if key in ("n", "below", "above")
                },
            )
        if parts[3:] == ["versions"]:
            return render.render_versions(frame, self.chat, self.thread, [FORMER])
        if parts[0] == "c":
            if int(parts[2]) == self.thread.post.position:
                return render.render_thread(frame, self.chat, self.thread, self.group)
            return render.render_absent(
                frame, self.chat, int(parts[2]), Whereabouts(state="deleted", at=1)
            )
        makers = {
            "": lambda: render.render_channels(frame, self.cards(), JOBS),
            "activity": lambda: render.render_activity(
                frame, JOBS, {self.chat.id: [FAILURE]}, failed_in(self.chat)
            ),
            "login": lambda: render.render_login(frame),
            # With the filters open.
            "search": lambda: render.render_search(
                frame, "photo", self.hits(), chat=self.chat, chosen=Filter(include_polls=False)
            ),
            "unknown": lambda: render.render_unknown_chat(frame, "@nobody"),
            "hidden": lambda: render.render_hidden_chat(frame, self.chat),
            "error": lambda: render.render_error(frame, "No.", "Try again.", status=404),
        }
        return makers[parts[0]]() if parts[0] in makers else None

    def part(self, frame, where):
        """A page of the feed by keyset, as the site cuts it."""
        posts, size = self.feed.posts, where.get("n", 30)
        chosen = [post for post in posts if post.position < where.get("below", 2**31)][:size]
        if "above" in where:
            chosen = [post for post in posts if post.position > where["above"]][-size:]
        older = chosen[-1].position if chosen and chosen[-1] is not posts[-1] else None
        newer = chosen[0].position if chosen and chosen[0] is not posts[0] else None
        page = PostPage(posts=tuple(chosen), shown=self.feed.shown, older=older, newer=newer)
        months = [Month(month="2025-01", count=len(posts), position=posts[0].position)]
        return render.render_feed(frame, self.chat, page, months)

    def cards(self):
        return [
            render.ChannelFacts(
                chat=chat,
                status=self.statuses[chat.id],
                absent=[IdRange(lo=7, hi=9)],
                last_sync=1_735_689_600,
            )
            for chat in self.chats.values()
        ]

    def hits(self):
        entries = [post.entries[0] for post in self.feed.posts]
        hits = [
            Hit(
                entry=one,
                channel_id=self.chat.id,
                post=one.message.id,
                snippet=one.message.text[:80],
                marks=((0, 2),),
            )
            for one in entries[:40]
        ]
        return Hits(hits=tuple(hits), shown=self.feed.shown, total=10_000, is_more=True, after="x")


def failed_in(chat):
    """A file and comments that have failed, and more of both."""
    photo = FailedFile(
        key="photo/7", kind=FileKind.PHOTO, size=9, reason="truncated", chat=chat.id, message=3
    )
    thread = FailedThread(channel=chat.id, post=3, group=chat.id, lo=5, hi=6, reason="lost")
    return Failed(threads=(thread,), threads_count=2, files=(photo,), files_count=2)


FORMER = render.VersionFacts(text="Before.", edited=5, replaced_at=9)
FAILURE = {"lo": 3, "hi": 4, "reason": "unreadable", "detail": "0x12"}
JOBS = [
    render.JobFacts(
        channel="tinymill",
        ref="@tinymill",
        progress=Progress(
            state="running",
            stage="history",
            title="<b>Mill</b>",
            posts=Tally(done=1, total=20),
            rate=21,
            eta_s=61,
        ),
    ),
    render.JobFacts(
        channel="weir",
        ref="@weir",
        progress=Progress(
            state="waiting",
            stage="history",
            wait=Wait(until=4e9, reason="flood", method="history"),
            failures=2,
        ),
    ),
    render.JobFacts(
        channel="c",
        ref="@c",
        progress=Progress(state="failed", stage="plan", error="Not for this account."),
    ),
]


async def read(archive: Path) -> World:
    async with open_archive(LocalFiles(), archive, create=False) as store:
        chats = {chat.id: chat for chat in await store.chats()}
        chat = next(
            chat for chat in chats.values() if chat.linked_chat_id and chat.kind == "channel"
        )
        feed = await archives.feed(store, archive, chat)
        post = max(feed.posts, key=lambda one: one.comments.stored if one.comments else 0)
        thread = await archives.thread(store, archive, chat, chats[chat.linked_chat_id], post)
        statuses = {chat.id: await status_of(store, chat) for chat in chats.values()}
    views, places = archives.files_of(archive)
    types = {f"media/{key}": view.type for key, view in views.items()}
    return World(chats, chat, feed, thread, statuses, places, types)


def bring(world, folder):
    """Import a world's channel; where it lies."""
    with processes.sandbox(world) as sandbox:
        options = ["--archive", folder / "archive", "--pace", "fast", *sandbox.options()]
        # The zoo has a file of five gigabytes.
        options += ["--max-size", "1MB"]
        everything = {"HEADRACE_MEDIA": "all", "HEADRACE_COMMENTS": "all"}
        ran = processes.headrace(
            "import",
            f"@{world}mill",
            *options,
            config=folder / "config",
            environment=everything,
        )
        assert ran.returncode in (0, 3), ran.stderr
    return folder / "archive"


@pytest.fixture(scope="package")
def tiny_archive(tmp_path_factory):
    return bring("tiny", tmp_path_factory.mktemp("tiny"))


@pytest.fixture(scope="package")
def zoo_archive(tmp_path_factory):
    return bring("zoo", tmp_path_factory.mktemp("zoo"))


@pytest.fixture
async def tiny(tiny_archive):
    return await read(tiny_archive)


@pytest.fixture
async def zoo(zoo_archive):
    return await read(zoo_archive)
