"""What may become of a file while it is read: another reference, place or content, or none."""

import io

import pytest
from telethon import errors
from tests.sandbox.downloads import FILES, asked, content_of, every_kind, fault, place


@every_kind
async def test_a_current_reference_may_be_called_expired(running, connect, kind):
    rules = fault({"type": "error", "code": 400, "message": "FILE_REFERENCE_EXPIRED"}, count=2)
    async with running("tiny", faults=rules) as sandbox:
        client = await connect(sandbox)
        for _ in range(2):
            with pytest.raises(errors.FileReferenceExpiredError):
                await client(asked(sandbox.world, kind))
        assert (await client(asked(sandbox.world, kind))).bytes


@pytest.mark.parametrize("kind", ["photo", "document", "thumbnail"])
async def test_references_may_expire_every_few_parts(running, connect, kind):
    """Every third request finds its reference expired; a new one serves until the next."""
    rotate = {"type": "world", "change": {"verb": "rotate_references"}}
    async with running("tiny", faults=fault(rotate, every=3)) as sandbox:
        client = await connect(sandbox)
        outcomes = []
        for _ in range(9):
            try:
                await client(asked(sandbox.world, kind))
                outcomes.append(True)
            except errors.FileReferenceExpiredError:
                outcomes.append(False)
        assert outcomes == [True, True, False] * 3


@every_kind
async def test_a_file_may_move_while_it_is_read(running, connect, kind):
    key = FILES[kind][0]
    move = {"type": "world", "change": {"verb": "move_file", "file": key, "dc": 4}}
    async with running("tiny", dcs=4, faults=fault(move, nth=2)) as sandbox:
        client = await connect(sandbox)
        assert (await client(asked(sandbox.world, kind))).bytes
        with pytest.raises(errors.FileMigrateError) as refused:
            await client(asked(sandbox.world, kind))
        assert refused.value.new_dc == 4
        whole = io.BytesIO()
        await client._download_file(place(sandbox.world, kind), whole, dc_id=4)
        assert whole.getvalue() == content_of(sandbox.world, kind)
        assert sandbox.report()["methods"]["auth.exportAuthorization"] == 1


async def test_messages_say_where_a_file_has_moved(running, connect):
    async with running("files:1x20k,1x2m", dcs=2) as sandbox:
        client = await connect(sandbox)
        before = await client.get_messages("millstore", ids=1)
        sandbox.change(verb="move_file", file=f"photo/{before.photo.id}", dc=1)
        after = await client.get_messages("millstore", ids=1)
        assert (before.photo.dc_id, after.photo.dc_id) == (2, 1)


@every_kind
async def test_an_account_may_be_sent_elsewhere(running, connect, kind):
    """Unmodified Telethon follows, and finds itself where it is not signed in."""
    rules = fault({"type": "error", "code": 303, "message": "USER_MIGRATE_4"})
    async with running("tiny", dcs=4, faults=rules) as sandbox:
        client = await connect(sandbox)
        with pytest.raises(errors.AuthKeyUnregisteredError):
            await client(asked(sandbox.world, kind))
        assert sandbox.report()["errors"]["USER_MIGRATE_4"] == 1
        assert client.session.dc_id == 4


@every_kind
@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("LOCATION_INVALID", errors.LocationInvalidError),
        ("FILE_ID_INVALID", errors.FileIdInvalidError),
    ],
)
async def test_a_file_may_be_gone(running, connect, kind, name, refusal):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        sandbox.change(verb="lose_file", file=FILES[kind][0], error=name)
        with pytest.raises(refusal):
            await client(asked(sandbox.world, kind))


@pytest.mark.parametrize(("spec", "size"), [("files:1x20k", None), ("files:1x2m", 1_234_567)])
async def test_an_edit_may_replace_a_file(running, connect, spec, size):
    async with running(spec) as sandbox:
        client = await connect(sandbox)
        before = await client.get_messages("millstore", ids=1)
        old = await client.download_media(before, bytes)
        key = sandbox.change(verb="replace_file", id=1, **({"size": size} if size else {}))
        with pytest.raises(errors.LocationInvalidError):
            await client.download_media(before, bytes)
        after = await client.get_messages("millstore", ids=1)
        assert after.edit_date
        assert key.endswith(f"/{after.file.media.id}")
        new = await client.download_media(after, bytes)
        assert new != old
        assert len(new) == after.file.size == (size or len(old))


async def test_a_message_may_be_deleted_while_its_file_is_read(running, connect):
    gone = {"type": "world", "change": {"verb": "delete", "id": 1}}
    lost = {"type": "world", "change": {"verb": "lose_file", "file": "document/8100000000000"}}
    rules = [fault(gone, nth=3), fault(lost, nth=3)]
    async with running("files:1x3m", faults=rules) as sandbox:
        client = await connect(sandbox)
        message = await client.get_messages("millstore", ids=1)
        with pytest.raises(errors.LocationInvalidError):
            await client.download_media(message, bytes)
        assert await client.get_messages("millstore", ids=1) is None
