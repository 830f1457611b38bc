"""The real channel from its export and over MTProto: either order gives the same archive."""

import pytest
from tests.e2e import processes

TRANTOR = -1001878264527
REF = "t.me/c/1878264527"
#: A text, a photo and a service message.
GONE = (9, 12, 2)
#: Above what Telegram has, nobody asks it: it may as well be that the export is newer.
NEWEST = 508
EDITED = 6

pytestmark = pytest.mark.real_export


@pytest.fixture
def sandbox(real_export):
    with processes.sandbox(f"export:{real_export}") as sandbox:
        yield sandbox


@pytest.fixture
def archive(headrace, real_export, sandbox, tmp_path):
    """Makes an archive by steps: ``telegram`` or ``desktop`` with options."""

    def make(name, *steps):
        folder = tmp_path / name
        for source, *options in steps:
            if source == "telegram":
                ran = headrace("import", REF, *options, *sandbox.options(), archive=folder)
            else:
                ran = headrace("import", real_export, *options, archive=folder)
            assert ran.code == 0, ran
        return folder

    return make


def change(sandbox):
    """Some messages are deleted on the server, and one is edited."""
    sandbox.ask("/world", {"verb": "delete", "chat": TRANTOR, "ids": [*GONE, NEWEST]})
    sandbox.ask("/world", {"verb": "edit", "chat": TRANTOR, "id": EDITED, "text": "anew"})


def digest(headrace, folder):
    return headrace("digest", "--json", archive=folder).json


def test_either_order_gives_the_same_archive(headrace, archive):
    one = archive("one", ("desktop",), ("telegram",))
    other = archive("other", ("telegram",), ("desktop",))
    first, second = digest(headrace, one), digest(headrace, other)
    assert first == second
    assert first["rows"]["messages"] == 436
    assert first["rows"]["message_versions"] == 0
    status = headrace("status", REF, "--json", archive=one).json
    assert (status["complete"], status["only_exported"], status["source"]) == (True, 0, "telegram")


def test_partial_imports_of_both_in_turn_give_the_same_archive(headrace, archive):
    parts = [
        ("telegram", "--limit", 40),
        ("desktop", "--until", "2023-09-01"),
        ("telegram", "--since", "2023-08-01", "--until", "2023-09-15"),
        ("desktop",),
        ("telegram",),
        ("desktop", "--since", "2023-10-01"),
    ]
    mixed = archive("mixed", *parts)
    plain = archive("plain", ("telegram",), ("desktop",))
    assert digest(headrace, mixed) == digest(headrace, plain)


def test_what_was_deleted_in_between_survives_and_is_marked(headrace, archive, sandbox):
    before = archive("before", ("desktop",))
    assert headrace("status", REF, "--json", archive=before).json["complete"] is False
    change(sandbox)
    before = archive("before", ("telegram",))
    after = archive("after", ("telegram",), ("desktop",))
    first = digest(headrace, before)
    assert first == digest(headrace, after)
    assert first["rows"]["message_versions"] == 1
    for folder in (before, after):
        for number in GONE:
            ran = headrace("status", f"{REF}/{number}", archive=folder)
            assert "stored (from the export; not on the server when headrace looked)" in ran.out
        assert "was not asked" in headrace("status", f"{REF}/{NEWEST}", archive=folder).out
        status = headrace("status", REF, "--json", archive=folder).json
        assert (status["complete"], status["only_exported"]) == (True, len(GONE) + 1)
        assert status["ids"] == {
            "top": 508, "stored": 436, "absent": 72, "left_out": 0, "failed": 0, "unread": 0,
        }  # fmt: skip
        lines = headrace("digest", "--lines", archive=folder).lines
        assert next(m["text"] for m in lines if m.get("id") == EDITED) == "anew"


def test_an_export_alone_proves_no_absence(headrace, archive):
    folder = archive("alone", ("desktop",))
    ran = headrace("status", REF, archive=folder)
    assert "from an export: 436 messages; what is missing in it cannot be known" in ran.out
    assert "not complete" in ran.out
    assert "was not asked" in headrace("status", f"{REF}/6", archive=folder).out
    assert "not in the export" in headrace("status", f"{REF}/4", archive=folder).out
