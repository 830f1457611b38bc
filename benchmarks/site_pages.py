"""The site over a large archive: how long pages take, from the question to the last byte.

A server process answers one client on one connection; a page is drawn anew for each question.
"""

import re
from itertools import cycle, islice
from urllib.parse import quote

from benchmarks.runs import child, row, scratch
from benchmarks.site_archive import GROUP, NAME, Words
from benchmarks.site_server import percentile, server

#: Questions of each kind, and some before them that are not counted.
ASKED, WARM = 200, 5
FEED_BAR, BEST_BAR = 50, 150
_TALK = f"/c/{-GROUP - 10**12}"


def at_volume(messages):
    """Medians and p95 of every kind of question; the archive is made for this run."""
    with scratch() as (archive, config):
        built = child("benchmarks.site_archive", {"archive": str(archive), "messages": messages})
        config.mkdir()
        rows, slow = [], []
        with server(archive, config) as running:
            for name, bar, paths in questions(built):
                found, note = measured(running, name, bar, paths)
                rows.append(found)
                slow.append(note)
    title = f"{built['stored']:,} messages written in {built['write_s']:.0f} s"
    return rows, [f"{title}, the search followed in {built['index_s']:.0f} s", *slow]


def measured(running, name, bar, paths):
    """The median as a row, and a note on the rest; what others do here weighs on all but CPU."""
    client, asked = running.client(), cycle(paths)
    for path in islice(asked, WARM):
        client.get(path)
    before = running.cpu_ms()
    found = [client.timed(path) for path in islice(asked, ASKED)]
    cpu = (running.cpu_ms() - before) / ASKED
    client.close()
    times = [one for one, _ in found]
    note = (
        f"{name}: p95 {percentile(times, 0.95):.1f} ms, fastest {min(times):.1f} ms, "
        f"CPU {cpu:.1f} ms, {found[-1][1] / 1000:.0f} kB"
    )
    return row(f"{name}: median, ms", percentile(times, 0.5), bar, more=False), note


def questions(built):
    """Name, bar and addresses of what is asked for."""
    feed, posts, api = f"/c/{NAME}", built["posts"], f"/api/posts?channel_id={NAME}"
    deep = [posts * part // 41 for part in range(1, 41)]
    dates = [f"{year}-{month:02}-15" for year in range(2016, 2026) for month in (1, 4, 7, 10)]
    yield "feed, newest", FEED_BAR, [feed]
    yield "feed, deep", FEED_BAR, [f"{feed}?below={one}" for one in deep]
    yield "feed, upward", FEED_BAR, [f"{feed}?above={one}" for one in deep]
    yield "thread of 500 comments", FEED_BAR, [f"{feed}/{built['long_thread']}"]
    yield "jump to a date", FEED_BAR, [f"{feed}?date={one}" for one in dates]
    yield "feed of photos", FEED_BAR, [f"{feed}?kind=photo&below={one}" for one in deep]
    yield "feed of voice messages", FEED_BAR, [f"{feed}?kind=voice&below={one}" for one in deep]
    for name in ("has_media=1", "has_media=0", "comments=with", "comments=without"):
        yield f"posts, {name}", FEED_BAR, [f"{api}&{name}&below={one}" for one in deep]
    yield "posts of a month", FEED_BAR, [f"{api}&since={one}&until={one[:8]}28" for one in dates]
    yield "months", FEED_BAR, [f"/api/channels/{NAME}/months"]
    yield "the group, newest", FEED_BAR, [_TALK]
    yield "comments of one author", FEED_BAR, [by(number) for number in range(1, 40)]
    for order, bar in (("newest", FEED_BAR), ("best", BEST_BAR)):
        for name, words in asked_words():
            paths = [f"/search?q={word}&order={order}" for word in words]
            yield f"search {order} first, {name}", bar, paths
    yield "home", 0, ["/"]


def by(author):
    """Comments of one person, as a program asks for them."""
    return f"/api/posts?channel_id={GROUP}&author={author}"


def asked_words():
    """Words of all frequencies, as they are typed into an address."""
    found = Words()
    pairs = [word for number in range(40) for word in pairs_in(found.text(number))]
    yield "a common word", [quote(one) for one in found.common(20)]
    yield "a rare word", [quote(one) for one in found.rare(40)]
    yield (
        "two words",
        [quote(f"{a} {b}") for a, b in zip(found.common(20), found.middle(20), strict=True)],
    )
    yield "4 letters of a word", [quote(one[:4]) for one in found.middle(60) if len(one) > 4]
    yield "a phrase", [quote(f'"{one}"') for one in pairs[:40]]


def pairs_in(text):
    """Neighbouring words of a text, twice."""
    words = re.findall(r"[^\W\d_]+", text)
    return [f"{words[at]} {words[at + 1]}" for at in (1, 4)]
