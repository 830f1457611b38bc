# ruff: noqa: RUF001 -- the texts are in two languages
"""What happens in the worlds ``comments``, case by case, told to a `Yard`."""

from __future__ import annotations

from tgsandbox.worlds import contents
from tgsandbox.worlds.base import Content
from tgsandbox.worlds.contents import emoji
from tgsandbox.worlds.yard import (
    ANNA,
    BORIS,
    BOT,
    CHANNEL,
    ELSEWHERE,
    GHOST,
    GROUP,
    GUEST,
    VERA,
    Yard,
    picture,
)
from tgsandbox.worlds.zoo_parts import encoded, sticker, styled

_ALBUM, _ROOTLESS_ALBUM, _TALK_ALBUM = (
    "13900000000000010",
    "13900000000000020",
    "13900000000000030",
)


def before_linking(yard: Yard) -> None:
    """Posts without a copy, and a group that had a life of its own."""
    yard.post("Before there was a group.")
    yard.album([("Two views,", {"media": picture(161)}), ("", {"media": picture(162)})], "139001")
    yard.group = GROUP
    first = yard.say("We were here first.")
    yard.say("So we were.", author=VERA, reply={"msg_id": first["id"]})
    yard.group = None
    yard.post("Still without one.")


def nested(yard: Yard) -> None:
    """A tree of answers between other posts; an empty section; chatter."""
    post = yard.post("Who is for a new roof?")
    first = yard.comment(post, "I am.")
    second = yard.comment(post, "And I.", author=BORIS)
    below = yard.comment(post, "With tiles?", author=VERA, parent=first)
    yard.post("Nobody says anything here.")
    deep = yard.comment(post, "With shingles.", parent=below)
    for author in (BORIS, VERA, ANNA, BORIS):
        deep = yard.comment(post, f"Level by level, {author}.", author=author, parent=deep)
    gone = yard.comment(post, "I take that back.", author=BORIS, parent=second)
    yard.comment(post, "What did you take back?", author=VERA, parent=gone)
    chatter = yard.say("Has anybody seen the cat?")
    answer = yard.say("On the roof.", author=VERA, reply={"msg_id": chatter["id"]})
    yard.say("As ever.", author=ANNA, reply={"msg_id": answer["id"], "top_id": chatter["id"]})
    yard.comment(post, "Не забудьте про дымоход.", author=VERA)
    yard.delete(GROUP, gone["id"])


def kinds(yard: Yard) -> None:
    """Comments of every kind."""
    post = yard.post("The gate is painted.", media=picture(163))
    liked = yard.comment(post, "Green!", reactions=[emoji("❤", 2), emoji("👍", 1)])
    yard.comment(post, author=BORIS, media=sticker(7101))
    yard.comment(post, "Before and after.", author=VERA, media=picture(164), parent=liked)
    for place, number in enumerate((165, 166, 167)):
        text = "Three more." if place == 0 else ""
        yard.comment(post, text, media=picture(number), grouped_id=_TALK_ALBUM)
    poll: Content = {"kind": "poll", "id": "5300000000000001", "question": styled("Green?")}
    answers = [{"option": encoded(b"0"), "text": "Yes"}, {"option": encoded(b"1"), "text": "No"}]
    yard.comment(post, author=BORIS, media={**poll, "answers": answers, "public": True})
    forward = {"from": GUEST, "date": _earlier(post), "post": 12}
    yard.comment(post, "Said elsewhere.", author=VERA, forward=forward)
    yard.comment(post, "Said by somebody.", forward={"name": "Hidden", "date": post["date"]})
    quote = {**styled("gate is painted"), "offset": 4}
    yard.comment(post, "With what?", author=BORIS, reply={"quote": quote})
    yard.comment(post, "The level is 1.42.", author=VERA, via_bot=BOT)
    yard.comment(post, "Corrected.", edited=post["date"] + 600)
    pinned = contents.service(0, 0, "pin_message", author=ANNA, reply={"msg_id": yard.root(post)})
    del pinned["id"], pinned["date"]
    yard.comment(post, **{key: value for key, value in pinned.items() if key != "thread_id"})


def _earlier(post: Content) -> int:
    """A moment before the post."""
    return int(post["date"]) - 3_600


def commenters(yard: Yard) -> None:
    """Everybody who can comment."""
    post = yard.post("Say who you are.")
    yard.comment(post, "Anna.", author=ANNA)
    yard.comment(post, "A deleted account.", author=GHOST)
    yard.comment(post, "The channel itself.", author=CHANNEL)
    yard.comment(post, "Another channel.", author=GUEST)
    admin = yard.comment(post, "An anonymous admin.", author=GROUP, signature="warden")
    nobody = yard.comment(post, "An admin of whom nothing is sent.", signature="warden")
    del nobody["author"]
    yard.comment(post, "A bot.", author=BOT)
    yard.comment(post, "The channel answers.", author=CHANNEL, parent=admin)
    yard.say("The channel says something that is no comment.", author=CHANNEL)
    forward = {"from": GUEST, "date": _earlier(post), "post": post["id"]}
    yard.say("A repost that is no copy.", author=BORIS, forward=forward)


def elsewhere(yard: Yard) -> None:
    """Answers that lead out of the group, and reposts."""
    post = yard.post(
        "News from the weir.", forward={"from": GUEST, "date": 1_739_000_000, "post": 2}
    )
    yard.comment(post, "On a repost.")
    yard.say("About another yard.", reply={"msg_id": yard.root(post), "peer": ELSEWHERE})
    origin = {"from": VERA, "date": _earlier(post)}
    yard.say("To what nobody may see.", reply={"peer": ELSEWHERE, "from": origin})
    yard.say("To a story.", author=ANNA, reply={"peer": VERA, "story_id": 3})
    yard.comment(post, "Seen from outside.", author=VERA, reply={"peer": GROUP})


def albums(yard: Yard) -> None:
    """Albums: every item has a copy of its own."""
    items = [
        (text, {"media": picture(170 + place)}) for place, text in enumerate(("Three.", "", ""))
    ]
    first, *_ = yard.album(items, _ALBUM)
    root = yard.root(first)
    one = yard.comment(first, "On the whole album.")
    yard.comment(
        first, "On the second picture.", author=VERA, reply={"msg_id": root + 1, "top_id": root}
    )
    alone = yard.comment(first, "On the third alone.", author=BORIS, reply={"msg_id": root + 2})
    alone["thread_id"] = root + 2
    yard.comment(first, "Below the first.", author=CHANNEL, parent=one)


def deleted_roots(yard: Yard) -> None:
    """Copies that were deleted: of a post, of an album's first item; and a post that was."""
    assert yard.group is not None
    post = yard.post("My copy will go.")
    first = yard.comment(post, "Left behind.")
    yard.comment(post, "And I with it.", author=BORIS, parent=first)
    items = [("Two.", {"media": picture(175)}), ("", {"media": picture(176)})]
    album, *_ = yard.album(items, _ROOTLESS_ALBUM)
    yard.comment(album, "Under an album.", author=VERA)
    lost = yard.post("I shall go, my copy stays.")
    yard.comment(lost, "A comment on what is gone.", author=GHOST)
    yard.delete(yard.group, yard.root(post))
    yard.delete(yard.group, yard.root(album))
    yard.delete(CHANNEL, lost["id"])
    other = yard.say("Chatter that goes.")
    yard.say("An answer to it.", author=ANNA, reply={"msg_id": other["id"]})
    yard.delete(yard.group, other["id"])
    whole = yard.post("I stay, and so does my copy.")
    yard.comment(whole, "And I.")


def lively(yard: Yard, where: str) -> None:
    """A few posts with comments and chatter."""
    for number in range(3):
        post = yard.post(f"Post {number} in the days of {where}.")
        first = yard.comment(post, f"First in {where}.", author=BORIS)
        if number:
            yard.comment(post, "Second.", author=VERA, parent=first)
        yard.say("By the way…", author=GHOST)


def seen_from_outside(yard: Yard) -> None:
    """Comments as somebody who is no member gets them: answers name the group."""
    assert yard.group is not None
    for number in range(3):
        post = yard.post(f"Post {number}, talked about behind closed doors.")
        first = yard.comment(post, "Who listens?", author=VERA, reply={"peer": yard.group})
        yard.comment(post, "Nobody.", author=BORIS, parent=first, reply={"peer": yard.group})
    yard.say("This is chatter.", author=ANNA)
