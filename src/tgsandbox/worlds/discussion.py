"""How a post of a channel looks in its discussion group: the automatic copy."""

from __future__ import annotations

from tgsandbox.worlds.base import Content

_COPIED = ("text", "entities", "media", "views", "forwards", "edited", "restrictions")


def automatic_copy(post: Content, copy_id: int, channel: int, group_album: str = "") -> Content:
    """What Telegram puts into the group, sent by the channel.

    ``saved_from_msg_id`` is always the post; ``post`` of the forward header names the first
    origin, which is another channel's when the post itself is a repost.
    """
    origin = post.get("forward") or {
        "from": channel,
        "date": post["date"],
        "post": post["id"],
        "signature": post.get("signature"),
    }
    forward = {**origin, "saved_from": channel, "saved_from_msg_id": post["id"]}
    content = {
        "id": copy_id,
        "date": post["date"] + 1,
        "author": channel,
        "pinned": True,
        "forward": {key: value for key, value in forward.items() if value is not None},
        **{key: post[key] for key in _COPIED if key in post},
    }
    if group_album:
        content["grouped_id"] = group_album
    return content


def comment_counts(post: Content, copy: Content, group: int, commenters: list[int]) -> None:
    """Open the comment section of a post: the counts on the post and on its copy."""
    recent = list(dict.fromkeys(reversed(commenters)))[:3]
    counts: Content = {"count": len(commenters)}
    if recent:
        counts["recent"] = recent
    post["replies"] = {**counts, "comments": True, "chat": group}
    copy["replies"] = dict(counts)


def roots_of(channel: int, group_messages: list[Content]) -> dict[int, int]:
    """Post id -> id of its automatic copy."""
    roots: dict[int, int] = {}
    for message in group_messages:
        forward = message.get("forward", {})
        if message.get("author") == channel and forward.get("saved_from") == channel:
            roots[forward["saved_from_msg_id"]] = message["id"]
    return roots
