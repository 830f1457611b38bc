"""Watching a channel with its comments: what is pushed of the group hangs where it belongs."""

import asyncio
import random

import pytest
from tests.crash.importing import loaded
from tests.e2e.watching import PATIENCE_S, Told
from tests.talking import assert_joined, bring, expected

from headrace import app
from headrace.blobs.files import LocalFiles
from headrace.model.download import TEXT_ONLY
from headrace.store.open import open_archive
from tgsandbox.server import serve

MILL, TALK = -1001000000101, -1001000000102
OLD_MILLER, VERA = 500001, 500002


class Talk:
    """People who post, comment and chat; the channel and its group change with it."""

    def __init__(self, sandbox, seed):
        self.sandbox, self.chance = sandbox, random.Random(seed)

    def go_on(self, times):
        for _ in range(times):
            self.chance.choice((self.post, self.comment, self.answer, self.chat, self.reply))()

    def post(self):
        self.sandbox.change(verb="post", chat=MILL, text="News of the mill.")

    def comment(self):
        posts = self.sandbox.world.chats[MILL].history
        open_ones = [
            one["post"] for one in self.of("thread") if "replies" in posts.get(one["post"])
        ]
        post = self.chance.choice(open_ones)
        self.say(verb="comment", chat=MILL, post=post, text="A word on it.")

    def answer(self):
        one = self.chance.choice(self.of("comment"))
        self.say(verb="comment", chat=MILL, post=one["post"], parent=one["id"], text="So it is.")

    def chat(self):
        self.sandbox.change(verb="post", chat=TALK, text="Tea?", message={"author": VERA})

    def reply(self):
        """To what hangs on no post, and so hangs on none itself."""
        one = self.chance.choice(self.of("chatter"))
        said = {"author": OLD_MILLER, "reply": {"msg_id": one["id"]}, "thread_id": one["id"]}
        self.sandbox.change(verb="post", chat=TALK, text="Gladly.", message=said)

    def say(self, **change):
        self.sandbox.change(**change, author=self.chance.choice((OLD_MILLER, VERA)))

    def of(self, kind):
        return [one for one in self.sandbox.comments() if one["type"] == kind]


async def until_caught_up(sandbox, store):
    """Nobody tells of a position; the channel may be there before its group."""
    chats = sandbox.world.chats
    async with asyncio.timeout(PATIENCE_S):
        while [await store.position(one) for one in (MILL, TALK)] != [  # noqa: ASYNC110
            chats[one].pts for one in (MILL, TALK)
        ]:
            await asyncio.sleep(0.01)


def break_off(sandbox, how):
    """The connections end, or say nothing any more."""
    for line in list(sandbox.telegram.lines):
        if how == "reset":
            line.link.reset()
        else:
            line.link.silent = True


@pytest.mark.parametrize(("seed", "how"), [(1, "reset"), (2, "silent")])
async def test_comments_that_are_pushed_hang_where_they_belong(seed, how, tmp_path):
    async with serve("tiny") as sandbox:
        chosen = loaded(sandbox, tmp_path).model_copy(update={"call_timeout": 1.0})
        await bring(chosen, "@tinymill")
        before = {kind: len(expected(sandbox.comments(), kind)) for kind in ("comment", "chatter")}
        told, talk = Told(), Talk(sandbox, seed)
        watch = asyncio.create_task(
            app.watch_chats(chosen, ["@tinymill"], TEXT_ONLY, told, lambda _: None)
        )
        for chat in (MILL, TALK):
            await told.until(lambda one, of=chat: (one.event, one.chat) == ("watching", of))
        async with open_archive(LocalFiles(), chosen.archive, create=False) as store:
            talk.go_on(15)
            await until_caught_up(sandbox, store)
            break_off(sandbox, how)
            talk.go_on(15)
            await until_caught_up(sandbox, store)
            watch.cancel()
            await asyncio.wait({watch})
            assert watch.cancelled()
        oracle = sandbox.comments()
        assert_joined(tmp_path / "archive", oracle)
        for kind, number in before.items():
            assert len(expected(oracle, kind)) > number
        assert (await app.status(chosen, "@tinymill"))["complete"] is True
        assert (await app.check(chosen, None)).findings == ()
