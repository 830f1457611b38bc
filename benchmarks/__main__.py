"""`make bench`: prints each bar of the design with what is reached, the name of a part for one.

Names: ``history``, ``downloads``, ``comments``, ``reference``, ``site``; all when none is given.
``quick``: small volumes. ``posts``: the reference workload without its comments.
"""

import sys

from benchmarks import comments, downloads, history, reference, site_import, site_pages

FLAGS = {"quick", "posts"}


def history_parts(flags):
    quick = "quick" in flags
    yield lambda: history.at_zero(50_000 if quick else 1_000_000)
    yield lambda: history.at_distance(20_000 if quick else 100_000)
    yield history.under_a_limit


def download_parts(flags):
    world = "files:600x200k,2x100m" if "quick" in flags else "files:2000x200k,8x100m"
    yield lambda: downloads.own_ceiling(world)
    yield lambda: downloads.under_a_rate(world, 50)
    yield lambda: downloads.under_a_rate(world, 100)
    yield lambda: downloads.under_a_limit(300 if "quick" in flags else 900)


def reference_parts(flags):
    talk = "posts" not in flags
    yield lambda: reference.on_wan(comments=talk)
    if "quick" not in flags:
        yield lambda: reference.on_wan_limited(comments=talk)


def comment_parts(flags):
    yield lambda: comments.ways("quick" in flags)


def site_parts(flags):
    yield lambda: site_pages.at_volume(100_000 if "quick" in flags else 1_000_000)
    yield lambda: site_import.read_meanwhile(
        "talk:4000x4000" if "quick" in flags else "talk:12000x18000"
    )


PARTS = {
    "history": history_parts,
    "downloads": download_parts,
    "comments": comment_parts,
    "reference": reference_parts,
    "site": site_parts,
}


def chosen(words):
    """The parts that are named, and the flags; a word that is neither ends the run."""
    flags, names = set(words) & FLAGS, [word for word in words if word not in FLAGS]
    for name in names:
        if name not in PARTS:
            sys.exit(f"There is no part {name!r}; there are {', '.join([*PARTS, *sorted(FLAGS)])}.")
    return [part for name in names or PARTS for part in PARTS[name](flags)]


def main() -> None:
    missed = 0
    parts = chosen(sys.argv[1:])
    print(f"{'what':<56}{'reached':>12}{'bar':>10}")
    for part in parts:
        rows, notes = part()
        for name, value, bar, verdict in rows:
            print(f"{name:<56}{value:>12,.2f}{bar:>10,.2f}  {verdict if bar else ''}")
            missed += bool(bar) and verdict == "MISSED" and "aim" not in name
        for note in notes:
            print(f"    {note}")
        sys.stdout.flush()
    sys.exit(1 if missed else 0)


main()
