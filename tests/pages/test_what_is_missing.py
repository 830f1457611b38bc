"""What pages say of what is not there: failures, ids without a message, and what is hidden."""

import ast
from pathlib import Path

import pytest
from tests.builders import make_chat

from headrace.desktop.pages import MALFORMED
from headrace.model.coverage import IdRange
from headrace.model.download import FileKind
from headrace.model.failed import Failed, FailedFile, FailedThread
from headrace.model.proof import Whereabouts
from headrace.pages import render
from headrace.pages.i18n import language
from headrace.pages.views.channels import channel_view
from headrace.store.failures import DATABASE, LOST

CHAT = make_chat(username="mill")
FRAME = render.Frame(language=language("en"), archived={CHAT.id: CHAT})


def test_the_page_of_activity_lists_what_failed_and_counts_the_rest():
    page = render.render_activity(FRAME, [], {}, Failed())
    assert "Nothing has failed." in page
    thread = FailedThread(channel=CHAT.id, post=12, group=CHAT.id, lo=3, hi=4, reason="lost")
    photo = {"key": "photo/7", "kind": FileKind.PHOTO, "size": 9_000, "reason": "data_centre"}
    face = {"key": "peer_photo/8", "kind": FileKind.AVATAR, "size": 0, "reason": "no_access"}
    files = (FailedFile(**photo, chat=CHAT.id, message=5), FailedFile(**face, chat=CHAT.id))
    failed = Failed(threads=(thread,), threads_count=3, files=files, files_count=9)
    lost = {"lo": 1, "hi": 1, "reason": "database", "detail": ""}
    page = render.render_activity(FRAME, [], {CHAT.id: [lost] * 105}, failed)
    assert "Nothing has failed." not in page
    assert '<a href="/c/mill/12">Comments of post 12</a> It was stored, and is gone' in page
    assert (
        '<a href="/c/mill/5"><bdi>Photo (9\u00a0kB), The Mill #5</bdi></a> Its data centre' in page
    )
    assert '<a href="/c/mill"><bdi>Picture, The Mill</bdi></a> The account has no access' in page
    assert 'data-post="/api/fetch/photo/7"' in page
    assert "/api/fetch/peer_photo" not in page
    for left in ("5 more failures", "2 more failures in comments", "7 more files"):
        assert f">{left}</p>" in page


def test_each_reason_has_its_sentence_in_both_languages():
    """Whatever the source gives as the reason of a failure, of messages or of a file."""
    sources = Path(render.__file__).parents[1].rglob("*.py")
    found = {code for path in sources for code in reasons_in(ast.parse(path.read_bytes()))}
    assert {"unreadable", "data_centre", "contradiction"} <= found
    found |= {MALFORMED, DATABASE, LOST, "cdn_unsupported", "emoji_removed", "message_deleted"}
    for code in ("en", "ru"):
        assert [one for one in sorted(found) if not language(code).knows(f"reason.{one}")] == []


def test_a_card_counts_what_is_here_and_lists_what_is_not():
    ids = {"top": 12_405, "stored": 12_400, "left_out": 3, "absent": 2, "failed": 0, "unread": 0}
    status = {"source": "telegram", "ids": ids, "complete": True}
    status |= {"failures": [], "unread": [], "damaged": []}
    facts = render.ChannelFacts(chat=CHAT, status=status, absent=[IdRange(lo=7, hi=7)])
    view = channel_view(FRAME, facts)
    counted = "12,403 of 12,405 ids: 2 deleted or never there, 0 failed, 3 left out"
    assert view.sentence == counted
    assert view.details == (
        ("Everything that Telegram has is here.", ""),
        ("7: deleted or never there", "/c/mill/7"),
        ("1 more id deleted or never there", ""),
    )
    page = render.render_channels(FRAME, [facts])
    assert '<li><a href="/c/mill/7">7: deleted or never there</a></li>' in page


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "Post 12 was never there, or was deleted before headrace first looked"),
        ("ru", "Поста 12 не было, или его удалили до того, как headrace впервые заглянул в канал"),  # noqa: RUF001
    ],
)
def test_the_page_of_an_empty_id_says_no_more_than_is_known(code, said):
    frame = render.Frame(language=language(code), archived={CHAT.id: CHAT})
    page = render.render_absent(frame, CHAT, 12, Whereabouts(state="never there"))
    assert f"<h1>{said}</h1>" in page


def reasons_in(tree):
    for call in (one for one in ast.walk(tree) if isinstance(one, ast.Call)):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name in ("FileFailed", "FileAbsent", "Failure"):
            given = [*call.args[:1], *(one.value for one in call.keywords if one.arg == "reason")]
            for one in (part for value in given for part in ast.walk(value)):
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one.value
