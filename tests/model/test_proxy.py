"""The forms in which a proxy is written, and what is refused; nothing secret is shown."""

import base64

import pytest

from headrace.model.proxy import Proxy, ProxyKind, parse_proxy

HEX = "00112233445566778899aabbccddeeff"
KEY = bytes.fromhex(HEX)
SOCKS, MT = ProxyKind.SOCKS5, ProxyKind.MTPROXY
BASE64_DD = base64.urlsafe_b64encode(b"\xdd" + KEY).decode().rstrip("=")


@pytest.mark.parametrize(
    ("text", "proxy"),
    [
        ("socks5://127.0.0.1:1080", Proxy(kind=SOCKS, host="127.0.0.1", port=1080)),
        ("socks5h://proxy.example:9/", Proxy(kind=SOCKS, host="proxy.example", port=9)),
        ("socks5://[::1]:1080", Proxy(kind=SOCKS, host="::1", port=1080)),
        (
            "socks5://me:p%40ss%2F%3A@h:1",
            Proxy(kind=SOCKS, host="h", port=1, user="me", password="p@ss/:"),
        ),
        (
            "https://t.me/socks?server=h&port=1080&user=me&pass=x%26y",
            Proxy(kind=SOCKS, host="h", port=1080, user="me", password="x&y"),
        ),
        (f"mtproxy://{HEX}@h:443", Proxy(kind=MT, host="h", port=443, secret=KEY)),
        (f"mtproxy://dd{HEX}@h:443", Proxy(kind=MT, host="h", port=443, secret=KEY)),
        (f"mtproxy://{'dd' * 16}@h:443", Proxy(kind=MT, host="h", port=443, secret=b"\xdd" * 16)),
        (f"mtproxy://{'ee' * 16}@h:443", Proxy(kind=MT, host="h", port=443, secret=b"\xee" * 16)),
        (
            f"tg://proxy?server=h&port=443&secret={BASE64_DD}",
            Proxy(kind=MT, host="h", port=443, secret=KEY),
        ),
        (
            f"https://t.me/proxy?server=h&port=443&secret=dd{HEX}",
            Proxy(kind=MT, host="h", port=443, secret=KEY),
        ),
    ],
)
def test_forms_that_are_understood(text, proxy):
    assert parse_proxy(text) == proxy


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hush", "socks5://HOST:PORT"),
        ("socks5://hush:hush@h:hush", "socks5://HOST:PORT"),
        ("http://hush:hush@h:1", "socks5://HOST:PORT"),
        ("socks5://hush@", "host and a port"),
        ("socks5://hush:hush@h", "host and a port"),
        ("socks5://h:0", "host and a port"),
        ("socks5://h:70000", "socks5://HOST:PORT"),
        ("socks5://hush:hu/sh@h:1", "%2F"),
        ("socks5://hush:hu#sh@h:1", "%23"),
        ("socks5://:hush@h:1", "needs a user"),
        ("socks5://" + "hush" * 64 + "@h:1", "255"),
        ("socks5://[hush", "socks5://HOST:PORT"),
        ("mtproxy://h:1", "32 hexadecimal"),
        ("mtproxy://hush@h:1", "32 hexadecimal"),
        (f"mtproxy://{HEX}00@h:1", "32 hexadecimal"),
        (f"mtproxy://{HEX}:hush@h:1", "socks5://HOST:PORT"),
        (f"mtproxy://ee{HEX}6874@h:1", "not supported"),
        (f"https://t.me/proxy?server=h&port=hush&secret={HEX}", "host and a port"),
        ("https://t.me/hush", "socks5://HOST:PORT"),
    ],
)
def test_what_is_none_is_told_without_being_repeated(text, says):
    with pytest.raises(ValueError) as told:
        parse_proxy(text)
    assert says in str(told.value)
    assert "hush" not in str(told.value)
    assert HEX not in str(told.value)


def test_nothing_secret_is_shown():
    shown = "".join(
        f"{one} {one!r}"
        for one in (parse_proxy("socks5://hush:hush@h:1"), parse_proxy(f"mtproxy://{HEX}@[::1]:1"))
    )
    assert "hush" not in shown
    assert "\\x11" not in shown
    assert "SOCKS5 proxy h:1" in shown
    assert "MTProxy [::1]:1" in shown
