"""Every file that the worlds name is served, of the size that is stated, and is what it is."""

import gzip
import io
import re

import pytest
from PIL import Image
from telethon import errors, functions, types

from tgsandbox.worlds import bodies, ids, open_world, zoo, zoo_files, zoo_parts
from tgsandbox.worlds.named_files import files_in, moving_sizes

KIB = 1024
MIB = KIB * KIB
PAW, OTTER, UNKNOWN_EMOJI = 5368324170671202286, 5312536423851630001, 5312536423851630002
#: MIME type -> what such a file begins with.
MAGIC = {
    "image/jpeg": rb"\xff\xd8\xff",
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/gif": rb"GIF8[79]a",
    "image/webp": rb"RIFF....WEBP",
    "image/svg+xml": rb"<svg ",
    "video/mp4": rb"....ftypmp42",
    "video/quicktime": rb"....ftypqt  ",
    "video/webm": rb"\x1aE\xdf\xa3.*webm",
    "audio/ogg": rb"OggS.*OpusHead",
    "audio/mpeg": rb"ID3",
    "audio/x-wav": rb"RIFF....WAVEfmt ",
    "application/pdf": rb"%PDF-",
    "application/zip": rb"PK\x03\x04",
    "application/gzip": rb"\x1f\x8b\x08",
    "application/x-tgsticker": rb"\x1f\x8b\x08",
    "application/x-mpegurl": rb"#EXTM3U",
    "application/vnd.microsoft.portable-executable": rb"MZ",
    "text/html": rb"<!doctype html>",
    "text/plain": rb"Water",
    "text/csv": rb"7;9",
}


def named(world):
    """(key, size type, stated size or None, media) of all files in messages and of peers."""
    found = {}
    for chat in world.chats.values():
        for index in range(len(chat.history)):
            for media in files_in(chat.history.at(index)):
                key = media["file"]
                if media["kind"] == "document":
                    found[key, ""] = media["size"], media
                for size in [*media.get("sizes", []), *media.get("thumbs", [])]:
                    found[key, size["type"]] = size["size"], size
                for size in moving_sizes(media):
                    found[key, size["type"]] = size["size"], {"mime": "video/mp4"}
    for peer in world.all_peers():
        for kind, side in (("a", 160), ("c", 640)) if "photo" in peer else ():
            place = {"width": side, "height": side}
            found[f"peer_photo/{peer['photo']}", kind] = None, place
    for content in world.emoji.values():
        found[content["file"], ""] = content["size"], content
    return [(*file, *what) for file, what in found.items()]


def locations(world, owners, key, size_type):
    kind, _, number = key.partition("/")
    if kind == "peer_photo":
        peer = owners[number]
        bare, access_hash = ids.bare_id(peer["id"]), world.access_hash(peer["id"])
        given = {
            "user": lambda: types.InputPeerUser(bare, access_hash),
            "group": lambda: types.InputPeerChat(bare),
        }.get(peer["kind"], lambda: types.InputPeerChannel(bare, access_hash))()
        return types.InputPeerPhotoFileLocation(given, int(number), big=size_type == "c")
    made = types.InputPhotoFileLocation if kind == "photo" else types.InputDocumentFileLocation
    places = world.locations
    access_hash, reference = places.access_hash(int(number)), places.reference(int(number))
    return made(int(number), access_hash, reference, size_type)


async def whole(client, place, size):
    """The bytes of a file; of a huge one the first and the last mebibyte, and the length."""
    starts = range(0, size + 1, MIB) if size < 64 * MIB else (0, size // MIB * MIB)
    parts = [await client(functions.upload.GetFileRequest(place, at, MIB)) for at in starts]
    return b"".join(one.bytes for one in parts), starts[-1] + len(parts[-1].bytes)


def check_picture(content, size):
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        if "width" in size:
            assert picture.size == (size["width"], size["height"])


def truth(key, media):
    return zoo_files.LIES.get(key) or bodies.truth_of(media)


def check_body(key, content, media):
    what = truth(key, media)
    if not content or what not in MAGIC:
        assert what in {"application/x-tgtheme", "application/octet-stream", "a/b"} or (
            media["size"] < 2
        )
        return
    assert re.match(MAGIC[what], content, re.DOTALL), key
    if what in {"image/png", "image/gif", "image/webp", "image/jpeg"}:
        check_picture(content, media)
    if what == "application/x-tgsticker":
        assert gzip.decompress(content).startswith(b'{"tgs": 1')


@pytest.mark.parametrize("spec", ["tiny", "zoo"])
async def test_every_file_is_served_as_it_is_stated(running, connect, spec):
    async with running(spec) as sandbox:
        client = await connect(sandbox)
        world = sandbox.world
        owners = {peer["photo"]: peer for peer in world.all_peers() if "photo" in peer}
        files = named(world)
        for key, size_type, stated, media in files:
            size = world.file(key, size_type).size
            place = locations(world, owners, key, size_type)
            content, length = await whole(client, place, size)
            assert length == size == (size if stated is None else stated), key
            if key.startswith("document/") and (not size_type or "mime" in media):
                check_body(key, content, media)
            elif "mime" in media:
                assert re.match(MAGIC["video/mp4"], content, re.DOTALL)
            else:
                check_picture(content, media)
        assert len(files) > {"tiny": 20, "zoo": 130}[spec]
        assert sandbox.report()["files"]["files"] == len(files)


def test_every_file_of_the_reference_has_the_size_that_is_stated():
    world = open_world("reference")
    files = named(world)
    assert len(files) > 300
    for key, size_type, stated, _ in files:
        assert stated in (None, world.file(key, size_type).size)


@pytest.mark.soak
async def test_every_file_of_the_reference_is_served(running, connect):
    async with running("reference") as sandbox:
        client = await connect(sandbox)
        world = sandbox.world
        owners = {peer["photo"]: peer for peer in world.all_peers() if "photo" in peer}
        for key, size_type, _, media in named(world):
            size = world.file(key, size_type).size
            content, length = await whole(client, locations(world, owners, key, size_type), size)
            assert length == size
            check_picture(content, media)
        print(sandbox.report()["files"])


def test_some_documents_of_the_zoo_lie():
    world = open_world("zoo")
    stated = {key: media["mime"] for key, _, _, media in named(world) if "mime" in media}
    for key, what in zoo_files.LIES.items():
        assert stated[key] != what
        assert re.match(MAGIC[what], world.file(key, "").read(0, 64), re.DOTALL)


async def test_telethon_downloads_thumbnails_films_and_portraits(running, connect):
    async with running("zoo") as sandbox:
        client = await connect(sandbox)
        world = sandbox.world
        near = await client.get_messages("zoomill", min_id=110, max_id=120, limit=10)
        clip = next(one for one in near if one.document and one.document.id == 2201)
        for thumb in (*clip.document.thumbs, *clip.document.video_thumbs):
            got = await client.download_media(clip, bytes, thumb=thumb)
            assert got == world.file("document/2201", thumb.type).read(0, MIB)
        aviary = await client.get_entity("zoo_aviary")
        for big, size_type in ((True, "c"), (False, "a")):
            got = await client.download_profile_photo(aviary, bytes, download_big=big)
            assert got == world.file("peer_photo/7303", size_type).read(0, MIB)


async def test_custom_emoji_are_found_by_their_ids(running, connect):
    async with running("zoo") as sandbox:
        client = await connect(sandbox)
        wanted = [OTTER, UNKNOWN_EMOJI, PAW]
        request = functions.messages.GetCustomEmojiDocumentsRequest(wanted)
        found = await client(request)
        assert [one.id for one in found] == [OTTER, PAW]
        for one in found:
            content = await client.download_media(one, bytes)
            assert content == sandbox.world.file(f"document/{one.id}", "").read(0, MIB)
            assert len(content) == one.size


def naming(chat, marked):
    """Ids of messages, the first that names the peer and the first that does not."""
    from tgsandbox.worlds.named import sent_with

    messages = [chat.history.at(index) for index in range(len(chat.history))]
    yes = next(one["id"] for one in messages if marked in sent_with(one))
    return yes, next(one["id"] for one in messages if marked not in sent_with(one))


def minimal(world, marked, chat_id, message_id):
    channel = ids.bare_id(chat_id)
    source = types.InputPeerChannel(channel, world.access_hash(chat_id))
    if marked > 0:
        return types.InputPeerUserFromMessage(source, message_id, marked)
    return types.InputPeerChannelFromMessage(source, message_id, ids.bare_id(marked))


@pytest.mark.parametrize(
    ("marked", "photo"), [(zoo_parts.MIN_USER, 7302), (zoo_parts.MIN_CHANNEL, 7304)]
)
async def test_minimal_peers_show_their_photo_by_a_message_that_names_them(
    running, connect, marked, photo
):
    async with running("zoo") as sandbox:
        client = await connect(sandbox)
        world = sandbox.world
        chat = world.chats[zoo.GROUP]
        yes, no = naming(chat, marked)

        async def ask(message_id, photo_id=photo, big=True):
            peer = minimal(world, marked, zoo.GROUP, message_id)
            place = types.InputPeerPhotoFileLocation(peer, photo_id, big)
            return (await client(functions.upload.GetFileRequest(place, 0, MIB))).bytes

        for big, size_type in ((True, "c"), (False, "a")):
            file = world.file(f"peer_photo/{photo}", size_type)
            assert await ask(yes, big=big) == file.read(0, MIB)
        with pytest.raises(errors.PeerIdInvalidError):
            await ask(no)
        with pytest.raises(errors.LocationInvalidError):
            await ask(yes, photo_id=7301)
        sandbox.change(verb="delete", chat=zoo.GROUP, id=yes)
        with pytest.raises(errors.MsgIdInvalidError):
            await ask(yes)


async def test_a_photo_is_shown_to_those_who_know_its_peer(running, connect):
    async with running("zoo") as sandbox:
        client = await connect(sandbox)
        wrong = [
            (types.InputPeerUser(zoo_parts.BORIS, 5), errors.PeerIdInvalidError),
            (types.InputPeerChannel(ids.bare_id(zoo_parts.ORIGIN), 5), errors.ChannelInvalidError),
            (types.InputPeerEmpty(), errors.PeerIdInvalidError),
            (types.InputPeerSelf(), errors.LocationInvalidError),
        ]
        for peer, refusal in wrong:
            place = types.InputPeerPhotoFileLocation(peer, 7301, big=True)
            with pytest.raises(refusal):
                await client(functions.upload.GetFileRequest(place, 0, MIB))
