"""The ways by which a client signs in, and what the sandbox knows of its accounts."""

import asyncio
from urllib.parse import parse_qs, urlsplit

from telethon import errors, utils

from tgsandbox import accounts, codes

PHONE, OTHER = accounts.PHONE, "+999 66 2000-2"


def known(sandbox, phone=PHONE):
    (found,) = (one for one in sandbox.sign_in.report()["accounts"] if one["phone"] == phone)
    return found


def wrong(code):
    return f"{(int(code) + 1) % 10**codes.CODE_LENGTH:05d}"


async def sign_in(sandbox, client, phone=PHONE):
    await client.send_code_request(phone)
    return await client.sign_in(phone, known(sandbox, utils.parse_phone(phone))["code"])


async def waiting(sandbox, client):
    """A QR login whose token is scanned once the client waits for that."""
    login = await client.qr_login()
    token = parse_qs(urlsplit(login.url).query)["token"][0]
    assert token == sandbox.sign_in.report()["tokens"][-1]
    async with asyncio.TaskGroup() as group:
        wait = group.create_task(settled(login.wait(timeout=20)))
        await asyncio.sleep(0)
        assert client.list_event_handlers()
        assert sandbox.sign_in.scan(token, PHONE)["told"] == 1
    return wait.result()


async def settled(awaitable):
    """Its result, or the error it ended with."""
    try:
        return await awaitable
    except errors.RPCError as exc:
        return exc
