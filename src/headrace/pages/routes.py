"""Routes: where the pages lead. The site and an export differ in nothing else."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from headrace.model.chat import Chat
from headrace.model.values import CHANNEL_MARK, FileKey, PeerId
from headrace.pages import static


def short_id(chat_id: PeerId) -> str:
    """The id as in ``t.me/c/ID``; that of a basic group or a user keeps its sign."""
    return str(CHANNEL_MARK - chat_id) if chat_id < CHANNEL_MARK else str(chat_id)


def chat_name(chat: Chat) -> str:
    """What names a chat in an address: its username, or else its id."""
    return chat.username or short_id(chat.id)


class Routes:
    """Addresses of the live site; an export has its own of the same names."""

    home = "/"
    activity = "/activity"
    session = "/api/session"
    events = "/api/download/events"
    plan = "/api/download/plan"
    imports = "/api/download/import"

    def static(self, name: str) -> str:
        """A file of ours; the address changes with its content."""
        return f"{static.prefix()}/{name}"

    def feed(self, chat: Chat, **where: object) -> str:
        """``below``, ``above``, ``date`` …: see ``Page``."""
        return _with_query(f"/c/{quote(chat_name(chat), safe='')}", where)

    def post(self, chat: Chat, message_id: int, **where: object) -> str:
        """``after`` or ``before``: which of its comments."""
        return _with_query(f"/c/{quote(chat_name(chat), safe='')}/{message_id}", where)

    def comment(self, chat: Chat, message_id: int, comment_id: int) -> str:
        """A comment on a post, among the others around it."""
        return f"{self.post(chat, message_id, comment=comment_id)}#m{comment_id}"

    def versions(self, chat: Chat, message_id: int) -> str:
        return f"/c/{quote(chat_name(chat), safe='')}/{message_id}/versions"

    def search(self, **where: object) -> str:
        """``q``, ``chat``, ``order``, ``after`` …"""
        return _with_query("/search", where)

    def media(self, key: FileKey) -> str:
        return f"/api/media/{quote(key, safe='/')}"

    def thumb(self, key: FileKey) -> str:
        return f"/api/thumbs/{quote(key, safe='/')}"

    def fetch(self, key: FileKey) -> str:
        """To be posted to: fetch a file now."""
        return f"/api/fetch/{quote(key, safe='/')}"

    def show(self, chat: Chat, message_id: int) -> str:
        """To be posted to: show a hidden message again."""
        return f"/api/posts/{quote(chat_name(chat), safe='')}/{message_id}/show"

    def show_channel(self, chat: Chat) -> str:
        """To be posted to: show a hidden channel again."""
        return f"{self.channel(chat)}/show"

    def job(self, verb: str, channel: str) -> str:
        """To be posted to: ``stop resume cancel clear``; ``channel`` as in ``JobFacts``."""
        return f"/api/download/{verb}/{quote(channel, safe='')}"

    def channel(self, chat: Chat) -> str:
        """To be deleted: a channel as the API names it."""
        return f"/api/channels/{quote(chat_name(chat), safe='')}"

    def telegram(self, chat: Chat, message_id: int | None = None) -> str:
        """The same at Telegram; nothing for what has no address there."""
        if not chat.username and chat.id >= CHANNEL_MARK:
            return ""
        name = chat.username or f"c/{short_id(chat.id)}"
        return f"https://t.me/{name}" + (f"/{message_id}" if message_id is not None else "")


def _with_query(path: str, where: dict[str, object]) -> str:
    given = {key: value for key, value in where.items() if value not in (None, "", [])}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path
