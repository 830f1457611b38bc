"""Which posts a feed shows: what further addresses say for it, and what an empty page says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from headrace.model.chat import Chat
from headrace.model.media import Poll
from headrace.model.reading import Filter, Post
from headrace.pages.views.scene import Frame

FLAGS = ("include_system_messages", "include_reposts", "include_polls")
_ALL = dict.fromkeys(FLAGS, 1)


class EmptyView(NamedTuple):
    """Why a page has no posts, and a link that leads to some."""

    text: str
    url: str = ""
    link: str = ""


def kept(chosen: Filter, usual: Filter) -> dict[str, Any]:
    """What the addresses of further pages have to say for the same posts."""
    differing = [name for name in FLAGS if getattr(chosen, name) != getattr(usual, name)]
    return {"kind": sorted(chosen.kinds)} | {name: int(getattr(chosen, name)) for name in differing}


def needed(post: Post, usual: Filter) -> dict[str, int]:
    """What the address of a feed has to say so that a post is in it."""
    messages = [one.message for one in post.entries]
    found = {
        "include_system_messages": any(one.kind == "service" for one in messages),
        "include_reposts": any(one.forward is not None for one in messages),
        "include_polls": any(isinstance(one.media, Poll) for one in messages),
    }
    return {name: 1 for name, is_so in found.items() if is_so and not getattr(usual, name)}


def empty_view(
    frame: Frame,
    chat: Chat,
    chosen: Filter,
    usual: Filter,
    place: Mapping[str, int | None] | None,
) -> EmptyView:
    """``place``: ``below`` and ``above`` of the page; nothing where the chat has no posts."""
    t, routes, is_filtered = frame.language.t, frame.routes, chosen != usual
    if place is None:
        return EmptyView(t("feed.filtered" if is_filtered else "feed.empty"))
    if not chosen.kinds and all(getattr(chosen, name) for name in FLAGS):
        newest = routes.feed(chat, **kept(chosen, usual))
        return EmptyView(t("feed.elsewhere"), newest, t("feed.newest"))
    text = t("feed.filtered" if is_filtered else "feed.left_out")
    return EmptyView(text, routes.feed(chat, **place, **_ALL), t("feed.show_all"))
