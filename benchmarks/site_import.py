"""The site while it imports: how long its pages take, and how much longer the import does.

An import of a channel and its comments at 5 pages a second, as a job of a server process on `wan`:
once alone, once with somebody who asks for 5 pages a second, and once more alone, so that what
else this machine does weighs on both sides. Times count from when a page was due to be asked for.
"""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks.runs import row, sandbox, scratch
from benchmarks.site_server import percentile, server

CHANNEL = "longtalk"
#: Pages asked for a second, and how often the job is looked at.
RATE, LOOK_S = 5, 0.2
#: Posts that are there before the reading begins.
_FIRST = 500
P95_BAR, LOSS_BAR = 150, 10
_LIVE = ("queued", "running", "waiting")


def read_meanwhile(world):
    """Milliseconds of the pages during an import, and its seconds with and without them."""
    before, _ = imported(world, reads=False)
    read, times = imported(world, reads=True)
    after, _ = imported(world, reads=False)
    alone = (before + after) / 2
    everything = [one for found in times.values() for one in found]
    rows = [
        row("pages during an import: median, ms", percentile(everything, 0.5), 0),
        row("  p95, ms", percentile(everything, 0.95), P95_BAR, more=False),
        row("the import alone, s", alone, 0),
        row("  with 5 pages read a second, s", read, 0),
        row("  loses, %", 100 * (read / alone - 1), LOSS_BAR, more=False),
    ]
    notes = [
        f"{name}: {len(found)} times, median {percentile(found, 0.5):.0f} ms, p95 "
        f"{percentile(found, 0.95):.0f} ms"
        for name, found in times.items()
    ]
    return rows, [f"{world}; alone {before:.1f} s and {after:.1f} s", *notes]


def imported(world, *, reads):
    """Seconds from the request to the end of the job, and the milliseconds of what was read."""
    with scratch() as (archive, config), sandbox(world, "--profile", "wan") as ready:
        config.mkdir()
        keys = {name: ready[name] for name in ("dc", "public_key", "session")}
        account = keys | {"server": ready["address"], "pace": "fast", "media": "none"}
        with server(archive, config, **account) as running:
            jobs, reader = running.client(), running.client()
            began = time.monotonic()
            jobs.post("/api/download/import", {"channel": f"@{CHANNEL}"})
            while (job := status(jobs))["posts"]["done"] < _FIRST and job["state"] in _LIVE:
                time.sleep(LOOK_S)
            with ThreadPoolExecutor(1) as beside:
                ending = beside.submit(wait_for_the_end, jobs)
                times = read_until(ending.done, reader) if reads else {}
                job, ended = ending.result()
            jobs.close()
            reader.close()
    if job["state"] != "succeeded":
        raise SystemExit(f"the import has not ended well: {job}")
    return ended - began, times


def wait_for_the_end(client):
    """The job as it is when it has ended, and when that was seen."""
    while (job := status(client))["state"] in _LIVE:
        time.sleep(LOOK_S)
    return job, time.monotonic()


def status(client):
    """The one job."""
    return json.loads(client.get("/api/download/status"))[0]


def read_until(is_over, reader):
    """Ask for pages at a steady rate while the job is at work; milliseconds by kind of page."""
    feed = f"/c/{CHANNEL}"
    ids = re.findall(r'id="p(\d+)"', reader.get(feed).decode())
    times = {"/": [], "/c/NAME": [], "/c/NAME/ID": [], "/search": []}
    began, number = time.monotonic(), 0
    while not is_over():
        post = f"{feed}/{ids[number % len(ids)]}"
        for name, path in zip(times, ("/", feed, post, "/search?q=water"), strict=True):
            due = began + number / RATE
            time.sleep(max(due - time.monotonic(), 0))
            reader.get(path)
            times[name].append(1000 * (time.monotonic() - due))
            number += 1
    return times
