"""The comments of a channel: one pass over its discussion groups, or thread by thread.

The cheaper way is taken, by requests. What a pass does not find (posts whose count says more than
is stored) is asked for by itself, as is all of a group that this account may not read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass

from headrace.errors import ChatNotFound, ChatPrivate
from headrace.importer.comment_plan import CommentPlan, lacking, plan_comments, to_ask
from headrace.importer.lease import first_of, held
from headrace.importer.plan import LANES
from headrace.importer.reader import Reader
from headrace.importer.refresh import IDS_A_CALL, begin_round, refresher_of
from headrace.importer.thread_reading import Filling, read_replies
from headrace.importer.work import Work
from headrace.model.chat import Chat, Peer, Probe
from headrace.model.coverage import HISTORY, IdRange, Lease
from headrace.model.refresh import Refreshed, Round
from headrace.model.thread import Missing, NoThread, Thread, ThreadRead
from headrace.model.values import PeerId, PeerKind


@dataclass(frozen=True)
class Comments:
    """The comments of the posts that an import wants."""

    work: Work

    async def read(self) -> None:
        """Read what is missing of them, and look again at those that may have changed.

        Raises:
            Any error of ``headrace.errors`` that concerns more than one group or thread.
        """
        channel, options = self.work.chat, self.work.options
        threads = await self._threads()
        before = {one.post: one.stored for one in threads}
        groups = {one.group for one in threads if one.group}
        if options.whole_group and channel.linked_chat_id:
            groups.add(channel.linked_chat_id)
        for group_id in sorted(groups):
            await self._read_group(group_id)
        await self._count_again(
            one.post for one in await self._threads() if before.get(one.post) != one.stored
        )

    async def _count_again(self, posts: Iterable[int]) -> None:
        """Look at posts whose comments have moved: Telegram counts them there."""
        work = self.work
        if work.round.is_first:
            # All of them have just been read.
            return
        ids = await work.store.unseen_of(work.chat.id, work.round.began, list(posts))
        again = refresher_of(work, work.comments_arrived)
        work.refreshed += await again.look(work.chat, work.lease, ids)

    async def _threads(self, group_id: PeerId | None = None) -> list[Thread]:
        """The posts with comments, of one group or of all; the progress tells of them."""
        work = self.work
        found = [one for one in await work.store.threads(work.chat.id) if work.is_asked_for(one)]
        expected = sum(max(one.stored, self._asked_of(one.expected)) for one in found)
        work.meter.comments(sum(one.stored for one in found), expected)
        return [one for one in found if group_id is None or one.group == group_id]

    def _asked_of(self, expected: int) -> int:
        limit = self.work.options.comments_limit
        return expected if limit is None else min(expected, limit)

    async def _read_group(self, group_id: PeerId) -> None:
        work = self.work
        threads = await self._threads(group_id)
        stale = await self._stale_posts(group_id)
        begun = bool(await work.store.claims(group_id, HISTORY))
        whole = work.options.whole_group or await self._is_kept_whole(group_id)
        plan = plan_comments(threads, work.options, stale=stale, is_begun=begun, whole=whole)
        if plan.is_empty and not await self._has_old(group_id):
            return
        work.meter.enter("comments")
        group, people = await self._open(group_id, threads)
        async with held(work.store, work.clock, f"chat:{group_id}", work.owner) as own:
            this = await begin_round(work.store, own, group_id, work.source.name)
            chat = group or await self._stand_in(group_id)
            await work.store.save_chat(own, chat, people)
            if work.downloads is not None:
                await work.downloads.add(chat)
            may_scan = group is not None and plan.may_scan and not plan.is_empty
            scanned = may_scan and await self._scan(chat, plan, own)
            if plan.recount_requests and not scanned:
                stale_posts = await work.store.stale_open(work.chat.id, work.round.began)
                await self._count_again(stale_posts)
            await self._fill(group_id, own, scanned=scanned)
            before = work.meter.saved.deleted
            await self._look_again(group, group_id, own, this)
            if work.meter.saved.deleted > before:
                # What is gone may have hidden what is new: the count was the same.
                await self._fill(group_id, own, scanned=scanned)

    async def _is_kept_whole(self, group_id: PeerId) -> bool:
        """An earlier import has kept all of the group."""
        store = self.work.store
        was_read = await store.coverage(group_id, HISTORY, self.work.source.name)
        return bool(was_read) and not await store.is_sifted(group_id)

    async def _has_old(self, group_id: PeerId) -> bool:
        """Something of a group is to be looked at again."""
        policy, began = self.work.options.refresh, self.work.round.began
        if policy.is_off:
            return False
        async with aclosing(
            self.work.store.unseen(group_id, began, policy.since(began))
        ) as batches:
            async for batch in batches:
                if batch:
                    return True
        return False

    async def _look_again(
        self, group: Chat | None, group_id: PeerId, own: Lease, this: Round
    ) -> None:
        """Look again at comments that may have changed; of a closed group through its threads."""
        work, policy = self.work, self.work.options.refresh
        if group is not None:
            again = refresher_of(work, work.comments_arrived)
            work.refreshed += await again.refresh(group, own, policy, this)
        elif not policy.is_off and not this.is_first:
            await self._read_again(group_id, own, this)
            await work.store.end_round(own, group_id)

    async def _read_again(self, group_id: PeerId, own: Lease, this: Round) -> None:
        work = self.work
        since = work.options.refresh.since(this.began)
        for thread in await work.store.unseen_threads(group_id, this.began, since):
            if thread.channel_id != work.chat.id:
                continue
            span = IdRange(lo=thread.lo, hi=thread.hi)
            pages = read_replies(work, own, group_id, thread.post_id, span)
            with suppress(NoThread, ChatPrivate):
                async with aclosing(pages):
                    async for page in pages:
                        work.refreshed += Refreshed(messages=len(page.messages))

    async def _stale_posts(self, group_id: PeerId) -> int:
        """Older posts whose counts may have moved since their comments were read."""
        work = self.work
        if group_id != work.chat.linked_chat_id:
            return 0
        followed = bool(await work.store.coverage(group_id, HISTORY, work.source.name))
        if not followed and not await work.store.is_read_by_threads(group_id):
            return 0
        # Where the group is followed by its ledger, a look at what is new in it is always due.
        return max(await work.store.count_open(work.chat.id, work.round.began), int(followed))

    async def _open(
        self, group_id: PeerId, threads: Sequence[Thread]
    ) -> tuple[Chat | None, Sequence[Peer]]:
        """The group, where this account may read it."""
        channel, post = self.work.chat, max((one.post for one in threads), default=0)
        with suppress(ChatPrivate, ChatNotFound):
            group, people = await self.work.source.discussion_group(channel, group_id, post)
            if group.kind is not PeerKind.CHANNEL and group.id == group_id:
                return group, people
        return None, ()

    async def _stand_in(self, group_id: PeerId) -> Chat:
        """What is known of a group that may not be read."""
        if known := await self.work.store.chat(group_id):
            return known
        names = [one.name for one in await self.work.store.peers([group_id])]
        return Chat(id=group_id, kind=PeerKind.SUPERGROUP, title="".join(names))

    async def _scan(self, group: Chat, plan: CommentPlan, lease: Lease) -> bool:
        """One pass over the group, unless thread by thread is cheaper; whether it was made."""
        work = self.work

        async def settle() -> None:
            # Where not all older posts are known, their copies lie below.
            known = await work.store.coverage(work.chat.id, HISTORY, work.source.name)
            lowest = floor if known and known[0].lo == 1 else 1
            await self._look_below(group, lease, lowest)
            saved = await work.store.settle_comments(lease, group.id, 1)
            work.meter.saved += saved
            work.meter.comments_found(saved.new)

        reader = Reader(
            work.source,
            work.store,
            group,
            lease,
            work.control,
            pace=work.options.pace,
            arrived=work.comments_arrived,
            sift=not plan.whole,
            finish=settle,
        )
        probe, floor = await asyncio.gather(
            work.source.probe(group, ahead=True), self._floor(group, plan)
        )
        found = await reader.plan(probe, _up_to(probe, floor))
        if found.requests > plan.by_threads and not (plan.whole or plan.is_begun):
            return False
        try:
            await reader.read(found)
        except BaseExceptionGroup as error:
            raise first_of(error) from None
        return True

    async def _look_below(self, group: Chat, lease: Lease, floor: int) -> None:
        """Look at what comments hang on below the floor: what is gone may have been a copy."""
        work = self.work
        tops = await work.store.awaited_below(group.id, floor)
        for start in range(0, len(tops), IDS_A_CALL):
            for page in await work.source.messages(group, tops[start : start + IDS_A_CALL]):
                work.comments_arrived(page, await work.store.save_comments_page(lease, page))
            await work.control.checkpoint()

    async def _floor(self, group: Chat, plan: CommentPlan) -> int:
        """The copy of the oldest post: nothing below it is a comment on a wanted post.

        To ask Telegram for it costs a request, and is worth as much as it may save. Where the
        copy is gone comments may hang on it still: it lay where the group was when it was made.
        """
        store, source, channel = self.work.store, self.work.source, self.work.chat
        if plan.whole:
            return 1
        posts = await store.oldest_open(channel.id, group.id, self.work.span, 1)
        if not posts:
            return 1
        if known := await store.root_of(channel.id, posts[0]):
            return known
        if plan.by_threads <= 1:
            return 1
        try:
            return await source.root_of(channel, posts[0])
        except NoThread:
            date = await store.date_of(channel.id, posts[0])
            return 1 if date is None else (await source.seek_date(group, date) or 0) + 1

    async def _fill(self, group_id: PeerId, own: Lease, *, scanned: bool) -> None:
        """Ask for the threads of which more is counted than stored, or newer ones are told.

        A pass that was made has found these.
        """
        filling, limit = Filling(self.work, group_id, own), self.work.options.comments_limit
        threads = await self._threads(group_id)
        asks = lacking if scanned else to_ask
        filling.waiting.extend(one for one in threads if asks(one, limit))
        if not filling.waiting and limit is None:
            return
        try:
            async with asyncio.TaskGroup() as workers:
                for _ in range(LANES[self.work.options.pace]):
                    workers.create_task(filling.work())
        except BaseExceptionGroup as error:
            raise first_of(error) from None
        finally:
            await asyncio.shield(self._note(filling))

    async def _note(self, filling: Filling) -> None:
        """Keep what is still missing of the threads of a group, and why."""
        work, read = self.work, []
        for one in await self._threads(filling.group_id):
            expected, reason = filling.asked.get(one.post, (one.expected, Missing.LIMIT))
            missing = max(expected - one.stored, 0)
            if one.post in filling.asked or (work.options.comments_limit and missing):
                read.append((one.post, ThreadRead(expected, missing, reason if missing else "")))
        await work.store.note_threads(work.lease, work.chat.id, read)


def _up_to(probe: Probe, floor: int = 1) -> list[IdRange]:
    return [IdRange(lo=floor, hi=probe.top_id)] if floor <= probe.top_id else []
