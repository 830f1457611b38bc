"""Through proxies on loopback: every connection goes through, none past; faults are named."""

import pytest
from tests.proxies import MTProxy, SocksProxy, dead_port
from tests.telegram.test_client import whole

from headrace import errors
from headrace.model.proxy import parse_proxy
from headrace.telegram.client import Application, ServerAddress, open_client
from headrace.telegram.patience import Patience
from headrace.telegram.session import load_session

HASTY = Patience(connect=2, answer=2, connections=2, first_backoff=0.01)
SECRETS = ["00112233445566778899aabbccddeeff", "dd" * 16, "dd" + "0f" * 16, "ee" * 16]


async def test_every_connection_goes_through_the_proxy(sandbox, reading, read_lane):
    fault = {"method": "messages.getHistory", "action": "reset", "nth": 3, "count": 2}
    async with sandbox("big:700", faults=fault) as server, SocksProxy().running() as proxy:
        way = parse_proxy(f"socks5://{proxy.address}")
        async with reading(server, proxy=way) as source:
            assert await whole(source, read_lane) == 700
        made = server.report()["connections"]
        assert made >= 2
        assert made == proxy.accepted == len(proxy.ports)
        host, port = server.address.split(":")
        assert set(proxy.forwarded) == {(host, int(port))}


async def test_a_user_name_and_a_password(sandbox, reading):
    proxy = SocksProxy(user="miller", password="p@ss:/")
    async with sandbox("tiny") as server, proxy.running():
        way = parse_proxy(f"socks5://miller:p%40ss%3A%2F@{proxy.address}")
        async with reading(server, proxy=way) as source:
            await source.resolve("tinymill")
        assert server.report()["connections"] == proxy.accepted == 1


async def test_names_are_resolved_by_the_proxy(sandbox):
    """``mill.invalid`` is known nowhere (RFC 6761) but to this proxy."""
    proxy = SocksProxy(names={"mill.invalid": "127.0.0.1"})
    async with sandbox("tiny") as server, proxy.running():
        port = int(server.address.split(":")[1])
        where = ServerAddress(host="mill.invalid", port=port, dc=server.dc)
        application = Application(api_id=server.api_id, api_hash=server.api_hash)
        way = parse_proxy(f"socks5://{proxy.address}")
        session = load_session(server.session_file)
        async with open_client(session, application, server=where, proxy=way) as client:
            assert client.user_id
        assert proxy.forwarded == [("mill.invalid", port)]


@pytest.mark.parametrize(
    ("user", "says"),
    [("miller:hush@", "does not accept this user name and password"), ("", "wants a password")],
)
async def test_a_wrong_password_ends_at_once(sandbox, reading, user, says):
    proxy = SocksProxy(user="miller", password="right")
    async with sandbox("tiny") as server, proxy.running():
        with pytest.raises(errors.ConfigError, match=says) as told:
            async with reading(server, proxy=parse_proxy(f"socks5://{user}{proxy.address}")):
                pytest.fail("connected")
        assert "hush" not in str(told.value) + told.value.hint
        assert proxy.accepted == 1
        assert server.report()["connections"] == 0


async def test_a_proxy_that_forbids_ends_at_once(sandbox, reading):
    async with sandbox("tiny") as server, SocksProxy(reply=2).running() as proxy:
        with pytest.raises(errors.ConnectionLost, match="does not allow"):
            async with reading(server, proxy=parse_proxy(f"socks5://{proxy.address}")):
                pytest.fail("connected")
        assert proxy.accepted == 1
        assert server.report()["connections"] == 0


@pytest.mark.parametrize("scheme", ["socks5://", f"mtproxy://{SECRETS[0]}@"])
async def test_a_dead_proxy_is_not_gone_around(sandbox, reading, scheme):
    async with sandbox("tiny") as server:
        with dead_port() as address:
            way = parse_proxy(scheme + address)
            with pytest.raises(errors.ConnectionLost, match=f"{address} cannot be reached: Conn"):
                async with reading(server, proxy=way, patience=HASTY):
                    pytest.fail("connected")
        assert server.report()["connections"] == 0


@pytest.mark.parametrize(
    ("proxy", "says"),
    [
        (SocksProxy(reply=4), "cannot reach Telegram: Host unreachable"),
        (SocksProxy(reply=1), "cannot reach Telegram: General SOCKS server failure"),
        (SocksProxy(babble=b"HTTP/1.1 400 Bad Request\r\n\r\n"), "does not answer as a SOCKS5"),
    ],
    ids=["unreachable", "failure", "http"],
)
async def test_what_may_pass_is_tried_again_and_then_told(sandbox, reading, proxy, says):
    async with sandbox("tiny") as server, proxy.running():
        way = parse_proxy(f"socks5://{proxy.address}")
        with pytest.raises(errors.ConnectionLost, match=says):
            async with reading(server, proxy=way, patience=HASTY):
                pytest.fail("connected")
        assert proxy.accepted == 2
        assert server.report()["connections"] == 0


async def test_a_name_of_a_proxy_that_nobody_knows(sandbox, reading):
    way = parse_proxy("socks5://proxy.invalid:1080")
    async with sandbox("tiny") as server:
        with pytest.raises(
            errors.ConnectionLost, match=r"invalid:1080 cannot be reached: its name"
        ):
            async with reading(server, proxy=way, patience=HASTY):
                pytest.fail("connected")


@pytest.mark.parametrize("secret", SECRETS)
async def test_mtproxy_carries_an_import(sandbox, reading, secret):
    """Each connection takes two seconds: so long Telethon waits for the proxy to refuse."""
    key = bytes.fromhex(secret)[-16:]
    async with sandbox("tiny") as server, MTProxy(key, server.address).running() as proxy:
        way = parse_proxy(f"mtproxy://{secret}@{proxy.address}")
        patience = Patience(connect=10, answer=10)
        async with reading(server, proxy=way, patience=patience) as source:
            chat, _ = await source.resolve("tinymill")
            assert chat.username == "tinymill"
        assert server.report()["connections"] == proxy.accepted == 1
        assert proxy.forwarded == [server.dc]


async def test_an_mtproxy_with_another_secret(sandbox, reading):
    async with sandbox("tiny") as server, MTProxy(bytes(16), server.address).running() as proxy:
        way = parse_proxy(f"mtproxy://{SECRETS[0]}@{proxy.address}")
        with pytest.raises(errors.ConnectionLost, match="is its secret right"):
            async with reading(server, proxy=way, patience=HASTY):
                pytest.fail("connected")
        assert server.report()["connections"] == 0
