"""What a policy says of a file."""

import pytest

from headrace.model.download import FileKind, MediaPolicy, Protection
from headrace.transform.media_policy import FileFacts, judge


def file(kind=FileKind.PHOTO, size=1000, **fields):
    return FileFacts(key="photo/1", kind=kind, size=size, **{"newest": 100, **fields})


def test_without_limits_everything_is_fetched_but_what_is_protected():
    for kind in FileKind:
        assert judge(MediaPolicy(), file(kind)) == ""
    assert judge(MediaPolicy(), file(protected=True)) == "protected"


@pytest.mark.parametrize(
    ("policy", "facts", "reason"),
    [
        ({"kinds": {FileKind.VIDEO}}, {}, "kind"),
        ({"kinds": {FileKind.PHOTO}}, {}, ""),
        ({"max_size": 999}, {}, "too_large"),
        ({"max_size": 1000}, {}, ""),
        ({"max_size": 0}, {"size": 0}, ""),
        ({"since": 100}, {}, ""),
        ({"since": 101}, {}, "date"),
        ({"until": 100}, {}, "date"),
        ({"until": 101}, {}, ""),
        ({"since": 200, "until": 300}, {"newest": None}, ""),
        ({"protected": Protection.ALL}, {"protected": True}, ""),
        ({"protected": Protection.SKIP}, {"protected": True}, "protected"),
        ({"kinds": frozenset(), "max_size": 1}, {"protected": True}, "kind"),
    ],
)
def test_the_first_limit_that_a_file_does_not_keep_is_the_reason(policy, facts, reason):
    assert judge(MediaPolicy(**policy), file(**facts)) == reason


@pytest.mark.parametrize("kind", [FileKind.AVATAR, FileKind.CUSTOM_EMOJI])
def test_what_stands_beside_a_protected_text_comes_with_the_text(kind):
    facts = file(kind, protected=True)
    assert judge(MediaPolicy(protected=Protection.TEXT), facts) == ""
    assert judge(MediaPolicy(protected=Protection.SKIP), facts) == "protected"
