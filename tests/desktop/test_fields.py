"""The table of differences is complete where it can be checked, and documented."""

from pathlib import Path

from headrace.desktop.fields import DIFFERENCES
from headrace.model.chat import Chat, Peer
from headrace.model.media import Document, Photo, Poll
from headrace.model.message import Message

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "desktop-export.md"


def test_every_difference_is_documented_with_its_reason():
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    for one in DIFFERENCES:
        assert any(
            row.startswith(f"| {one.of} |")
            and f"`{one.key}`" in row
            and f"| {one.side} | {one.reason} |" in row
            for row in rows
        ), one


def test_no_field_is_listed_twice():
    keys = [(one.of, one.key) for one in DIFFERENCES]
    assert len(keys) == len(set(keys))


def test_every_field_listed_exists():
    nouns = {"chat": Chat, "peer": Peer, "message": Message, "photo": Photo, "document": Document,
             "poll": Poll}  # fmt: skip
    names = {"min": "minimal"}
    for one in DIFFERENCES:
        if one.of in nouns and (one.of, one.key) != ("poll", "min"):
            fields = nouns[one.of].__struct_fields__
            assert one.key in fields or names.get(one.key) in fields, one
