"""A reader of rendered HTML that forgives nothing, and what it found."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

SCHEMES = {"http", "https", "mailto", "tel", "tg"}
REL = "noopener noreferrer nofollow"
LINK_CLASSES = {
    "text-link",
    "text-mention",
    "url",
    "email",
    "phone-number",
    "mention",
    "hashtag",
    "cashtag",
    "bot-command",
    "bank-card",
}
CLASSES = {
    "a": LINK_CLASSES,
    "span": LINK_CLASSES | {"spoiler", "custom-emoji", "date-time"},
    "blockquote": {"expandable"},
}
ATTRIBUTES = {
    "a": {"class", "href", "title", "rel"},
    "span": {"class", "data-document-id"},
    "code": {"class"},
    "blockquote": {"class"},
    "time": {"datetime"},
    "ins": {"title"},
}
TAGS = {*ATTRIBUTES, "strong", "em", "u", "s", "pre", "del"}
#: The whole output: harmless text, five references, and tags with quoted attributes.
GRAMMAR = re.compile(
    r"(?:[^<>&\"'\r\x00\ud800-\udfff]|&(?:amp|lt|gt|quot|#x27|#13);"
    r"|</?[a-z]+(?: [a-z-]+=\"(?:[^<>&\"'\r]|&(?:amp|lt|gt|quot|#x27|#13);)*\")*>)*+"
)


class Reader(HTMLParser):
    """Collects the text, and for each character the tags around it; asserts all the rest."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.around = []
        self.stack = []
        self.tags = 0

    def handle_starttag(self, tag, attrs):
        assert tag in TAGS, tag
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names))
        assert set(names) <= ATTRIBUTES.get(tag, set()), attrs
        check(tag, dict(attrs))
        self.stack.append((tag, tuple(sorted(attrs))))
        self.tags += 1

    def handle_endtag(self, tag):
        assert self.stack, f"</{tag}> closes nothing"
        assert self.stack.pop()[0] == tag

    def handle_data(self, data):
        self.text += data
        self.around += [tuple(self.stack)] * len(data)

    def fail(self, data):
        raise AssertionError(data)

    handle_comment = handle_decl = handle_pi = unknown_decl = fail


def check(tag, attributes):
    """Each attribute has a value of the kind that it may have."""
    if tag == "a":
        href = attributes["href"]
        assert urlsplit(href).scheme in SCHEMES, href
        assert href.split(":")[0].lower() in SCHEMES
        assert not re.search("[\x00-\x20\x7f-\x9f\u202a-\u202e]", href)
        assert attributes["rel"] == REL
        assert attributes.get("title", href) == href
    if tag == "code" and "class" in attributes:
        assert re.fullmatch(r"language-[A-Za-z0-9_+#.-]{1,40}", attributes["class"])
    elif "class" in attributes:
        assert attributes["class"] in CLASSES[tag]
    if "data-document-id" in attributes:
        assert re.fullmatch(r"-?\d{1,20}", attributes["data-document-id"])
    if tag == "time":
        assert re.fullmatch(r"[\d:TZ-]+", attributes["datetime"])


def read(markup):
    """Parse; fails unless well-formed and of allow-listed parts only."""
    assert GRAMMAR.fullmatch(markup), markup
    reader = Reader()
    reader.feed(markup)
    reader.close()
    assert not reader.stack
    return reader
