"""The least time that the reference workload can take on a profile, from the world itself."""

import gzip
import math
from dataclasses import dataclass

from tgsandbox.worlds import named

PAGE = 100
PART = 1 << 20
#: Round trips before the first request: connect, salt, hello, name.
BEFORE = 4


@dataclass(frozen=True)
class Work:
    """What has to be read, whoever reads it."""

    photo_bytes: int
    avatar_bytes: int
    history_bytes: int
    pages: int
    parts: int
    photos: int

    @property
    def bytes(self):
        return self.photo_bytes + self.avatar_bytes + self.history_bytes


def work(world, channel, group=None):
    """The work of a channel; with ``group``, of its comments too."""
    posts = messages(world, channel)
    photos = {post["media"]["file"]: post["media"] for post in posts if has_photo(post)}
    kept, pages = list(posts), [wires(world, channel)]
    if group is not None:
        roots = set(world.chats[group].roots.values())
        kept += [one for one in messages(world, group) if one.get("thread_id") in roots]
        pages.append(wires(world, group))
    avatars = [
        world.file(f"peer_photo/{photo}", "c").size for photo in portraits(world, channel, kept)
    ]
    sizes = [media["size"] for media in photos.values()]
    return Work(
        photo_bytes=sum(sizes),
        avatar_bytes=sum(avatars),
        history_bytes=sum(packed(chat) for chat in pages),
        pages=sum(math.ceil(len(chat) / PAGE) for chat in pages),
        parts=sum(math.ceil(size / PART) for size in (*sizes, *avatars)),
        photos=len(sizes),
    )


def seconds(found, profile):
    """The larger of what bandwidth and what each limit allows, and the path before it."""
    trip = profile.rtt_ms / 1000
    asked = trip + profile.history.service_ms / 1000
    served = trip + profile.file.service_ms / 1000
    bandwidth = found.bytes / profile.account_bytes_per_s
    return max(
        BEFORE * trip + asked + served + bandwidth,
        BEFORE * trip + asked + held_back(found.pages, profile.history),
        BEFORE * trip + asked + served + held_back(found.parts, profile.file),
    )


def held_back(requests, rule):
    """When the last of so many requests may be asked, counted from the first."""
    return rule.window * ((requests - 1) // rule.limit) if rule.limit and requests else 0


def messages(world, marked):
    history = world.chats[marked].history
    return [history.at(index) for index in range(len(history))]


def wires(world, marked):
    history = world.chats[marked].history
    return [history.wire(index) for index in range(len(history))]


def packed(found):
    """Bytes of the pages of a history as they travel."""
    pages = (b"".join(found[at : at + PAGE]) for at in range(0, len(found), PAGE))
    return sum(len(gzip.compress(page, 1)) for page in pages)


def has_photo(post):
    return post.get("media", {}).get("kind") == "photo"


def portraits(world, channel, kept):
    """The photos of the channel and of all who are named in what is kept."""
    people = {channel}.union(*(named.in_message(one) for one in kept))
    return {peer["photo"] for peer in world.peers(sorted(people)) if "photo" in peer}
