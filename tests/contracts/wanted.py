"""Files that messages name, and which of them a store wants."""

from tests.builders import CHAT_ID

from headrace.model.download import Stored
from headrace.model.media import Size
from headrace.model.text import Entity

OTHER_CHAT = -1001000000002
SHA = "ab" * 32
THUMBS = (
    Size(type="s", size=100, width=90, height=60),
    Size(type="m", size=2_000, width=320, height=200),
    Size(type="y", size=9_000, width=1280, height=800),
)


def emoji(number, at=0):
    return Entity(type="custom_emoji", offset=at, length=2, document_id=str(number))


def stored(key, sha256=SHA, size=1000, mime="image/jpeg", extension="jpg"):
    return Stored(key=key, sha256=sha256, size=size, mime=mime, extension=extension)


async def kinds(store):
    return {wish.key: wish.kind for wish in await store.wanted_files(CHAT_ID, 1000)}
