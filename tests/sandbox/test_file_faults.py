"""What a server may answer to whoever downloads from it, for every kind of file."""

import asyncio
import hashlib

import pytest
from telethon import errors, functions, types
from tests.sandbox.downloads import KIB, asked, content_of, every_kind, fault

from tgsandbox.errors import SandboxError
from tgsandbox.faults import Faults


@every_kind
@pytest.mark.parametrize("size", [0, 100])
async def test_a_part_may_be_short_or_empty(running, connect, kind, size):
    async with running("tiny", faults=fault({"type": "short_chunk", "bytes": size})) as sandbox:
        client = await connect(sandbox)
        content = content_of(sandbox.world, kind)
        assert (await client(asked(sandbox.world, kind))).bytes == content[:size]
        assert (await client(asked(sandbox.world, kind))).bytes == content[: 4 * KIB]


@every_kind
async def test_a_part_may_be_longer_than_asked(running, connect, kind):
    async with running("tiny", faults=fault({"type": "long_chunk", "bytes": 10})) as sandbox:
        client = await connect(sandbox)
        got = (await client(asked(sandbox.world, kind))).bytes
        assert got == content_of(sandbox.world, kind)[: 4 * KIB] + bytes(10)


async def test_a_message_may_state_another_size_than_the_file_has(running, connect):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        documents = {
            one.document.id: one.id
            async for one in client.iter_messages("tinymill", wait_time=0)
            if one.document
        }
        song = documents[8017]
        real = len(content_of(sandbox.world, "document"))
        sandbox.change(verb="state_size", id=song, size=real + 5000)
        message = await client.get_messages("tinymill", ids=song)
        assert (message.document.size, message.edit_date) == (real + 5000, None)
        assert len(await client.download_media(message, bytes)) == real


async def test_a_photo_may_state_another_size_than_it_has(running, connect):
    async with running("files:1x20k") as sandbox:
        client = await connect(sandbox)
        sandbox.change(verb="state_size", id=1, size=19_000)
        message = await client.get_messages("millstore", ids=1)
        assert message.photo.sizes[-1].sizes[-1] == 19_000
        assert len(await client.download_media(message, bytes)) == 20_000


@every_kind
@pytest.mark.parametrize("profile", ["instant", "wan"])
async def test_the_connection_may_break_within_the_answer(running, connect, kind, profile):
    """The client tries again by itself; the bytes of the broken answer were on the wire."""
    rules = [fault({"type": "reset_within", "share": 0.75})]
    settings = {} if profile == "instant" else {"rtt_ms": 2, "file.service_ms": 0}
    async with running("tiny", profile=profile, settings=settings, faults=rules) as sandbox:
        client = await connect(sandbox, retry_delay=0)
        got = (await client(asked(sandbox.world, kind))).bytes
        assert got == content_of(sandbox.world, kind)[: 4 * KIB]
        report = sandbox.report()
        assert report["connections"] == 2
        assert report["bytes_out"] > 1.75 * len(got)
        assert report["files"]["parts_sent_again"] == 1


async def test_only_the_answer_that_is_meant_is_broken(running, connect):
    """Eight are under way; those before the broken one arrive, on whatever connection."""
    rules = [fault({"type": "reset_within", "share": 0.1}, nth=5)]
    async with running("tiny", faults=rules) as sandbox:
        client = await connect(sandbox, retry_delay=0)
        content = content_of(sandbox.world, "document")
        parts = await asyncio.gather(
            *(client(asked(sandbox.world, "document", at * 4 * KIB)) for at in range(8))
        )
        assert b"".join(one.bytes for one in parts) == content[: 32 * KIB]
        assert sandbox.report()["connections"] == 2


@every_kind
async def test_a_server_may_fall_silent(running, connect, kind):
    async with running("tiny", faults=fault("lose_reply")) as sandbox:
        client = await connect(sandbox)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client(asked(sandbox.world, kind)), 0.05)
        assert sandbox.report()["methods"]["upload.getFile"] == 1


@every_kind
@pytest.mark.parametrize("premium", [True, False])
async def test_downloads_may_be_told_to_wait(running, connect, kind, premium):
    rules = fault({"type": "flood", "seconds": 7, "premium": premium})
    async with running("tiny", faults=rules) as sandbox:
        client = await connect(sandbox)
        kinds = {True: errors.FloodPremiumWaitError, False: errors.FloodWaitError}
        with pytest.raises(kinds[premium]) as refused:
            await client(asked(sandbox.world, kind))
        assert refused.value.seconds == 7


@every_kind
@pytest.mark.parametrize(
    ("wrong", "answer"),
    [
        ("cdn_redirect", types.upload.FileCdnRedirect),
        ("cdn_file", types.upload.CdnFile),
        ("web_file", types.upload.WebFile),
        ("bool", bool),
    ],
)
async def test_an_answer_may_be_of_another_kind(running, connect, kind, wrong, answer):
    rules = fault({"type": "wrong_answer", "of": wrong})
    async with running("tiny", faults=rules) as sandbox:
        client = await connect(sandbox)
        assert isinstance(await client(asked(sandbox.world, kind)), answer)
        assert sandbox.report()["files"]["parts_sent"] == 0
        assert (await client(asked(sandbox.world, kind))).bytes


async def test_what_unmodified_telethon_makes_of_a_short_part(running, connect):
    """The schedule bites: a plain download ends early and says nothing."""
    rules = fault({"type": "short_chunk", "bytes": 4096}, nth=2)
    async with running("files:1x3m", faults=rules) as sandbox:
        client = await connect(sandbox)
        message = await client.get_messages("millstore", ids=1)
        assert len(await client.download_media(message, bytes)) < message.document.size


async def test_what_was_sent_is_counted_by_part_and_connection(running, connect):
    async with running("files:1x1100k") as sandbox:
        client = await connect(sandbox)
        message = await client.get_messages("millstore", ids=1)
        whole = await client.download_media(message, bytes)
        file = types.InputDocumentFileLocation(
            message.document.id, message.document.access_hash, message.document.file_reference, ""
        )
        await client(functions.upload.GetFileRequest(file, 0, 4 * KIB))
        counts = sandbox.report()["files"]
        assert counts["bytes"] == len(whole) + 4 * KIB
        assert list(counts["bytes_by_connection"].values()) == [len(whole) + 4 * KIB]
        assert (counts["files"], counts["parts_sent_again"], counts["most_often"]) == (1, 1, 2)
        parts = sandbox.telegram.counters.parts.of(f"document/{message.document.id}")
        assert [one["sent"] for one in parts] == [2] + [1] * (len(parts) - 1)
        assert sandbox.telegram.counters.parts.of("document/1") == []
        digest = hashlib.sha256(whole).hexdigest()
        assert hashlib.sha256(content(sandbox.world, parts[0]["file"])).hexdigest() == digest


def content(world, key):
    file = world.file(key, "")
    return b"".join(file.read(at, KIB * KIB) for at in range(0, file.size, KIB * KIB))


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        (fault({"type": "wrong_answer", "of": "song"}), "A wrong answer is one of cdn_redirect"),
        (fault("reset", every=0), "not every 0"),
        (fault("reset", every="2"), "not every '2'"),
    ],
)
def test_rules_that_make_no_sense_are_refused(rule, complaint):
    with pytest.raises(SandboxError, match=complaint):
        Faults(deeds=None).add(rule)
