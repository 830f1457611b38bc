"""What a sample says of the whole, and when somebody is to be asked."""

import random

import pytest

from headrace.importer.estimate import (
    MUCH,
    bound_of,
    estimate_kind,
    estimate_media,
    wanted_at_all,
    weigh,
)
from headrace.model.chat import Chat
from headrace.model.download import TEXT_ONLY, FileKind, MediaPolicy, Protection, Tallies
from headrace.model.estimate import Room, Sample
from headrace.model.plan import ImportOptions
from headrace.model.values import PeerKind

CHAT = Chat(id=-1001, kind=PeerKind.CHANNEL)
ALL = MediaPolicy()
WIDE = Room(free=10**13, reserve=10**9)


class Channel:
    """A chat whose files of each kind, newest first, are these sizes."""

    def __init__(self, **sizes):
        self.sizes = {FileKind(kind): many for kind, many in sizes.items()}
        self.asked = []

    async def count_media(self, chat):
        self.asked.append("counters")
        return {kind: len(many) for kind, many in self.sizes.items()}

    async def count_messages(self, chat):
        return sum(map(len, self.sizes.values()))

    async def sample_media(self, chat, kind, *, skip, since, until):
        self.asked.append((kind, skip))
        many = self.sizes[kind]
        if many and many[0] is None:
            return Sample(count=None)
        return Sample(count=len(many), sizes=tuple(many[skip : skip + 100]))

    async def estimate(self, policy=ALL, stored=None, chat=CHAT, **more):
        counts = await self.count_media(chat)
        options = ImportOptions(media=policy)
        return await estimate_media(self, chat, options, stored or {}, counts, **more)


async def test_what_is_seen_whole_is_exact():
    channel = Channel(photo=[100] * 60, video=[5_000_000, 7_000_000], voice=[])
    found = await channel.estimate()
    assert (found.files, found.bytes, found.error) == (62, 12_006_000, 0)
    assert channel.asked == ["counters", (FileKind.PHOTO, 0), (FileKind.VIDEO, 0)]


async def test_of_many_three_places_are_sampled():
    channel = Channel(photo=[100] * 1000)
    found = await channel.estimate()
    assert channel.asked[1:] == [(FileKind.PHOTO, skip) for skip in (0, 450, 900)]
    assert (found.kinds[FileKind.PHOTO].sampled, found.bytes) == (300, 100_000)
    channel = Channel(photo=[100] * 150)
    await channel.estimate()
    assert channel.asked[1:] == [(FileKind.PHOTO, 0)]


async def test_what_is_stored_or_not_wanted_does_not_count():
    channel = Channel(photo=[100] * 50, file=[1000] * 10 + [9_000_000] * 10)
    stored = {FileKind.PHOTO: Tallies(stored=20, bytes=2_000)}
    found = await channel.estimate(stored=stored)
    assert found.kinds[FileKind.PHOTO].files == 30
    assert found.kinds[FileKind.PHOTO].bytes == 3_000
    small = await channel.estimate(MediaPolicy(max_size=1_000_000))
    assert (small.kinds[FileKind.FILE].files, small.kinds[FileKind.FILE].bytes) == (10, 10_000)
    photos = await channel.estimate(MediaPolicy(kinds=frozenset((FileKind.PHOTO,))))
    assert set(photos.kinds) == {FileKind.PHOTO}
    half = await channel.estimate(share=0.5)
    assert half.kinds[FileKind.PHOTO].files == 25


async def test_where_saving_is_restricted_nothing_is_fetched():
    chat = Chat(id=-1, kind=PeerKind.CHANNEL, noforwards=True)
    own = Chat(id=-1, kind=PeerKind.CHANNEL, noforwards=True, administered=True)
    channel = Channel(photo=[100])
    assert (await channel.estimate(chat=chat)).files == 0
    assert (await channel.estimate(chat=own)).files == 1
    assert (await channel.estimate(MediaPolicy(protected=Protection.ALL), chat=chat)).files == 1
    assert (await channel.estimate(MediaPolicy(protected=Protection.TEXT), chat=own)).files == 0


async def test_what_cannot_be_read_is_a_guess_and_says_so():
    found = await Channel(photo=[None] * 10).estimate()
    assert found.files == 10
    assert found.bytes == found.error > 0


@pytest.mark.parametrize("shape", ["even", "skewed", "two sorts"])
def test_the_truth_lies_within_the_error_nine_times_of_ten(shape):
    """1,000 channels of 300 to 5,000 files, of which 300 at random are seen."""
    chance = random.Random(shape)
    draw = {
        "even": lambda: chance.randrange(50_000, 400_000),
        "skewed": lambda: int(chance.lognormvariate(12, 1)),
        "two sorts": lambda: chance.choice((20_000, 20_000, 900_000)),
    }[shape]
    within = 0
    for _ in range(1000):
        sizes = [draw() for _ in range(chance.randrange(300, 5_000))]
        found = estimate_kind(len(sizes), chance.sample(sizes, 300), ALL, Tallies())
        within += abs(found.bytes - sum(sizes)) <= found.error + 1
    assert within >= 900


async def asked(channel, policy=ALL, *, stored=None, room=WIDE, **more):
    """What somebody would be asked."""
    options = ImportOptions(media=policy, **more)
    counts = await channel.count_media(CHAT)

    async def tallies():
        return stored or {}

    return (await weigh(channel, CHAT, options, counts, tallies, room)).question


async def test_a_few_posts_of_much_are_not_much():
    channel = Channel(video=[2_000_000_000] * 100)
    assert (await asked(channel, limit=50)).estimate.files == 50
    assert await asked(channel, limit=5) is None


async def test_small_channels_cost_one_request_and_no_question():
    channel = Channel(photo=[300_000] * 1000)
    assert await asked(channel) is None
    assert channel.asked == ["counters"]
    assert await asked(channel, TEXT_ONLY) is None
    assert channel.asked == ["counters"] * 2


async def test_very_much_is_asked_about():
    channel = Channel(video=[2_000_000_000] * 12)
    question = await asked(channel)
    assert question is not None
    assert (question.estimate.bytes, question.is_over_the_disk) == (24_000_000_000, False)
    assert question.estimate.bytes > MUCH
    stored = {FileKind.VIDEO: Tallies(stored=6, bytes=12_000_000_000)}
    assert await asked(channel, stored=stored) is None
    assert await asked(channel, MediaPolicy(max_size=1_000_000)) is None


async def test_what_does_not_fit_is_asked_about():
    channel = Channel(file=[1_000_000] * 50)
    narrow = Room(free=40_000_000, reserve=10**9)
    question = await asked(channel, room=narrow)
    assert question is not None
    assert question.is_over_the_disk
    enough = Room(free=60_000_000, reserve=10**9)
    assert await asked(channel, room=enough) is None


def test_the_bound_is_one():
    counts = {FileKind.PHOTO: 10, FileKind.VIDEO: 1}
    assert bound_of(counts, ALL) == 50_000_000 + 4_194_304_000
    assert bound_of(counts, MediaPolicy(max_size=1000)) == 11_000


async def test_what_a_whole_channel_has_is_told_before_anything_is_sampled():
    channel = Channel(photo=[100] * 10, video=[5_000_000_000] * 7)
    counts = await channel.count_media(CHAT)
    photos = MediaPolicy(kinds=frozenset((FileKind.PHOTO,)))
    assert wanted_at_all(CHAT, counts, photos) == (10, 1_500_000)
    assert wanted_at_all(CHAT, counts, MediaPolicy(max_size=1_000)) == (17, 17_000)
    assert wanted_at_all(CHAT, counts, TEXT_ONLY) == (0, 0)
    closed = Chat(id=-1, kind=PeerKind.CHANNEL, noforwards=True)
    assert wanted_at_all(closed, counts, ALL) == (0, 0)
    # What was sampled to know whether to ask is known better.
    estimate = await channel.estimate()
    assert wanted_at_all(CHAT, counts, ALL, estimate) == (17, 35_000_001_000)
