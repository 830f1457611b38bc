"""The QR code in a terminal is the QR code, whatever the terminal's colours are."""

import segno

from headrace.cli.person import qr_lines

URL = "tg://login?token=AQJ" + "x" * 40
LIGHT = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0)}


def test_the_drawing_says_what_it_should():
    drawn = []
    for line in qr_lines(URL):
        assert line.startswith("\x1b[97;40m")
        assert line.endswith("\x1b[0m")
        halves = [LIGHT[one] for one in line.removeprefix("\x1b[97;40m").removesuffix("\x1b[0m")]
        drawn += [[not top for top, _ in halves], [not bottom for _, bottom in halves]]
    wanted = [
        [bool(one) for one in row]
        for row in segno.make(URL, error="l", micro=False).matrix_iter(border=2)
    ]
    assert drawn[: len(wanted)] == wanted
    assert all(not any(row) for row in drawn[len(wanted) :])


def test_it_fits_a_small_terminal():
    lines = qr_lines(URL)
    assert len(lines) <= 24
    assert len(lines[0]) <= 80
