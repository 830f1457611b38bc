"""Archives with rows in every table of content, for checks and repairs to be tried on.

Worlds: ``tiny`` and ``reference``, a channel and its group as chats of their own, changed and
synced; ``comments``, sifted groups of which one is closed and one thread has lost its root;
``talk:...``, a group whose reading was stopped half way.
"""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.e2e.watching import Told
from tests.talking import SECOND

from headrace import app
from headrace.blobs.files import LocalFiles
from headrace.errors import AccountLost
from headrace.model.download import TEXT_ONLY
from headrace.model.job import Silent
from headrace.model.plan import ImportOptions
from headrace.model.refresh import parse_refresh
from headrace.store.open import open_archive

CHATS = {"tiny": ("@tinymill", "@tinymilltalk"), "reference": ("@millrace", "@millracetalk")}
#: A channel of comments by the beginning of its world's name.
TALKS = {"comments": "@millyard", "talk": "@longtalk"}
WORLDS = ("tiny", "comments", "talk:60x300+200")
#: Tables that have rows in a world, beside those that every archive has.
HELD = dict(
    zip(
        WORLDS,
        (
            {"counts", "hidden", "message_versions"},
            {"chatter", "threads"},
            {"chatter", "undecided"},
        ),
        strict=True,
    )
)
LOST = {"type": "error", "code": 401, "message": "SESSION_REVOKED"}


async def fill(of, world, name):
    """Bring a world into an archive; ``world``: the sandbox, whose control is asked."""
    if name in CHATS:
        await _grow(of, world, CHATS[name])
    elif name == "comments":
        await _with_a_lost_root(of, world)
    else:
        await _half_way(of, world)
    await _serve(of)


async def bring(of, name):
    """Only import what is there, and change nothing."""
    for chat in CHATS[name]:
        await _import(of, chat)
    await _serve(of)


async def _serve(of):
    """As where a server has run."""
    async with open_archive(LocalFiles(), of.archive) as store:
        while await store.index_more() or await store.count_months():
            pass


async def _import(of, chat, **more):
    await app.import_chat(of, chat, ImportOptions(pace=of.pace, **more), Silent())


async def _grow(of, world, chats):
    """Import; change; look again, so that there are versions, counts and tombstones."""
    channel, group = chats
    for chat in chats:
        await _import(of, chat)
    lines = []
    await app.content(of, lambda line: lines.append(json.loads(line)))
    mine = next(one["id"] for one in lines if one.get("username") == channel[1:])
    posts = [one for one in lines if one["type"] == "message" and one["chat"] == mine]
    photos = [one["id"] for one in posts if one.get("media", {}).get("kind") == "photo"]
    texts = [one["id"] for one in posts if one.get("text") and "media" not in one]
    for step in range(2):
        _change(world, channel, "edit", id=texts[step], text=f"Mended {step}.")
        _change(world, channel, "replace_file", id=photos[0])
        _change(world, channel, "views", id=texts[2], views=500 + step, forwards=step)
        _change(world, channel, "rename", subscribers=900 + step)
        _change(world, channel, "delete", id=texts[3 + step])
        _change(world, group, "post", text="Chatter.", message={"author": 500001})
        _change(world, channel, "comment", post=photos[0], text="A comment.")
        await _look_again(of)
    async with open_archive(LocalFiles(), of.archive) as store:
        await store.hide(mine, [texts[0]])
    await _watch(of, len(chats))


async def _look_again(of):
    options = ImportOptions(pace=of.pace, refresh=parse_refresh("all"))
    await app.sync_chats(of, [], options, Silent(), lambda _: None)


def _change(world, chat, verb, **more):
    return world.ask("/world", {"verb": verb, "chat": chat, **more})["result"]


async def _watch(of, chats):
    """Until each chat is watched, which leaves its position."""
    told = Told()
    watch = asyncio.create_task(app.watch_chats(of, [], TEXT_ONLY, told, lambda _: None))
    for number in range(chats):
        await told.until(lambda _, least=number: _watched(told) > least)
    watch.cancel()
    await asyncio.wait({watch})


def _watched(told):
    return len({one.chat for one in told.happenings if one.event == "watching"})


async def _with_a_lost_root(of, world):
    """A closed group, read post by post, of which one post's copy is gone."""
    closed = [one for one in world.ask("/comments") if one.get("group") == SECOND]
    root = next(one["root"] for one in closed if one["type"] == "thread" and one["count"])
    gone = {"verb": "delete", "chat": SECOND, "id": root}
    rule = {"method": "messages.getReplies", "action": {"type": "world", "change": gone}}
    world.ask("/faults", rule)
    await _import(of, TALKS["comments"])
    world.ask("/faults", method="DELETE")


async def _half_way(of, world):
    """The account is lost among the pages of the group: what they hang on was not read."""
    world.ask("/faults", {"method": "messages.getHistory", "nth": 4, "action": LOST})
    with pytest.raises(AccountLost):
        await _import(of, TALKS["talk"])
    world.ask("/faults", method="DELETE")
