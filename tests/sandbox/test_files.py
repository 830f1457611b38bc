"""upload.getFile: ranges, references, data centres."""

import hashlib
from dataclasses import dataclass

import pytest
from telethon import errors, functions, types

KIB = 1024
OK, OFFSET, LIMIT = None, errors.OffsetInvalidError, errors.LimitInvalidError


@dataclass
class Bytes:
    size: int
    dc: int = 2

    def read(self, offset, limit):
        return self.content[offset : offset + limit]

    @property
    def content(self):
        return bytes(range(251)) * (self.size // 251 + 1)


@pytest.fixture
def filed(world):
    """The world with document 9, 3 MiB and a bit, and document 10 in data centre 4."""
    world.add_file("document/9", "", Bytes(3 * 1024 * KIB + 100))
    world.add_file("document/10", "", Bytes(300 * KIB, dc=4))
    return world


def location(world, number):
    locations = world.locations
    return types.InputDocumentFileLocation(
        number, locations.access_hash(number), locations.reference(number), ""
    )


@pytest.mark.parametrize(
    ("offset", "limit", "precise", "refusal"),
    [
        (0, 1024 * KIB, False, OK),
        (1024 * KIB, 512 * KIB, False, OK),
        (0, 4 * KIB, False, OK),
        (512 * KIB, 1024 * KIB, False, OFFSET),
        (0, 768 * KIB, False, LIMIT),
        (0, 2048 * KIB, False, LIMIT),
        (0, 5000, False, LIMIT),
        (0, 0, False, LIMIT),
        (5000, 4 * KIB, False, OFFSET),
        (-4096, 4 * KIB, False, OFFSET),
        (KIB, KIB, True, OK),
        (KIB, 3 * KIB, True, OK),
        (1020 * KIB, 8 * KIB, True, OFFSET),
        (KIB, 100, True, LIMIT),
    ],
)
async def test_ranges_obey_telegrams_rules(
    running, filed, connect, offset, limit, precise, refusal
):
    async with running(filed) as sandbox:
        client = await connect(sandbox)
        request = functions.upload.GetFileRequest(location(filed, 9), offset, limit, precise)
        if refusal is not OK:
            with pytest.raises(refusal):
                await client(request)
            return
        content = filed.file("document/9", "").content
        assert (await client(request)).bytes == content[offset : offset + limit]


async def test_telethon_downloads_a_file_whole(running, filed, connect, transport):
    async with running(filed) as sandbox:
        client = await connect(sandbox, connection=transport)
        digest, size = hashlib.sha256(), 0
        async for part in client.iter_download(location(filed, 9), request_size=512 * KIB):
            digest.update(part)
            size += len(part)
        content = filed.file("document/9", "").content[: size + 1]
        assert digest.hexdigest() == hashlib.sha256(content[:size]).hexdigest()


async def test_references_expire_when_they_are_rotated(running, filed, connect):
    async with running(filed) as sandbox:
        client = await connect(sandbox)
        old = location(filed, 9)
        sandbox.change(verb="rotate_references")
        with pytest.raises(errors.FileReferenceExpiredError):
            await client(functions.upload.GetFileRequest(old, 0, 4 * KIB))
        fresh = location(filed, 9)
        assert (await client(functions.upload.GetFileRequest(fresh, 0, 4 * KIB))).bytes
        fresh.file_reference = b"no such"
        with pytest.raises(errors.FileReferenceInvalidError):
            await client(functions.upload.GetFileRequest(fresh, 0, 4 * KIB))
        fresh.file_reference = b""
        with pytest.raises(errors.FileReferenceEmptyError):
            await client(functions.upload.GetFileRequest(fresh, 0, 4 * KIB))


async def test_a_file_elsewhere_is_fetched_there_with_an_exported_authorisation(
    running, filed, connect
):
    async with running(filed, dcs=4) as sandbox:
        client = await connect(sandbox)
        with pytest.raises(errors.FileMigrateError) as refused:
            await client(functions.upload.GetFileRequest(location(filed, 10), 0, 4 * KIB))
        assert refused.value.new_dc == 4
        parts = [part async for part in client.iter_download(location(filed, 10), dc_id=4)]
        assert b"".join(parts)[: 300 * KIB] == filed.file("document/10", "").content[: 300 * KIB]
        methods = sandbox.report()["methods"]
        assert methods["auth.exportAuthorization"] == methods["auth.importAuthorization"] == 1


async def test_an_exported_authorisation_serves_once_and_there_only(running, filed, connect):
    async with running(filed, dcs=2) as sandbox:
        client = await connect(sandbox)
        with pytest.raises(errors.DcIdInvalidError):
            await client(functions.auth.ExportAuthorizationRequest(5))
        exported = await client(functions.auth.ExportAuthorizationRequest(1))
        with pytest.raises(errors.AuthBytesInvalidError):
            await client(functions.auth.ImportAuthorizationRequest(exported.id, exported.bytes))


async def test_pictures_of_tiny_and_its_people_can_be_read(running, connect, tmp_path):
    async with running("tiny") as sandbox:
        client = await connect(sandbox)
        read = 0
        async for message in client.iter_messages("tinymill", limit=None, wait_time=0):
            if message.photo or message.document:
                data = await client.download_media(message, bytes)
                assert data, message.id
                read += 1
        assert read
        assert await client.download_profile_photo("tinymill", bytes)


async def test_the_world_of_files_is_downloaded_whole(running, connect):
    async with running("files:2x20k,1x3m") as sandbox:
        client = await connect(sandbox)
        found = {}
        async for message in client.iter_messages("millstore", wait_time=0):
            found[message.id] = await client.download_media(message, bytes)
        keys = {1: ("photo", "y"), 2: ("photo", "y"), 3: ("document", "")}
        for number, (kind, size) in keys.items():
            key = f"{kind}/{8_100_000_000_000 + number - 1}"
            file = sandbox.world.file(key, size)
            parts = (file.read(at, 1024 * KIB) for at in range(0, file.size, 1024 * KIB))
            assert found[number] == b"".join(parts)


async def test_spread_files_are_fetched_with_one_authorisation_for_each_data_centre(
    running, connect
):
    async with running("files:12x20k", dcs=5, spread=True) as sandbox:
        client = await connect(sandbox)
        seen = set()
        async for message in client.iter_messages("millstore", wait_time=0):
            seen.add(message.photo.dc_id)
            file = sandbox.world.file(f"photo/{message.photo.id}", "y")
            assert await client.download_media(message, bytes) == file.read(0, file.size)
        assert seen == {1, 2, 3, 4, 5}
        methods = sandbox.report()["methods"]
        assert methods["auth.exportAuthorization"] == methods["auth.importAuthorization"] == 4
        assert len(sandbox.report()["files"]["bytes_by_connection"]) == 5


async def test_a_file_of_five_gigabytes_is_read_beyond_32_bits(running, connect):
    async with running("files:1x5g") as sandbox:
        client = await connect(sandbox)
        document = (await client.get_messages("millstore", ids=1)).document
        assert document.size == 5_000_000_000
        place = types.InputDocumentFileLocation(
            document.id, document.access_hash, document.file_reference, ""
        )
        file = sandbox.world.file(f"document/{document.id}", "")
        at = 4768 * 1024 * KIB
        parts = []
        for offset in (0, 2**32, at):
            got = await client(functions.upload.GetFileRequest(place, offset, 1024 * KIB))
            assert got.bytes == file.read(offset, 1024 * KIB)
            parts.append(got.bytes)
        assert len(parts[2]) == 5_000_000_000 - at
        assert len(set(parts)) == 3
