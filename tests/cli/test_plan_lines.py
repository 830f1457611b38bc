"""What ``plan`` says of comments, to people."""

from headrace.cli.plan import comments_line


def line(**more):
    return comments_line({"comments": 200, "scan": 50, "threads": 71} | more)


def test_the_cheaper_way_comes_first():
    told = line(way="scan", requests=50)
    assert told.startswith("about 200 comments: 50 requests for one pass")
    assert told.endswith("(rather than 71 requests post by post)")
    assert "closed" in line(way="threads", requests=71, scan=None)


def test_of_several_groups_each_has_its_own():
    told = line(way="both", requests=60, groups=[{}, {}])
    assert told == "about 200 comments: 60 requests, the cheaper way in each of 2 groups"


def test_nothing_is_nothing():
    assert line(way="threads", requests=0, scan=0, threads=0) == "no comments to read"
