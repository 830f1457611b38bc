"""Files that cannot be had from the sandbox: each is told with its reason, and alone."""

import asyncio

import pytest
from telethon.tl import functions, types
from tests.telegram.fetching import FILE, Memory, file_fault

from headrace import errors
from headrace.model.download import FileKind, Wish
from tgsandbox.services import upload


async def test_a_file_that_ends_early_is_told(fetcher):
    cut = file_fault({"type": "short_chunk", "bytes": 5000}, count=None)
    async with fetcher("files:1x100k", faults=cut) as it:
        wishes = await it.wishes("millstore")
        (found,) = (await it.fetch(wishes)).values()
        assert isinstance(found, errors.FileFailed)
        assert found.reason == "truncated"
        assert it.requests(FILE) == 3


async def test_a_file_that_is_longer_than_told_is_refused(fetcher):
    async with fetcher("files:1x100k") as it:
        (wish,) = await it.wishes("millstore")
        shorter = Wish(key=wish.key, kind=wish.kind, size=70_000, origins=wish.origins)
        (found,) = (await it.fetch([shorter])).values()
        assert isinstance(found, errors.FileFailed)
        assert found.reason == "overlong"


async def test_three_renewals_are_enough(fetcher):
    expired = file_fault(
        {"type": "error", "code": 400, "message": "FILE_REFERENCE_EXPIRED"}, count=None
    )
    async with fetcher("files:1x100k", faults=expired) as it:
        (found,) = (await it.fetch(await it.wishes("millstore"))).values()
        assert isinstance(found, errors.FileFailed)
        assert found.reason == "reference"
        assert it.requests("channels.getMessages") == 3


async def test_who_is_sent_to_and_fro_gives_up(fetcher):
    """Each data centre, the one that was named among them, names one and the same."""
    refusal = {"type": "error", "code": 303, "message": "USER_MIGRATE_4"}
    async with fetcher("files:1x30k", dcs=5) as it:
        wishes = await it.wishes("millstore")
        it.server.telegram.faults.add(file_fault(refusal, count=None))
        (error,) = (await it.fetch(wishes)).values()
        assert (type(error), error.reason) == (errors.FileFailed, "migrates")


async def test_a_deleted_message_and_replaced_media_are_told(fetcher):
    async with fetcher("files:3x20k") as it:
        wishes = sorted(await it.wishes("millstore"), key=lambda wish: wish.origins[0].id)
        it.server.change(verb="delete", id=1)
        other = it.server.world.chats[wishes[2].origins[0].chat_id].history.get(3)["media"]
        it.server.change(verb="edit", id=2, changes={"media": other})
        it.server.change(verb="rotate_references")
        found = list((await it.fetch(wishes)).values())
        assert isinstance(found[0], errors.FileAbsent)
        assert found[0].reason == "message_deleted"
        assert isinstance(found[1], errors.FileAbsent)
        assert found[1].reason == "media_replaced"
        assert isinstance(found[2], Memory)


async def test_a_cdn_is_refused(fetcher, monkeypatch):
    async def redirect(_call):
        return types.upload.FileCdnRedirect(4, b"token", b"k" * 32, b"i" * 16, [])

    request = functions.upload.GetFileRequest
    monkeypatch.setattr(upload, "register", lambda served: served.on(request, redirect))
    async with fetcher("files:1x20k") as it:
        (found,) = (await it.fetch(await it.wishes("millstore"))).values()
        assert isinstance(found, errors.FileFailed)
        assert found.reason == "cdn_unsupported"
        assert it.requests(FILE) == 1


async def test_a_lost_account_ends_all_at_once(fetcher):
    lost = file_fault({"type": "error", "code": 401, "message": "SESSION_REVOKED"}, nth=5)
    async with fetcher("files:40x50k,1x8m", faults=lost) as it:
        wishes = await it.wishes("millstore")
        found = await it.fetch(wishes)
        ended = [one for one in found.values() if isinstance(one, errors.AccountLost)]
        assert ended
        sent = it.requests(FILE)
        with pytest.raises(errors.AccountLost):
            await it.files.fetch(wishes[0], Memory(wishes[0].size))
        assert it.requests(FILE) == sent


async def test_a_long_flood_is_handed_on(fetcher):
    flood = file_fault({"type": "flood", "seconds": 5000}, count=None)
    async with fetcher("files:5x50k", faults=flood) as it:
        found = await it.fetch(await it.wishes("millstore"))
        assert all(isinstance(one, errors.FloodPause) for one in found.values())


async def test_a_location_that_does_not_hold_is_renewed_once(fetcher):
    invalid = file_fault({"type": "error", "code": 400, "message": "LOCATION_INVALID"}, count=None)
    async with fetcher("files:3x20k", faults=invalid) as it:
        found = await it.fetch(await it.wishes("millstore"))
        assert {one.reason for one in found.values()} == {"unavailable"}
        assert it.requests("channels.getMessages") == 1
        assert it.requests(FILE) == 6


async def test_a_sink_that_cannot_write_fails_its_file_alone(fetcher):
    class Full(Memory):
        async def write(self, offset, data):
            raise errors.DiskFull

    async with fetcher("files:3x20k,1x5m") as it:
        wishes = await it.wishes("millstore")
        large = max(wishes, key=lambda wish: wish.size)
        rest = [wish for wish in wishes if wish is not large]
        broken, found = await asyncio.gather(
            asyncio.gather(it.files.fetch(large, Full(large.size)), return_exceptions=True),
            it.fetch(rest),
        )
        assert isinstance(broken[0], errors.DiskFull)
        assert it.wrong(found) == {}


async def test_an_unknown_portrait_is_told(fetcher):
    async with fetcher() as it:
        wish = Wish(key="peer_photo/99", kind=FileKind.AVATAR, size=0, peer=12345)
        (found,) = (await it.fetch([wish])).values()
        assert isinstance(found, errors.FileFailed)
        assert found.reason == "no_access"
