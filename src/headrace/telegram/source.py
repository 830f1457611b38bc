"""The source ``telegram``: chats as one account sees them (``importer.ports.Source``)."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing, suppress
from typing import Any

from telethon.tl import functions, types

from headrace import errors
from headrace.model.change import Change
from headrace.model.chat import Chat, Peer, Probe
from headrace.model.download import FileKind
from headrace.model.estimate import Sample
from headrace.model.job import Wait
from headrace.model.page import Page
from headrace.model.plan import Lane
from headrace.model.thread import NoThread
from headrace.model.values import CHANNEL_MARK, PeerId
from headrace.telegram import counters
from headrace.telegram.access import Access, AccessBook
from headrace.telegram.answers import Slice
from headrace.telegram.by_ids import find_by_ids, pages_of_runs
from headrace.telegram.calls import Gate
from headrace.telegram.convert.chats import convert_channel, convert_group
from headrace.telegram.convert.peers import active_username, convert_peers
from headrace.telegram.convert.values import marked
from headrace.telegram.dialogs import find_in_dialogs
from headrace.telegram.failures import Rejected, Verdict
from headrace.telegram.history import History
from headrace.telegram.locations import Notes, input_peer
from headrace.telegram.pushes import Pushes
from headrace.telegram.refs import Reference, parse_reference
from headrace.telegram.replies import Post, ThreadReader, ask_for_root
from headrace.telegram.updates import Feed, Standing, standing_of


class TelegramSource:
    """Reads chats through the gate; keeps access hashes in the account's book."""

    name = "telegram"

    def __init__(self, gate: Gate, book: AccessBook, pushes: Pushes | None = None) -> None:
        """``book`` belongs to the account of ``gate``; ``pushes`` hears its main connection."""
        self._gate = gate
        self._pushes = pushes or Pushes()
        self._standings: dict[PeerId, Standing] = {}
        self._book = book
        self._notes = Notes(book)
        #: What looks ahead have brought, by chat; the first lane of it takes it.
        self._newest: dict[PeerId, Slice] = {}

    async def resolve(self, ref: str) -> tuple[Chat, Sequence[Peer]]:
        """What the user typed, as a chat (see ``Source.resolve``)."""
        reference = parse_reference(ref)
        try:
            chat_id = await self._find(reference)
            return await self._describe(chat_id)
        except Rejected as exc:
            if exc.verdict is Verdict.ITEM_LOST:
                what = f"invite link {ref}" if reference.invite else ref
                raise errors.ChatNotFound(
                    f"Telegram knows no {what} ({exc.code}).", hint="Check the spelling."
                ) from exc
            raise

    async def probe(self, chat: Chat, *, ahead: bool = False) -> Probe:
        """One look at the newest message (see ``Source.probe``)."""
        history = self._history(chat)
        self._newest.pop(chat.id, None)
        probe = await history.probe(ahead=ahead)
        if history.newest is not None:
            self._newest[chat.id] = history.newest
        return probe

    def pages(self, chat: Chat, lane: Lane) -> AsyncGenerator[Page]:
        """Pages of a lane (see ``Source.pages``)."""
        history = self._history(chat)
        history.newest = self._newest.pop(chat.id, None)
        return history.pages(lane)

    async def messages(self, chat: Chat, ids: Sequence[int]) -> list[Page]:
        """Messages by id."""
        found = await find_by_ids(self._gate, chat.id, self._peer(chat.id), ids, self._note)
        return pages_of_runs(chat, found, ids)

    async def discussion_group(
        self, channel: Chat, group_id: PeerId, post_id: int
    ) -> tuple[Chat, Sequence[Peer]]:
        """The group that a post has its comments in (see ``TalkSource``)."""
        if self._book.access_hash(group_id) is None:
            with suppress(NoThread):
                await self.root_of(channel, post_id)
        return await self._describe(group_id)

    async def root_of(self, channel: Chat, post_id: int) -> int:
        """The id of a post's first copy in its group (see ``TalkSource``)."""
        answer = await ask_for_root(self._gate, self._peer(channel.id), post_id)
        self._remember(answer.chats)
        self._notes.take_peers(answer.chats, answer.users)
        root = min((message.id for message in answer.messages), default=0)
        if not root:
            raise NoThread("no message")
        return root

    def replies(
        self, channel: Chat, post_id: int, lane: Lane, most: int | None = None
    ) -> AsyncGenerator[Page]:
        """The comments of a post (see ``TalkSource``)."""
        post = Post(self._peer(channel.id), post_id, lane.chat_id)
        return ThreadReader(self._gate, post, self._note).pages(lane, most)

    async def seek_position(self, chat: Chat, position: int, below: int = 0) -> int | None:
        """The id at a position among those below an id, 0 being the newest."""
        return await self._history(chat).seek_position(position, below)

    async def seek_date(self, chat: Chat, date: int) -> int | None:
        """The newest id older than a time."""
        return await self._history(chat).seek_date(date)

    async def count_media(self, chat: Chat) -> dict[FileKind, int]:
        """How many messages have a file of each kind."""
        return await counters.count_media(self._gate, self._peer(chat.id))

    async def count_messages(self, chat: Chat) -> int:
        """How many messages there are."""
        return (await self.probe(chat)).count

    async def sample_media(
        self, chat: Chat, kind: FileKind, *, skip: int, since: int | None, until: int | None
    ) -> Sample:
        """Sizes of some files of a kind (see ``importer.estimate.Counters``)."""
        peer = self._peer(chat.id)
        return await counters.sample_media(
            self._gate, chat, peer, kind, skip=skip, since=since, until=until
        )

    async def changes(self, chat: Chat, since: int | None) -> AsyncGenerator[Change]:
        """What happens in a chat that was resolved (see ``WatchedSource.changes``)."""
        peer = self._peer(chat.id)
        if not isinstance(peer, types.InputPeerChannel):
            raise errors.NotSupported(
                f"{chat.title!r} is a basic group, whose changes Telegram does not tell apart.",
                hint=f"Bring what is new from time to time: headrace import {chat.id}",
            )
        with self._pushes.listening(chat.id) as inbox:
            feed = Feed(
                gate=self._gate,
                chat_id=chat.id,
                channel=types.InputChannel(peer.channel_id, peer.access_hash),
                inbox=inbox,
                on_answer=self._note,
                standing=lambda: self._standings[chat.id],
                describe=lambda: self._describe(chat.id),
            )
            async with aclosing(feed.changes(since)) as changes:
                async for change in changes:
                    yield change

    async def listen(self) -> None:
        """Keep the connection on which Telegram tells what happens (see ``WatchedSource``)."""
        await self._pushes.keep(self._gate)

    def requests(self) -> dict[str, int]:
        """How often each method was sent."""
        return self._gate.requests()

    def least_seconds(self, history: int, files: int) -> float:
        """How long so many requests take at least, by the limits that were learned."""
        return self._gate.traffic.least_seconds(history, files)

    def watch_waits(self, listener: Callable[[Wait | None], None]) -> Callable[[], None]:
        """Tell a listener of each pause, and of its end (see ``Source.watch_waits``)."""
        return self._gate.watch_waits(listener)

    def _history(self, chat: Chat) -> History:
        return History(self._gate, chat, self._peer(chat.id), self._note)

    def _note(self, answer: Any, chat_id: PeerId) -> None:
        self._notes.now = int(self._gate.traffic.clock.now())
        self._notes.take(answer, chat_id)

    def _peer(self, chat_id: PeerId) -> Any:
        """The chat as Telegram wants it named."""
        peer = input_peer(self._book, chat_id)
        if peer is None:
            raise errors.ChatNotFound(f"This account has not met the chat {chat_id} yet.")
        return peer

    async def _find(self, reference: Reference) -> PeerId:
        if reference.username:
            return await self._find_name(reference.username)
        if reference.invite:
            return await self._find_invite(reference.invite)
        return await self._find_id(reference.chat_ids)

    async def _find_name(self, username: str) -> PeerId:
        answer = await self._gate.call(functions.contacts.ResolveUsernameRequest(username))
        if isinstance(answer.peer, types.PeerUser):
            is_bot = any(u.bot for u in answer.users if u.id == answer.peer.user_id)
            kind = "a bot" if is_bot else "a person"
            raise errors.NotAChannel(f"@{username} is {kind}, not a channel.")
        self._remember(answer.chats)
        chat_id = marked(answer.peer)
        if chat_id is None:
            raise errors.ServerMisbehaves(f"Telegram says that @{username} is nothing.")
        known = self._book.peer_by_username(username)
        if known is not None and known != chat_id:
            raise errors.UsernameMoved(
                f"@{username} meant the chat {known} so far and now means another one, {chat_id}.",
                hint=f"Name the one you mean by its id: {known} or {chat_id}.",
            )
        return self._open(answer.chats, chat_id)

    async def _find_invite(self, invite: str) -> PeerId:
        answer = await self._gate.call(functions.messages.CheckChatInviteRequest(invite))
        if not isinstance(answer, types.ChatInviteAlready):
            raise errors.ChatPrivate("This account is not a member of the invited chat.")
        self._remember([answer.chat])
        return self._open([answer.chat], convert_peers([answer.chat], ())[0].id)

    async def _find_id(self, candidates: Sequence[PeerId]) -> PeerId:
        for chat_id in candidates:
            if self._book.access_hash(chat_id) is not None:
                return chat_id
        found = await find_in_dialogs(self._gate, candidates)
        if found is None:
            raise errors.ChatNotFound(
                f"This account knows no chat {candidates[0]}.",
                hint="Open it once in a Telegram app with this account, or name it by @username.",
            )
        self._remember([found])
        return self._open([found], convert_peers([found], ())[0].id)

    def _open(self, chats: Iterable[Any], chat_id: PeerId) -> PeerId:
        """Refuse what Telegram itself says is closed."""
        for chat in chats:
            closed = isinstance(chat, types.ChannelForbidden | types.ChatForbidden)
            if closed and convert_peers([chat], ())[0].id == chat_id:
                raise errors.ChatPrivate(
                    f"The chat {chat.title!r} is private and this account is not in it."
                )
        return chat_id

    async def _describe(self, chat_id: PeerId) -> tuple[Chat, Sequence[Peer]]:
        """All about a chat, in one question."""
        peer = self._peer(chat_id)
        if isinstance(peer, types.InputPeerChat):
            answer = await self._gate.call(functions.messages.GetFullChatRequest(peer.chat_id))
            chat = convert_group(answer, chat_id)
        else:
            channel = types.InputChannel(peer.channel_id, peer.access_hash)
            answer = await self._gate.call(functions.channels.GetFullChannelRequest(channel))
            chat = convert_channel(answer, chat_id)
            self._standings[chat_id] = standing_of(answer, chat_id)
        self._remember(answer.chats, name_of=chat_id)
        self._notes.take_peers(answer.chats, answer.users)
        return chat, convert_peers(answer.chats, answer.users)

    def _remember(self, chats: Iterable[Any], name_of: PeerId | None = None) -> None:
        """Keep access hashes; the name only of the chat that is being imported."""
        found = []
        for chat in chats:
            if isinstance(chat, types.Channel) and chat.access_hash and not chat.min:
                peer_id = CHANNEL_MARK - chat.id
                name = active_username(chat) if peer_id == name_of else ""
                found.append(Access(peer_id=peer_id, access_hash=chat.access_hash, username=name))
        self._book.remember_peers(found)
