"""`make bench`: prints each bar of the design with what is reached (``quick``: small volumes)."""

import sys

from benchmarks import history


def main() -> None:
    quick = "quick" in sys.argv[1:]
    parts = [
        lambda: history.at_zero(50_000 if quick else 1_000_000),
        lambda: history.at_distance(20_000 if quick else 100_000),
        history.under_a_limit,
    ]
    missed = 0
    print(f"{'what':<52}{'reached':>12}{'bar':>10}")
    for part in parts:
        rows, notes = part()
        for name, value, bar, verdict in rows:
            print(f"{name:<52}{value:>12,.2f}{bar:>10,.2f}  {verdict if bar else ''}")
            missed += verdict == "MISSED" and "aim" not in name
        for note in notes:
            print(f"    {note}")
        sys.stdout.flush()
    sys.exit(1 if missed else 0)


main()
