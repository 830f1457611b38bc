"""Albums are laid out as Telegram does it, and whatever the sizes, every item has its place."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from headrace.transform.layout import BUBBLE, MAX_ITEMS, Frame, lay_out_album

VECTORS = json.loads((Path(__file__).parent / "data" / "album_layouts.json").read_text())
PREVIEW = Frame(308, 50, 2)

side = st.one_of(st.integers(1, 4000), st.sampled_from([0, -1, 1, 2**31 - 1, 2**63]))
alike = st.builds(lambda n, size: [size] * n, st.integers(1, 100), st.tuples(side, side))
frames = st.sampled_from([BUBBLE, PREVIEW, Frame(320), Frame(1000)])


def cells(layout):
    return [
        {"x": t.x, "y": t.y, "width": t.width, "height": t.height, "sides": t.sides}
        for t in layout.tiles
    ]


def test_the_vectors_are_all_there():
    assert len(VECTORS) == 88


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['maxWidth']}-{v['branch']}")
def test_the_mosaic_is_telegrams(vector):
    frame = Frame(vector["maxWidth"], vector["minWidth"], vector["spacing"])
    layout = lay_out_album([tuple(size) for size in vector["sizes"]], frame)
    assert layout.shape.replace("rows", "complex") == vector["branch"]
    assert cells(layout) == vector["cells"]
    assert [layout.width, layout.height] == vector["total"]


def check(found, frame):
    layout = lay_out_album(found, frame)
    assert layout == lay_out_album(list(found), frame)
    assert len(layout.tiles) == len(found)
    covered = 0
    for place, tile in enumerate(layout.tiles):
        assert tile.width >= 1
        assert tile.height >= 1
        assert 0 <= tile.x <= tile.x + tile.width <= layout.width <= frame.width
        assert 0 <= tile.y <= tile.y + tile.height <= layout.height
        covered += tile.width * tile.height
        for other in layout.tiles[:place]:
            assert (
                tile.x >= other.x + other.width
                or other.x >= tile.x + tile.width
                or tile.y >= other.y + other.height
                or other.y >= tile.y + tile.height
            )
    assert covered <= layout.width * layout.height
    return layout


#: Two narrow items between wide ones: Telegram's rule gives the third a negative width.
SQUEEZED = [(1280, 720), (300, 1000), (300, 1000), (2000, 1000)]


@settings(max_examples=100)
@given(st.lists(st.tuples(side, side), min_size=1, max_size=12) | alike, frames)
@example(SQUEEZED, BUBBLE)
def test_any_sizes_have_their_places(found, frame):
    check(found, frame)


@pytest.mark.soak
@pytest.mark.timeout(900)
@settings(max_examples=20_000)
@given(st.lists(st.tuples(side, side), min_size=1, max_size=12), frames)
def test_twenty_thousand_albums(found, frame):
    check(found, frame)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.integers(1, 4000), st.integers(1, 4000)), min_size=5, max_size=30))
def test_rows_are_as_wide_as_the_frame(found):
    layout = lay_out_album(found)
    rows = {}
    for tile in layout.tiles:
        rows.setdefault(tile.y, []).append(tile)
    for row in rows.values():
        between = BUBBLE.spacing * (len(row) - 1)
        assert sum(tile.width for tile in row) + between == layout.width == BUBBLE.width
        assert len({tile.height for tile in row}) == 1
        assert ("L" in row[0].sides, "R" in row[-1].sides) == (True, True)
    assert {tile.y for tile in layout.tiles if "T" in tile.sides} == {0}
    assert {tile.y for tile in layout.tiles if "B" in tile.sides} == {max(rows)}


def test_a_rule_that_leaves_an_item_nothing_gives_way_to_rows():
    assert lay_out_album(SQUEEZED).shape.startswith("rows:")


@pytest.mark.parametrize("unknown", [(0, 0), (0, 720), (1280, 0), (-1, 5)])
def test_an_unknown_size_is_a_square(unknown):
    for others in ([], [(1280, 720)], [(1000, 1000)] * 5):
        assert lay_out_album([*others, unknown]) == lay_out_album([*others, (7, 7)])


def test_more_than_ten_are_several_mosaics_with_one_frame():
    layout = lay_out_album([(1000, 1000)] * (2 * MAX_ITEMS + 1))
    first = lay_out_album([(1000, 1000)] * 7)
    assert layout.shape == "/".join([first.shape] * 3)
    assert layout.height == 3 * first.height + 2 * BUBBLE.spacing
    corners = [tile.sides for tile in layout.tiles if len(set(tile.sides) & set("TB"))]
    assert "".join(sorted("".join(corners))) == "BBBLLRRTT"


def test_nothing_is_nothing():
    assert lay_out_album([]).tiles == ()
