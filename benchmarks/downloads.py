"""The download bars: headrace against a bare socket reader, in one run on one server.

Both are measured by what the sandbox has sent. A ratio is printed once headrace's own import
of the world has fetched all of its bytes; until then a line says how many it has.
"""

import time

from benchmarks.runs import importing, reading, row, sandbox, scratch
from benchmarks.wire import EVERY_SECONDS, watched

CONNECTIONS, IN_FLIGHT = 8, 4
CONNECTION_RATE, ACCOUNT_RATE = 4_000_000, 20_000_000
#: The measure begins with the third second: connections are open by then, windows filled.
SETTLED = 3
BAR, LIMITED_BAR = 0.85, 0.8


def under_a_rate(world, rtt_ms):
    """A world of files at 4 MB/s a connection and 20 MB/s an account, both ways of reading."""
    serve = {
        "rtt_ms": rtt_ms,
        "connection_bytes_per_s": CONNECTION_RATE,
        "account_bytes_per_s": ACCOUNT_RATE,
    }
    settings = [part for name, value in serve.items() for part in ("--set", f"{name}={value}")]
    with (
        sandbox(world, *settings) as ready,
        scratch() as (archive, config),
        watched(ready) as samples,
    ):
        bare = reading(ready, "millstore", CONNECTIONS, IN_FLIGHT)
        found = importing(ready, archive, config, "@millstore", media=True)
        time.sleep(2 * EVERY_SECONDS)
    ceiling = samples.rate(bare["began"] + SETTLED, bare["ended"])
    rows = [row(f"{world}, {rtt_ms} ms: bare reader, MB/s", ceiling, 0)]
    told = (
        f"the bare reader: {bare['bytes'] / 1e6:,.0f} MB in {bare['parts']} parts, "
        f"{bare['ended'] - bare['began']:.1f} s, {CONNECTIONS} connections, "
        f"{bare['cpu_s']:.2f} s CPU"
    )
    return headrace_beside(samples, found, bare["bytes"], ceiling, rows, [told])


def headrace_beside(samples, found, wanted, ceiling, rows, notes):
    """The rows of headrace's own import; a ratio only where it has fetched all the bytes."""
    fetched = samples.megabytes(found["began"], found["ended"])
    if fetched * 1e6 < wanted:
        notes.append(f"headrace fetched {fetched:,.1f} of {wanted / 1e6:,.0f} MB: no ratio")
        return rows, notes
    rate = samples.rate(found["began"] + SETTLED, found["ended"])
    rows += [
        row("  headrace, MB/s", rate, 0),
        row("  as a share of the bare reader", rate / ceiling, BAR),
        row("  peak memory, MB", found["peak_mb"], 300, more=False),
        row("  event loop, p99.9 late, ms", found["loop"]["p99_9_ms"], 50, more=False),
    ]
    notes.append(f"headrace: {found['wall_s']:.1f} s, {found['cpu_s']:.2f} s CPU")
    return rows, notes


def under_a_limit(photos):
    """Photos of 200 kB, a request each, 30 a second admitted; measured once that is learned."""
    world, limit = f"files:{photos}x200k", 30
    serve = ["rtt_ms=50", f"file.limit={limit}", "file.window=1", "file.wait=3"]
    settings = [part for value in serve for part in ("--set", value)]
    with scratch() as (archive, config):
        state = ("--state", str(config.parent / "state"))
        with sandbox(world, *settings, *state) as ready:
            importing(ready, archive, config, "@millstore", media=True)
        with sandbox(world, *settings, *state) as ready, watched(ready) as samples:
            found = importing(ready, archive.with_name("again"), config, "@millstore", media=True)
            time.sleep(2 * EVERY_SECONDS)
    admitted = limit * 0.2
    rows = [row(f"{world}, {limit} parts/s: admitted, MB/s", admitted, 0)]
    fetched = samples.megabytes(found["began"], found["ended"])
    if fetched < photos * 0.2:
        return rows, [f"headrace fetched {fetched:,.1f} of {photos * 0.2:,.0f} MB: no ratio"]
    rate = samples.rate(found["began"] + SETTLED, found["ended"])
    rows.append(row("  headrace, limits learned, as a share", rate / admitted, LIMITED_BAR))
    return rows, []


def own_ceiling(world):
    """How fast the sandbox serves files where no rate holds it back."""
    with sandbox(world) as ready:
        bare = reading(ready, "millstore", CONNECTIONS, IN_FLIGHT)
    rate = bare["bytes"] / (bare["ended"] - bare["began"]) / 1e6
    return [row("the sandbox's own ceiling, files, MB/s", rate, 0)], []
