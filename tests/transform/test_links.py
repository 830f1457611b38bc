"""Links: a hostile corpus leads nowhere, and what is meant well leads where it says."""

import pytest
from tests.transform import strict_html

from headrace.model.text import Entity
from headrace.transform.links import safe_url, target_of
from headrace.transform.rich_text import to_html

SCRIPT = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "JAVASCRIPT:alert(1)",
    " javascript:alert(1)",
    "\tjavascript:alert(1)",
    "\njavascript:alert(1)",
    "\x00javascript:alert(1)",
    "\x01javascript:alert(1)",
    "\x1fjavascript:alert(1)",
    "\x7fjavascript:alert(1)",
    "\x80javascript:alert(1)",
    "\xa0javascript:alert(1)",
    "\u2028javascript:alert(1)",
    "\u200bjavascript:alert(1)",
    "\ufeffjavascript:alert(1)",
    "\u202ejavascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java\rscript:alert(1)",
    "java\r\nscript:alert(1)",
    "java\x00script:alert(1)",
    "j\na\nv\na\ns\nc\nr\ni\np\nt\n:alert(1)",
    "javascript\t:alert(1)",
    "javascript\n:alert(1)",
    "javascript :alert(1)",
    "java script:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "javascript&#x3a;alert(1)",
    "java&#115;cript:alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "&#106;avascript:alert(1)",
    "javascript%3Aalert(1)",
    "java%0Ascript:alert(1)",
    "%6Aavascript:alert(1)",
    "javascript://example.org/%0Aalert(1)",
    "javascript://https://example.org/%0Aalert(1)",
    "javascript:https://example.org",
    "javascript:/*--></title></style></textarea></script><svg/onload=alert(1)>",
    "javascript:void(0)",
    "javascript:\\u0061lert(1)",
    "jAvAsCrIpT:alert(1)//https://",
    "\uff4aavascript:alert(1)",
    "java\u017fcript:alert(1)",
    "javascript\uff1aalert(1)",
    "\\javascript:alert(1)",
    "\\x6aavascript:alert(1)",
    "livescript:alert(1)",
    "mocha:alert(1)",
    "ecmascript:alert(1)",
    "vbscript:msgbox(1)",
    "VBScript:msgbox(1)",
    "vb\nscript:msgbox(1)",
    "jar:https://example.org!/x",
    "view-source:javascript:alert(1)",
    "feed:javascript:alert(1)",
    "wyciwyg://1/x",
]
DATA = [
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "DATA:text/html,x",
    "data:image/svg+xml,<svg onload=alert(1)>",
    "data:application/javascript,alert(1)",
    "data:,x",
    " data:text/html,x",
    "da\nta:text/html,x",
    "data\t:text/html,x",
    "blob:https://example.org/1",
    "filesystem:https://example.org/temporary/x",
    "mhtml:http://example.org/x",
]
PROGRAMS = [
    "file:///etc/passwd",
    "FILE:///C:/Windows/win.ini",
    "file:\\\\server\\share",
    "\\\\server\\share",
    "smb://server/share",
    "ftp://example.org/x",
    "sftp://example.org/x",
    "ssh://-oProxyCommand=x/",
    "telnet://example.org",
    "ldap://example.org/x",
    "gopher://example.org/x",
    "intent://scan/#Intent;scheme=zxing;end",
    "android-app://com.example/x",
    "itms-services://?action=download-manifest",
    "ms-msdt:/id PCWDiagnostic",
    "ms-word:ofe|u|http://example.org/x.doc",
    "search-ms:query=x&crumb=location:\\\\server",
    "shell:startup",
    "steam://run/1",
    "chrome://settings",
    "about:blank",
    "about:srcdoc",
    "res://ieframe.dll/x",
    "x-apple.systempreferences:",
    "sms:+31201234567",
    "facetime:me@example.org",
    "magnet:?xt=urn:btih:1",
    "ws://example.org",
    "urn:isbn:1",
    "tgs://resolve",
    "tonsite://x",
    "http-evil:x",
    "httpsx://example.org",
]
RELATIVE = [
    "",
    " ",
    "\n",
    "/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "./x",
    "../../admin",
    "?token=1",
    "#onload",
    "/media/1",
    ":alert(1)",
    "://evil.example",
    "http",
    "http:",
    "http:/",
    "http://",
    "https://?x",
    "https:///",
    "http:javascript:alert(1)",
    "https:evil",
    "localhost:8080/x",
    "127:1",
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
]
NOWHERE = [*SCRIPT, *DATA, *PROGRAMS, *RELATIVE]
#: Of an allowed scheme, and yet trying to leave the attribute or to deceive.
ODD = [
    'http://a/"onmouseover="alert(1)',
    "http://a/'onmouseover='alert(1)",
    "http://a/><script>alert(1)</script>",
    "http://a/`onmouseover=alert(1)",
    "http://a/\u202egpj.exe",
    "http://a/\nx y",
    "http://a/&quot;onmouseover=&quot;alert(1)",
    "http://good&#x40;evil.example",
    "https://good.example@evil.example/",
    "https://good.example\\@evil.example/",
    "https:\\\\evil.example\\x",
    "https:/\\evil.example",
    "https://evil.example/?q=\\x#\\y",
    "http://user:pass@a.b/",
    "http://a/\ud83d",
    "http://a/\x00x",
    "mailto:a@b?subject=<x>",
    "mailto:a@b\nBcc: c@d",
    "tel:+31\n20",
    'tg://resolve?domain="x"',
    "tg:javascript:alert(1)",
    "HTTPS://A.B/",
    "  https://a.b/  ",
    "ht\ntps://a.b/",
]


def test_the_corpus_is_large_enough():
    assert len(set(NOWHERE + ODD)) >= 100


@pytest.mark.parametrize("url", NOWHERE, ids=ascii)
def test_hostile_urls_lead_nowhere(url):
    assert safe_url(url) == ""
    for entity in (
        Entity(type="text_link", offset=0, length=4, url=url),
        Entity(type="url", offset=0, length=len(url.encode("utf-16-le", "surrogatepass")) // 2),
    ):
        text = "text" if entity.url or entity.type == "text_link" else url
        assert "href" not in to_html(text, [entity])
        strict_html.read(to_html(text, [entity]))


@pytest.mark.parametrize("url", ODD, ids=ascii)
def test_odd_urls_stay_in_their_attribute_and_say_where_they_lead(url):
    page = strict_html.read(
        to_html("text", [Entity(type="text_link", offset=0, length=4, url=url)])
    )
    ((tag, attributes),) = page.around[0]
    if tag == "a":
        assert dict(attributes)["title"] == dict(attributes)["href"]


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://mill.example/a?b=c&d#e", "https://mill.example/a?b=c&d#e"),
        ("HTTP://Mill.Example", "HTTP://Mill.Example"),
        ("mill.example", "http://mill.example"),
        ("mill.example:8080/x", "http://mill.example:8080/x"),
        ("мельница.рф/вода", "http://мельница.рф/вода"),
        ("https://ru.wikipedia.org/wiki/Вода", "https://ru.wikipedia.org/wiki/Вода"),
        ("https://a.b/x y", "https://a.b/x%20y"),
        ("https://a.b/%20", "https://a.b/%20"),
        ("https://good.example\\@evil.example", "https://good.example/@evil.example"),
        ("https://a.b/?x=\\", "https://a.b/?x=\\"),
        ("http://[::1]:80/", "http://[::1]:80/"),
        ("https://a.b/\u202ex", "https://a.b/%E2%80%AEx"),
        ("tg://resolve?domain=miller", "tg://resolve?domain=miller"),
        ("tel:+31201234567", "tel:+31201234567"),
        ("mailto:me@mill.example", "mailto:me@mill.example"),
    ],
)
def test_allowed_urls(url, target):
    assert safe_url(url) == target
    assert safe_url(target) == target


@pytest.mark.parametrize(
    ("kind", "shown", "target"),
    [
        ("url", "mill.example/x", "http://mill.example/x"),
        ("email", "me@mill.example", "mailto:me@mill.example"),
        ("email", "me@mill.example?cc=x", ""),
        ("phone_number", "+31 (20) 123-45", "tel:+312012345"),
        ("phone_number", "020 123", "tel:020123"),
        ("phone_number", "none", ""),
        ("phone_number", "1" * 21, ""),
        ("mention", "@miller", "https://t.me/miller"),
        ("mention", "@a/b", ""),
        ("mention", "miller", ""),
        ("hashtag", "#water", ""),
        ("cashtag", "$TON", ""),
        ("bot_command", "/start", ""),
        ("bank_card", "4242 4242", ""),
        ("of tomorrow", "x", ""),
    ],
)
def test_targets_of_bare_entities(kind, shown, target):
    assert target_of(Entity(type=kind, offset=0, length=len(shown)), shown) == target


@pytest.mark.parametrize("user", [None, 0, -5])
def test_a_mention_of_nobody_leads_nowhere(user):
    assert target_of(Entity(type="text_mention", offset=0, length=1, user_id=user), "x") == ""
