"""The setting ``proxy`` as a user gives it; a proxy's password is never shown."""

import os
from pathlib import Path

import pytest
from tests.proxies import SocksProxy


@pytest.fixture
def proxy():
    with SocksProxy(user="miller", password="hush").in_a_thread() as running:
        yield running


def test_an_import_goes_through_the_proxy_and_nowhere_else(headrace, fresh_tiny, proxy):
    way = f"socks5://miller:hush@{proxy.address}"
    ran = headrace("import", "@tinymill", "--proxy", way, *fresh_tiny.options())
    assert ran.code == 0, ran
    assert fresh_tiny.ask("/counters")["connections"] == proxy.accepted == len(proxy.ports) >= 1
    assert "hush" not in ran.out + ran.err


@pytest.mark.parametrize("given", ["environment", "file", "option"])
def test_a_wrong_password_is_told_and_not_shown(headrace, tiny, proxy, given, monkeypatch):
    way, more = f"socks5://miller:wronghush@{proxy.address}", []
    if given == "environment":
        monkeypatch.setenv("HEADRACE_PROXY", way)
    elif given == "file":
        (Path(os.environ["HEADRACE_CONFIG"]) / "config.toml").write_text(f'proxy = "{way}"\n')
    else:
        more = ["--proxy", way]
    ran = headrace("plan", "@tinymill", "--json", "--log-level", "DEBUG", *more, *tiny.options())
    assert ran.code == 2, ran
    assert "does not accept this user name and password" in ran.err
    assert "hush" not in ran.out + ran.err


def test_a_malformed_proxy_is_told_and_not_shown(headrace, tiny):
    ran = headrace("plan", "@tinymill", "--proxy", "socks5://a:hush/hush@h", *tiny.options())
    assert ran.code == 2, ran
    assert "--proxy" in ran.err
    assert "%2F" in ran.err
    assert "hush" not in ran.out + ran.err


def test_a_disguised_mtproxy_is_refused_before_anything_is_sent(headrace, tiny):
    secret = "ee" + "0f" * 16 + b"mill.example".hex()
    link = f"https://t.me/proxy?server=127.0.0.1&port=9&secret={secret}"
    ran = headrace("plan", "@tinymill", "--proxy", link, *tiny.options())
    assert ran.code == 2, ran
    assert "disguise as TLS" in ran.err
    assert "0f0f" not in ran.out + ran.err
