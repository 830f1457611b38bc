"""The control endpoint: what it steers, and whom it does not listen to."""

import asyncio
import hashlib
import json
from urllib.parse import urlsplit

import pytest
from telethon import errors


async def call(sandbox, method, path, given=None, *, base=None, headers=""):
    """One HTTP request by hand: (status, JSON)."""
    url = urlsplit((base or sandbox.control_address) + path)
    body = json.dumps(given).encode() if given is not None else b""
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    target = url.path + (f"?{url.query}" if url.query else "")
    host = "" if "Host:" in headers else f"Host: {url.netloc}\r\n"
    head = f"{method} {target} HTTP/1.1\r\n{host}{headers}Content-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    status, _, content = answer.partition(b"\r\n\r\n")
    return int(status.split()[1]), json.loads(content)


async def test_counters_and_requests_can_be_read_and_reset(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        await client.get_messages("counted", limit=5)
        status, counters = await call(sandbox, "GET", "/counters")
        assert (status, counters["methods"]["messages.getHistory"]) == (200, 1)
        assert counters["bytes_in"] > 0 < counters["bytes_out"]
        _, requests = await call(sandbox, "GET", "/requests?method=messages.getHistory")
        assert [(one["args"]["limit"], one["outcome"]) for one in requests] == [(5, "ok")]
        assert await call(sandbox, "POST", "/reset-counters") == (200, {})
        _, counters = await call(sandbox, "GET", "/counters")
        assert counters["methods"] == {}


async def test_faults_can_be_added_listed_and_removed(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        rule = {"method": "messages.getHistory", "action": {"type": "flood", "seconds": 3}}
        assert await call(sandbox, "POST", "/faults", rule) == (200, {"ids": [1]})
        assert await call(sandbox, "POST", "/faults", [rule, rule]) == (200, {"ids": [2, 3]})
        with pytest.raises(errors.FloodWaitError):
            await client.get_messages("counted", limit=1)
        _, rules = await call(sandbox, "GET", "/faults")
        assert [one["fired"] for one in rules] == [1, 1, 1]
        assert await call(sandbox, "DELETE", "/faults?id=2") == (200, {"removed": 1})
        assert await call(sandbox, "DELETE", "/faults") == (200, {"removed": 2})
        assert await client.get_messages("counted", limit=1)


async def test_the_world_and_the_clock_can_be_changed(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        change = {"verb": "post", "chat": "counted", "text": "from outside"}
        assert await call(sandbox, "POST", "/world", change) == (200, {"result": 401})
        assert (await client.get_messages("counted", limit=1))[0].message == "from outside"
        assert (await call(sandbox, "POST", "/clock", {"offset": -90}))[0] == 200
        assert sandbox.telegram.clock.offset == -90


async def test_the_oracle_and_the_log_can_be_asked_for(running):
    async with running("comments:nested") as sandbox:
        comment = {"verb": "comment", "post": 3, "text": "at last", "author": 920_001}
        edit = {
            "verb": "edit",
            "chat": "millyardtalk",
            "id": 18,
            "text": "so late",
            "at": 1_800_000_000,
        }
        answer = await call(sandbox, "POST", "/world", [comment, edit])
        assert answer == (200, {"results": [18, [18]]})
        _, lines = await call(sandbox, "GET", "/expect?chat=@millyardtalk")
        assert lines[-1]["text"] == "so late"
        assert {one["type"] for one in lines} == {"chat", "peer", "message"}
        _, comments = await call(sandbox, "GET", "/comments?chat=-1001300000002")
        (own,) = (one for one in comments if one.get("id") == 18)
        assert (own["type"], own["post"], own["root"], own["level"]) == ("comment", 3, 6, 1)
        assert comments == sandbox.comments()
        _, log = await call(sandbox, "GET", "/log?chat=millyardtalk")
        assert [(one["verb"], one["ids"]) for one in log] == [
            ("post", [18]),
            ("count", [6]),
            ("edit", [18]),
        ]
        assert log[-1]["before"]["18"]["text"] == "at last"
        assert (log[-1]["at"], log[-1]["pts_count"]) == (1_800_000_000, 1)
        assert log[1]["after"]["6"]["replies"] == {"count": 1, "recent": [920_001]}
        _, later = await call(sandbox, "GET", f"/log?after={log[1]['number']}")
        assert [one["number"] for one in later] == [3, 4]
        assert (await call(sandbox, "GET", "/log?chat=nowhere"))[0] == 400


async def test_accounts_can_be_seen_changed_and_added(running, world, connect):
    async with running(world, dcs=5) as sandbox:
        own = {
            "phone": "9996620001",
            "user_id": world.me["id"],
            "name": "Me",
            "dc": 2,
            "password": None,
            "hint": None,
            "banned": False,
            "code": None,
            "sessions": 1,
        }
        assert await call(sandbox, "GET", "/sign-in") == (
            200,
            {"accounts": [own], "tokens": [], "strangers": []},
        )
        secret = {"phone": "+9996620001", "password": "p", "hint": "h", "name": "Me Too"}
        own |= {"password": "p", "hint": "h", "name": "Me Too"}
        assert await call(sandbox, "POST", "/sign-in", secret) == (200, own)
        gone = {"phone": "9996620001", "password": None, "hint": None}
        own |= {"password": None, "hint": None}
        assert await call(sandbox, "POST", "/sign-in", gone) == (200, own)
        other = {"phone": "9996620002", "name": "Berta Weir", "dc": 4}
        _, added = await call(sandbox, "POST", "/sign-in", other)
        assert added == {**own, **other, "user_id": added["user_id"], "sessions": 0}
        _, seen = await call(sandbox, "GET", "/sign-in")
        assert seen["accounts"] == [own, added]
        client = await connect(sandbox)
        assert (await client.get_me()).last_name == "Too"


async def test_a_code_can_be_read_and_a_token_scanned(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox, signed_in=False, receive_updates=True)
        await client.send_code_request(sandbox.phone)
        _, seen = await call(sandbox, "GET", "/sign-in")
        code = seen["accounts"][0]["code"]
        expired = {"phone": sandbox.phone, "expire": True}
        assert (await call(sandbox, "POST", "/sign-in", expired))[1]["code"] == code
        with pytest.raises(errors.PhoneCodeExpiredError):
            await client.sign_in(sandbox.phone, code)
        login = await client.qr_login()
        _, seen = await call(sandbox, "GET", "/sign-in")
        (token,) = seen["tokens"]
        assert login.url == f"tg://login?token={token}"
        scan = {"token": token, "phone": sandbox.phone}
        wait = asyncio.create_task(login.wait(timeout=20))
        await asyncio.sleep(0)
        told = {"user_id": world.me["id"], "told": 1}
        assert await call(sandbox, "POST", "/scan", scan) == (200, told)
        assert (await wait).id == world.me["id"]
        status, refusal = await call(sandbox, "POST", "/scan", scan)
        assert (status, "AUTH_TOKEN_ALREADY_ACCEPTED" in refusal["error"]) == (400, True)


async def test_logins_can_be_ended(running, world, connect):
    async with running(world) as sandbox:
        client = await connect(sandbox)
        assert await client.is_user_authorized()
        given = {"phone": sandbox.phone}
        assert await call(sandbox, "POST", "/terminate", given) == (200, {"ended": 1})
        with pytest.raises(errors.AuthKeyUnregisteredError):
            await client.get_messages("counted", limit=1)
        assert await call(sandbox, "POST", "/terminate", given) == (200, {"ended": 0})


async def test_mistakes_are_told(running, world):
    async with running(world) as sandbox:
        for method, path, given in (
            ("POST", "/faults", {"action": "explode"}),
            ("POST", "/world", {"verb": "explode"}),
            ("POST", "/world", {"verb": "delete", "id": 7}),
            ("POST", "/world", {"verb": "edit", "chat": "nobody"}),
            ("POST", "/clock", {}),
            ("POST", "/sign-in", {}),
            ("POST", "/sign-in", [1]),
            ("POST", "/sign-in", {"phone": "12"}),
            ("POST", "/sign-in", {"phone": sandbox.phone, "dc": 4}),
            ("POST", "/sign-in", {"phone": sandbox.phone, "colour": "red"}),
            ("POST", "/sign-in", {"phone": sandbox.phone, "password": 7}),
            ("POST", "/sign-in", {"phone": sandbox.phone, "name": None}),
            ("POST", "/scan", {"phone": sandbox.phone}),
            ("POST", "/scan", {"phone": sandbox.phone, "token": "Ж"}),
            ("POST", "/scan", {"phone": sandbox.phone, "token": "AAAA"}),
            ("POST", "/terminate", {"phone": "+15550001111"}),
        ):
            status, answer = await call(sandbox, method, path, given)
            assert (status, bool(answer["error"])) == (400, True), (path, given)
        assert (await call(sandbox, "GET", "/nothing"))[0] == 404


async def test_browsers_and_strangers_are_refused(running, world):
    async with running(world) as sandbox:
        bare = sandbox.control_address.rpartition("/")[0]
        assert (await call(sandbox, "GET", "/counters", base=f"{bare}/guess"))[0] == 403
        assert (await call(sandbox, "GET", "/counters", base=bare))[0] == 403
        origin = "Origin: https://example.org\r\n"
        assert (await call(sandbox, "POST", "/stop", {}, headers=origin))[0] == 403
        rebound = "Host: example.org\r\n"
        assert (await call(sandbox, "POST", "/stop", {}, headers=rebound))[0] == 403
        assert not sandbox.stopped.is_set()


async def test_the_server_can_be_asked_to_stop(running, world):
    async with running(world) as sandbox:
        assert await call(sandbox, "POST", "/stop") == (200, {})
        await sandbox.stopped.wait()


async def test_files_can_be_hashed_and_their_parts_counted(running, connect):
    async with running("files:1x20k,1x3m") as sandbox:
        client = await connect(sandbox)
        message = await client.get_messages("millstore", ids=2)
        whole = await client.download_media(message, bytes)
        key = f"document/{message.document.id}"
        told = {"size": len(whole), "sha256": hashlib.sha256(whole).hexdigest()}
        assert await call(sandbox, "GET", f"/files?key={key}") == (200, told)
        status, parts = await call(sandbox, "GET", f"/parts?key={key}")
        assert (status, {one["sent"] for one in parts}) == (200, {1})
        assert (await call(sandbox, "GET", "/counters"))[1]["files"]["bytes"] == len(whole)
        photo = message.document.id - 1
        _, told = await call(sandbox, "GET", f"/files?key=photo/{photo}&size_type=y")
        assert told["size"] == 20_000
        status, told = await call(sandbox, "GET", "/files?key=photo/5&size_type=y")
        assert (status, told["error"][:22]) == (400, "There is no file 'phot")
