"""The history bars of the design: at round trip 0, at 100 ms, and under a flood limit."""

import time

from benchmarks.runs import ceiling, importing, row, sandbox, scratch

#: Messages a round trip with 8 in flight at 100 ms, and the share of it that is the bar.
FULL_RATE = 8 * 100 / 0.1


def at_zero(count):
    """CPU, memory and requests of a large import at round trip 0."""
    with sandbox(f"big:{count}") as ready, scratch() as (archive, config):
        bare = ceiling(ready, "longrace", count)
        found = importing(ready, archive, config, "@longrace")
    stored = found["report"]["messages"]["stored"]
    asked = found["report"]["requests"]["messages.getHistory"]
    half = found["memory"][len(found["memory"]) // 2 :]
    slope = (half[-1][1] - half[0][1]) / max((half[-1][0] - half[0][0]) / 1e5, 0.1)
    rows = [
        row(f"big:{count}, messages stored a CPU-second", stored / found["cpu_s"], 6000),
        row("  the aim", stored / found["cpu_s"], 8000),
        row("  messages stored a second (wall)", stored / found["wall_s"], 0),
        row("  peak memory, MB", found["peak_mb"], 300, more=False),
        row("  growth over the last half, MB per 100,000", slope, 5, more=False),
        row("  history requests / (messages/100)", asked / (stored / 100), 1.02, more=False),
        row("  event loop, p99.9 late, ms", found["loop"]["p99_9_ms"], 50, more=False),
    ]
    rate = bare["messages"] / bare["wall_s"]
    return rows, [f"the sandbox's own ceiling: {rate:,.0f} messages/s", process_line(found)]


def at_distance(count):
    """Messages stored a second at a round trip of 100 ms, 8 requests in flight."""
    with sandbox(f"big:{count}", "--set", "rtt_ms=100") as ready, scratch() as (archive, config):
        bare = ceiling(ready, "longrace", count)
        found = importing(ready, archive, config, "@longrace")
    rate = found["report"]["messages"]["stored"] / found["wall_s"]
    rows = [
        row("round trip 100 ms, 8 in flight: stored/s", rate, 0.7 * FULL_RATE),
        row("  as a share of 8 x 100 a round trip", rate / FULL_RATE, 0.7),
        row("  event loop, p99.9 late, ms", found["loop"]["p99_9_ms"], 50, more=False),
    ]
    own = bare["messages"] / bare["wall_s"]
    return rows, [f"the bare probe: {own:,.0f} messages/s", process_line(found)]


def under_a_limit():
    """56 pages on `wan-limited`: the first run, and one with the limits learned by it."""
    bound, pages, window = 21.0, 56, 10
    world = f"big:{pages * 100}"
    with scratch() as (archive, config):
        serve = (world, "--profile", "wan-limited", "--state", str(config.parent / "state"))
        with sandbox(*serve) as ready:
            first = importing(ready, archive, config, "@longrace")
        time.sleep(window + 2)  # what the first run sent last still counts, and headrace knows
        with sandbox(*serve) as ready:
            again = importing(ready, archive.with_name("again"), config, "@longrace")
    asked = again["report"]["requests"]["messages.getHistory"]
    rows = [
        row("wan-limited, 56 pages: first run / 21 s", first["wall_s"] / bound, 1.6, more=False),
        row("  limits learned / 21 s", again["wall_s"] / bound, 1.2, more=False),
        row("  history requests", asked, 60, more=False),
    ]
    return rows, [process_line(first), process_line(again)]


def process_line(found):
    """What the process itself took."""
    return (
        f"process start {found['start_s']:.2f} s apart; import {found['wall_s']:.2f} s, "
        f"{found['cpu_s']:.2f} s CPU, peak {found['peak_mb']:.0f} MB, "
        f"{sum(found['report']['requests'].values())} requests"
    )
