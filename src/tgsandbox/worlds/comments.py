"""The worlds ``comments`` and ``comments:PART``: everything that comments can be.

The channel is @millyard (-1001300000001), its first group @millyardtalk (-1001300000002); where
it is linked anew, the groups -1001300000003 and -1001300000004 follow.

| part | |
| --- | --- |
| before_linking | posts from before there was a group, and messages of the group from then |
| nested | a tree of answers, an open and empty section, chatter and answers to chatter |
| kinds | stickers, pictures, albums, polls, forwards, quotes, service messages as comments |
| commenters | by the channel itself, other channels, anonymous admins, deleted accounts, bots |
| elsewhere | answers to other chats and to stories; reposts, which name another origin |
| albums | every item is copied, the comments hang on the first copy; on the second one, too |
| deleted_roots | copies that are gone, of posts, of an album's first item, of a deleted post |
| relinked | old posts name the group that was linked then, new ones another |
| private | the group is closed to the account; its threads are read through the channel |
| gone | the group is no more, and the posts still name it |

``comments`` is all but the last two in one channel; of its three groups the first and the last
are open, and the second one is closed.
"""

from __future__ import annotations

from collections.abc import Callable

from tgsandbox.worlds import comment_cases as cases
from tgsandbox.worlds.memory import MemoryWorld
from tgsandbox.worlds.yard import GROUP, SECOND, THIRD, Yard

_OPEN: dict[str, Callable[[Yard], None]] = {
    "nested": cases.nested,
    "kinds": cases.kinds,
    "commenters": cases.commenters,
    "elsewhere": cases.elsewhere,
    "albums": cases.albums,
    "deleted_roots": cases.deleted_roots,
}
PARTS = ("before_linking", *_OPEN, "relinked", "private", "gone")


def build(part: str, seed: int) -> MemoryWorld:
    """The world of a part, or of all of them; ValueError where there is no such part."""
    if part and part not in PARTS:
        raise ValueError(f"There is no world comments:{part}; known are {', '.join(PARTS)}.")
    yard = Yard(seed, f"comments:{part}" if part else "comments")
    if part in {"", "before_linking"}:
        cases.before_linking(yard)
    yard.link(GROUP)
    if part in _OPEN:
        _OPEN[part](yard)
    elif not part:
        _all(yard)
    elif part == "before_linking":
        cases.lively(yard, "the group at last")
    elif part == "relinked":
        cases.lively(yard, "the first group")
        yard.link(SECOND)
        cases.lively(yard, "the second group")
    else:
        cases.seen_from_outside(yard)
        yard.doors[GROUP] = {"private": True, "joined": False, "gone": part == "gone"}
    return yard.build()


def _all(yard: Yard) -> None:
    for tell in _OPEN.values():
        tell(yard)
    yard.link(SECOND)
    cases.seen_from_outside(yard)
    yard.doors[SECOND] = {"private": True, "joined": False}
    yard.link(THIRD)
    cases.lively(yard, "the third group")
