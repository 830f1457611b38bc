"""Accounts and their sessions: several at once, at home, after a restart, and signed out."""

import pytest
from telethon import errors, functions, types
from tests.sandbox.signing_in import OTHER, PHONE, known, sign_in

from tgsandbox.worlds.ids import bare_id


async def test_a_banned_account_is_out_everywhere(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        sandbox.sign_in.change(PHONE, banned=True)
        with pytest.raises(errors.UserDeactivatedBanError):
            await client.get_messages("counted", limit=1)


async def test_the_home_of_an_account_is_found(running, world, visitor):
    async with running(world, dcs=5) as sandbox:
        sandbox.sign_in.change(PHONE, dc=4)
        client = await visitor(sandbox)
        me = await sign_in(sandbox, client)
        assert (me.id, client.session.dc_id) == (world.me["id"], 4)
        assert sandbox.report()["errors"]["PHONE_MIGRATE_4"] == 1
        assert (await client.get_messages("counted", limit=1))[0].id == 400


async def test_after_logging_out_the_key_is_dead_everywhere(running, world, connect, visitor):
    async with running(world, dcs=2) as sandbox:
        (other,) = set(sandbox.telegram.addresses) - {sandbox.dc}
        stays, client = await connect(sandbox), await visitor(sandbox)
        await sign_in(sandbox, client)
        abroad = await client._borrow_exported_sender(other)
        assert await client._call(abroad, functions.updates.GetStateRequest())
        out = await client(functions.auth.LogOutRequest())
        assert out.future_auth_token is None
        for sender in (client._sender, abroad):
            with pytest.raises(errors.AuthKeyUnregisteredError):
                await client._call(sender, functions.updates.GetStateRequest())
        with pytest.raises(errors.AuthKeyUnregisteredError):
            await client(functions.auth.LogOutRequest())
        await client._return_exported_sender(abroad)
        assert await stays.get_messages("counted", limit=1)
        assert known(sandbox)["sessions"] == 1


async def test_two_accounts_at_once(running, world, connect, visitor):
    async with running(world, settings={"history.limit": 1, "history.window": 900}) as sandbox:
        added = sandbox.sign_in.change(OTHER, name="Berta Weir")
        first, second = await connect(sandbox), await visitor(sandbox)
        me = await sign_in(sandbox, second, OTHER)
        assert (me.id, me.first_name, me.phone) == (added["user_id"], "Berta", "9996620002")
        assert (await first.get_me()).id == world.me["id"]
        for client in (first, second):
            assert (await client.get_messages("counted", limit=1))[0].id == 400
            with pytest.raises(errors.FloodWaitError):
                await client.get_messages("counted", limit=1)
        theirs = types.InputUser(world.me["id"], world.access_hash(world.me["id"]))
        (seen,) = await second(functions.users.GetUsersRequest([theirs]))
        assert (seen.id, seen.is_self, seen.phone) == (world.me["id"], False, None)
        assert [one["sessions"] for one in sandbox.sign_in.report()["accounts"]] == [1, 1]


async def test_accounts_and_logins_outlive_the_server(running, world, visitor, connect, tmp_path):
    state = tmp_path / "state"
    async with running(world, state=state) as sandbox:
        sandbox.sign_in.change(OTHER, name="Berta Weir", password="right", hint="h")
        client = await visitor(sandbox)
        with pytest.raises(errors.SessionPasswordNeededError):
            await sign_in(sandbox, client, OTHER)
        await client.sign_in(password="right")
        key = client.session.auth_key
        before = sandbox.sign_in.report()["accounts"]
        sandbox.sign_in.terminate(PHONE)
    async with running(world, state=state) as sandbox:
        assert sandbox.sign_in.report()["accounts"] == before
        client = await connect(sandbox)
        assert (await client.get_me()).id == world.me["id"]
        sender = client._sender
        assert sender.auth_key.key != key.key
        assert any(one.data == key.key for one in sandbox.telegram.keys.values())


async def test_chats_are_the_same_to_all(running, world, visitor):
    async with running(world) as sandbox:
        sandbox.sign_in.change(OTHER)
        client = await visitor(sandbox)
        await sign_in(sandbox, client, OTHER)
        found = {dialog.entity.id async for dialog in client.iter_dialogs()}
        joined = {bare_id(marked) for marked, chat in world.chats.items() if chat.joined}
        assert found == joined
