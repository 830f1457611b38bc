"""What may be typed to name a chat."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headrace import errors
from headrace.telegram.refs import Reference, parse_reference

NAMED = Reference(username="durov")
AT_123 = Reference(username="durov", message_id=123)
BY_ID = Reference(chat_ids=(-1001234567890,))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("@durov", NAMED),
        (" durov ", NAMED),
        ("t.me/durov", NAMED),
        ("T.ME/durov/", NAMED),
        ("http://t.me/durov", NAMED),
        ("https://t.me/durov?utm=1#x", NAMED),
        ("https://t.me/durov/123", AT_123),
        ("https://t.me/durov/123?single&comment=5", AT_123),
        ("https://t.me/durov/7/123", AT_123),
        ("https://t.me/s/durov", NAMED),
        ("https://t.me/s/durov/123", AT_123),
        ("telegram.me/durov", NAMED),
        ("https://telegram.dog/durov", NAMED),
        ("durov.t.me", None),
        ("https://durov.t.me/123", AT_123),
        ("tg://resolve?domain=durov", NAMED),
        ("tg:resolve?domain=durov&post=123", AT_123),
        ("tg://privatepost?channel=1234567890", BY_ID),
        ("tg://join?invite=AbCdEfGh12345678", Reference(invite="AbCdEfGh12345678")),
        ("t.me/c/1234567890", BY_ID),
        ("t.me/c/1234567890/9", Reference(chat_ids=(-1001234567890,), message_id=9)),
        ("t.me/c/1234567890/5/9", Reference(chat_ids=(-1001234567890,), message_id=9)),
        ("t.me/+AbCdEfGh12345678", Reference(invite="AbCdEfGh12345678")),
        ("https://t.me/joinchat/AbCdEfGh_-345678", Reference(invite="AbCdEfGh_-345678")),
        ("-1001234567890", BY_ID),
        ("-123456", Reference(chat_ids=(-123456,))),
        ("1234567890", Reference(chat_ids=(-1001234567890, -1234567890))),
        ("1001234567890", Reference(chat_ids=(-1001234567890, -2001234567890))),
    ],
)
def test_understood(typed, meant):
    if meant is None:
        with pytest.raises(errors.UsageError):
            parse_reference(typed)
    else:
        assert parse_reference(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "@a",
        "a b",
        "@durov!",
        "дуров",
        "0",
        "12345678901234567890",
        "https://example.org/durov",
        "https://t.me",
        "https://t.me/",
        "ftp://t.me/durov",
        "https://t.me/durov/abc",
        "https://t.me/durov/0",
        "https://t.me/durov/99999999999",
        "https://t.me/c/abc",
        "https://t.me/c",
        "https://t.me/+x",
        "https://t.me/addstickers/Mill",
        "https://t.me/proxy?server=x",
        "https://t.me.evil.example/durov",
        "http://[::1",
        "tg://resolve",
        "tg://settings",
        "../etc/passwd",
    ],
)
def test_malformed(typed):
    with pytest.raises(errors.UsageError) as caught:
        parse_reference(typed)
    assert "t.me/name" in caught.value.hint


def test_the_replies_dialog_is_no_channel():
    with pytest.raises(errors.NotAChannel, match="Replies"):
        parse_reference("1271266957")


@given(st.text(max_size=80))
def test_nothing_else_is_ever_raised(typed):
    with contextlib.suppress(errors.UsageError):
        parse_reference(typed)
