"""``headrace reparse`` as a user runs it."""

import asyncio

from telethon.tl import types
from tests.builders import CHAT_ID, DATE, make_chat, make_page

from headrace.blobs.files import LocalFiles
from headrace.model.message import Message, Unsupported
from headrace.store.open import open_archive
from headrace.telegram.lean_reader import PlainMessage

CHANNEL = types.PeerChannel(-CHAT_ID - 1_000_000_000_000)


async def prepare(archive):
    """An archive with a message that an older version kept as bytes."""
    odd = PlainMessage(id=5, peer_id=CHANNEL, date=DATE, message="from the future", post=True)
    lost = Unsupported(constructor="0x00000bad", layer=200, where="message", raw=bytes(odd))
    kept = Message(id=5, date=DATE, kind="unsupported", unsupported=(lost,))
    async with open_archive(LocalFiles(), archive) as store:
        lease = await store.acquire(f"chat:{CHAT_ID}", "test")
        await store.save_chat(lease, make_chat(username="mill"), [])
        await store.save_page(lease, make_page([kept]))
        await store.release(lease)


def test_reparse_makes_good_and_says_so(headrace, tmp_path):
    asyncio.run(prepare(tmp_path / "archive"))
    ran = headrace("reparse", "@mill", "--json")
    assert ran.code == 0, ran
    assert ran.out.startswith("1 messages looked at, 1 made good")
    assert ran.json == {"looked_at": 1, "made_good": 1, "left": 0}
    (line,) = [one for one in headrace("digest", "--lines").lines if one["type"] == "message"]
    assert (line["text"], line["post"]) == ("from the future", True)
    assert "unsupported" not in line
    assert headrace("reparse", "--json").json == {"looked_at": 0, "made_good": 0, "left": 0}


def test_reparse_of_a_channel_that_is_not_there(headrace, tmp_path):
    asyncio.run(prepare(tmp_path / "archive"))
    assert headrace("reparse", "@other").code == 6
