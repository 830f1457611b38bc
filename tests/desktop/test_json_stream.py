"""The cursor finds the same values as a whole parser, wherever the buffer ends."""

import io
import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headrace.desktop import json_stream
from headrace.desktop.decoding import Undecodable, decode
from headrace.desktop.json_stream import JsonCursor, Stopped
from headrace.errors import BrokenExport

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=20,
)


class Dribble(io.BytesIO):
    """Gives a few bytes at a time, however many are asked for."""

    def __init__(self, content, step):
        super().__init__(content)
        self.step = step

    def read(self, size=-1):
        return super().read(self.step)


def elements(content, step):
    cursor = JsonCursor(Dribble(content, step))
    return [(offset, cursor.value()) for offset in cursor.elements()]


@settings(max_examples=200, deadline=None)
@given(st.lists(VALUES, max_size=6), st.integers(1, 40), st.sampled_from([None, 1]))
def test_elements_are_those_of_a_parser(values, step, indent):
    content = json.dumps(values, ensure_ascii=False, indent=indent).encode()
    found = elements(content, step)
    assert [json.loads(raw) for _, raw in found] == values
    for offset, raw in found:
        assert content[offset : offset + len(raw)] == raw


@settings(max_examples=150, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=6), st.integers(1, 40))
def test_passing_over_is_reading_without_keeping(values, step):
    cursor = JsonCursor(Dribble(json.dumps(values).encode(), step))
    for _ in cursor.elements():
        cursor.skip()
    assert cursor.peek() == b""


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60), st.integers(1, 20))
def test_any_bytes_end_in_values_or_in_one_error(content, step):
    with suppress(BrokenExport):
        elements(b"[" + content, step)


@settings(max_examples=100, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=5), st.data())
def test_what_breaks_off_is_called_so(values, data):
    content = json.dumps(values, ensure_ascii=False).encode()
    cut = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(BrokenExport):
        elements(content[:cut], 16)


def test_brackets_and_quotes_in_texts_are_texts():
    content = rb'[{"a": "}]{[\"", "b": ["\\", "]"]}, "[", 1]'
    assert [raw for _, raw in elements(content, 3)] == [
        rb'{"a": "}]{[\"", "b": ["\\", "]"]}', b'"["', b"1",
    ]  # fmt: skip


def test_a_value_longer_than_any_message_is_passed_over(monkeypatch):
    monkeypatch.setattr(json_stream, "MAX_VALUE", 100)
    content = json.dumps([[1] * 200, {"id": 2}]).encode()
    assert [raw for _, raw in elements(content, 64)] == [None, b'{"id": 2}']


def test_a_text_without_an_end_does_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(json_stream, "MAX_STRING", 1 << 20)
    monkeypatch.setattr(json_stream, "MAX_VALUE", 1 << 20)
    with pytest.raises(BrokenExport):
        elements(b'[{"a": "' + b"x" * (3 << 20), 1 << 16)
    with pytest.raises(BrokenExport):
        elements(b'["' + b"x" * (3 << 20), 1 << 16)


def test_nesting_without_bottom_is_passed_over_and_is_no_value():
    deep = b"[" * 100_000 + b"]" * 100_000
    [(_, raw)] = elements(b"[" + deep + b"]", 1 << 16)
    with pytest.raises(Undecodable):
        decode(raw)


def test_a_stopped_cursor_ends_at_its_next_chunk():
    cursor = JsonCursor(Dribble(b"[1, 2, 3]", 2))
    cursor.peek()
    cursor.stop()
    with pytest.raises(Stopped):
        cursor.skip()


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (rb'"a\x01b"', "a\x01b"),
        (rb'"a\\x01b"', "a\\x01b"),
        (rb'"a\\\x1Fb"', "a\\\x1fb"),
        (rb'"\ud83d"', "\ud83d"),
        (b'"\xff"', "\ufffd"),
        (b'"tab\there"', None),
        (b"NaN", None),
        (b"9" * 5000, None),
    ],
)
def test_repairs(raw, value):
    if value is None:
        with pytest.raises(Undecodable):
            decode(raw)
    else:
        assert decode(raw) == value
