"""Chats by every name they have, against the sandbox."""

import pytest

from headrace import errors
from headrace.model.values import PeerKind
from tgsandbox.worlds import tiny
from tgsandbox.worlds.memory import MemoryWorld
from tgsandbox.worlds.tiny_posts import CHANNEL, GROUP


@pytest.fixture
async def source(sandbox, reading):
    async with sandbox("tiny") as server, reading(server) as connected:
        yield connected


@pytest.mark.parametrize(
    "typed",
    [
        "@tinymill",
        "TinyMill",
        "https://t.me/tinymill/5",
        "telegram.me/tinymill",
        "tg://resolve?domain=tinymill",
        "t.me/c/1000000101",
        "t.me/c/1000000101/7",
        "-1001000000101",
        "1000000101",
    ],
)
async def test_every_form_leads_to_the_chat(source, typed):
    chat, peers = await source.resolve(typed)
    assert chat.id == CHANNEL
    assert chat.kind is PeerKind.CHANNEL
    assert chat.title == "Tiny Mill · Мельничка"
    assert chat.username == "tinymill"
    assert chat.description.startswith("A small mill")
    assert chat.subscribers == 37
    assert chat.linked_chat_id == GROUP
    assert chat.created == 1709280000
    assert chat.photo == "7101"
    assert CHANNEL in {peer.id for peer in peers}


async def test_a_group_is_a_chat_too(source):
    chat, _ = await source.resolve("tinymilltalk")
    assert (chat.id, chat.kind, chat.linked_chat_id) == (GROUP, PeerKind.SUPERGROUP, CHANNEL)


async def test_an_invite_is_taken_only_by_members(source):
    chat, _ = await source.resolve(f"https://t.me/+{tiny.JOINED_HASH}")
    assert chat.id == tiny.INVITED
    with pytest.raises(errors.ChatPrivate) as caught:
        await source.resolve(f"https://t.me/joinchat/{tiny.STRANGER_HASH}")
    assert "never joins" in caught.value.hint


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("@nobody_at_all", errors.ChatNotFound),
        ("https://t.me/+NoSuchHash000001", errors.ChatNotFound),
        ("-1009999999999", errors.ChatNotFound),
        (str(tiny.PRIVATE), errors.ChatNotFound),
        ("@old_miller", errors.NotAChannel),
        ("@gauge_bot", errors.NotAChannel),
        ("not a name", errors.UsageError),
    ],
)
async def test_what_is_no_chat_is_told_in_one_sentence(source, typed, error):
    with pytest.raises(error) as caught:
        await source.resolve(typed)
    assert str(caught.value).count(".") >= 1
    assert "\n" not in str(caught.value)


async def test_a_person_and_a_bot_are_told_apart(source):
    with pytest.raises(errors.NotAChannel, match="a person"):
        await source.resolve("@old_miller")
    with pytest.raises(errors.NotAChannel, match="a bot"):
        await source.resolve("@gauge_bot")


async def test_a_closed_channel_is_private(sandbox, reading):
    async with sandbox("tiny") as server, reading(server) as source:
        await source.resolve("tinymill")
        server.change(verb="close", chat=CHANNEL)
        with pytest.raises(errors.ChatPrivate):
            await source.resolve("tinymill")
        with pytest.raises(errors.ChatPrivate):
            await source.resolve(str(CHANNEL))


async def test_a_name_that_moved_is_not_followed(sandbox, reading, tmp_path):
    path = tmp_path / "names.db"
    async with sandbox("tiny") as server:
        async with reading(server, book=path) as source:
            await source.resolve("@tinymill")
        server.change(verb="swap_names", a=CHANNEL, b=GROUP)
        async with reading(server, book=path) as source:
            with pytest.raises(errors.UsernameMoved, match=str(CHANNEL)):
                await source.resolve("@tinymill")
            chat, _ = await source.resolve(str(GROUP))
            assert chat.username == "tinymill"
            assert (await source.resolve("@tinymill"))[0].id == GROUP
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_known_chat_is_found_by_its_id_without_the_dialogs(sandbox, reading):
    async with sandbox("tiny") as server, reading(server) as source:
        await source.resolve("@tinymill")
        await source.resolve(str(CHANNEL))
        await source.resolve(str(GROUP))  # met as the linked group
        assert "messages.getDialogs" not in source.requests()


async def test_an_import_takes_few_requests_to_start(source):
    chat, _ = await source.resolve("@tinymill")
    await source.probe(chat)
    assert source.requests() == {
        "channels.getFullChannel": 1,
        "contacts.resolveUsername": 1,
        "help.getConfig": 1,
        "messages.getHistory": 1,
        "users.getUsers": 1,
    }


async def test_dialogs_are_searched_page_by_page(sandbox, reading):
    world = MemoryWorld(name="many", seed=5, me={"id": 1, "kind": "user", "name": "Me"})
    for number in range(1, 231):
        content = {"id": -1001000002000 - number, "title": f"Chat {number}", "kind": "channel"}
        post = {"id": 1, "date": 1_700_000_000 + number, "text": "x", "post": True}
        world.add_chat({**content, "created": 1}, [post])
    async with sandbox(world) as server, reading(server) as source:
        chat, _ = await source.resolve("-1001000002001")
        assert chat.title == "Chat 1"
        assert source.requests()["messages.getDialogs"] == 3
        with pytest.raises(errors.ChatNotFound):
            await source.resolve("-1001000009999")
