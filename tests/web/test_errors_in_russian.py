"""What the site answers to a Russian reader who did the wrong thing is said in Russian."""

import re

import pytest
from tests.crash.importing import loaded
from tests.web.serving import site

from tgsandbox.server import serve

TINY = "@tinymill"
CYRILLIC = "[\u0430-\u044f]"
#: What is asked, with its body, once the channel is imported; and the status of the answer.
WRONG = {
    ("POST", "/api/download/import", '{"channel": "t.me/share/x"}'): 400,
    ("POST", "/api/download/stop/nosuch", "{}"): 404,
    ("POST", "/api/fetch/photo/1", "{}"): 404,
    ("POST", "/api/session", '{"token": "wrong"}'): 401,
    ("GET", "/api/search?q=mill&after=zz", None): 400,
    ("GET", "/api/posts?channel_id=-1009", None): 404,
}


@pytest.fixture
async def opened(tmp_path):
    async with serve("tiny") as sandbox, site(loaded(sandbox, tmp_path)) as it:
        yield it


async def said(it, method, path, body=None, language="ru"):
    headers = {"accept-language": language}
    if body is not None:
        headers["content-type"] = "application/json"
    answer = await it.client.request(method, path, content=body, headers=headers)
    found = answer.json()
    return answer.status_code, f"{found['message']} {found['hint']}"


@pytest.mark.parametrize(("asked", "status"), WRONG.items(), ids=str)
async def test_the_answer_is_russian(opened, asked, status):
    code, text = await said(opened, *asked)
    assert code == status
    assert re.search(CYRILLIC + "{4}", text), text
    # No English is left in it, but for names and what was typed.
    assert not re.search(r"\b(the|is|are|no|not|of|first)\b", text), text
    _, english = await said(opened, *asked, language="en")
    assert not re.search(CYRILLIC, english), english


async def test_what_is_busy_is_told_in_russian(opened):
    begun = await opened.begin(TINY)
    code, text = await said(opened, "POST", "/api/download/import", '{"channel": "@tinymill"}')
    assert (code, "читается" in text) == (409, True), text
    await opened.ended(begun["id"])
