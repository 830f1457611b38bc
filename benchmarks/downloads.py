"""The download bars: headrace against a bare socket reader, in one run on one server."""

import time

from benchmarks.runs import importing, reading, row, sandbox, scratch
from benchmarks.wire import EVERY_SECONDS, watched

CONNECTIONS, IN_FLIGHT = 8, 4
CONNECTION_RATE, ACCOUNT_RATE = 4_000_000, 20_000_000
#: The measure begins with the third second: connections are open by then, windows filled.
SETTLED = 3
BAR = 0.85


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
        found = importing(ready, archive, config, "@millstore")
        time.sleep(2 * EVERY_SECONDS)
    ceiling = samples.rate(bare["began"] + SETTLED, bare["ended"])
    rows = [row(f"{world}, {rtt_ms} ms: bare reader, MB/s", ceiling, 0)]
    notes = [
        (
            f"the bare reader: {bare['bytes'] / 1e6:,.0f} MB in {bare['parts']} parts, "
            f"{bare['ended'] - bare['began']:.1f} s, {CONNECTIONS} connections, "
            f"{bare['cpu_s']:.2f} s CPU"
        )
    ]
    return headrace_beside(samples, found, bare["bytes"], ceiling, rows, notes)


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


def own_ceiling(world):
    """How fast the sandbox serves files where no rate holds it back."""
    with sandbox(world) as ready:
        bare = reading(ready, "millstore", CONNECTIONS, IN_FLIGHT)
    rate = bare["bytes"] / (bare["ended"] - bare["began"]) / 1e6
    return [row("the sandbox's own ceiling, files, MB/s", rate, 0)], []
