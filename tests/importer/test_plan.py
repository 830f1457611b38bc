"""Plans: what is wanted less what is covered, and what that will cost."""

from headrace.importer.plan import FILE_PART, described, plan_import, requests_of, travel_seconds
from headrace.model.chat import Chat, Probe
from headrace.model.coverage import Covered, Failure, IdRange
from headrace.model.plan import ImportOptions, Pace

CHAT = Chat(id=-1000000000001, kind="channel", title="mill")


def plan(count, top, covered=(), wanted=None, **more):
    return plan_import(
        CHAT,
        Probe(count=count, top_id=top),
        wanted or [IdRange(lo=1, hi=top)],
        covered=covered,
        **more,
    )


def test_a_fresh_import_wants_everything_and_knows_its_size():
    found = plan(436, 508)
    assert found.ranges == (IdRange(lo=1, hi=508),)
    assert (found.messages, found.requests) == (436, 5)


def test_a_resume_wants_the_gaps_newest_first():
    done = [
        Covered(lo=101, hi=200, stored=90, ids_sum=0),
        Covered(lo=301, hi=400, stored=100, ids_sum=0),
    ]
    found = plan(390, 400, done)
    assert found.ranges == (IdRange(lo=201, hi=300), IdRange(lo=1, hi=100))
    assert found.messages == 200


def test_nothing_is_left_to_read():
    found = plan(50, 60, [Covered(lo=1, hi=60, stored=50, ids_sum=0)])
    assert (found.ranges, found.messages, found.requests) == ((), 0, 0)


def test_an_empty_chat():
    found = plan_import(CHAT, Probe(count=0, top_id=0), [])
    assert (found.ranges, found.messages) == ((), 0)


def test_failures_in_the_wanted_ids_are_asked_again():
    far = Failure(lo=90, hi=90, reason="unknown_constructor")
    near = Failure(lo=7, hi=8, reason="database")
    found = plan(
        60,
        60,
        [Covered(lo=1, hi=60, stored=58, ids_sum=0)],
        failures=[near, far],
    )
    assert found.retries == (near,)
    assert found.requests == 1


def test_a_partial_import_is_estimated_by_density():
    found = plan(500, 1000, wanted=[IdRange(lo=901, hi=1000)])
    assert found.messages == 50


def test_pace_decides_how_many_lanes():
    assert [plan(9, 9, pace=p).lanes for p in Pace] == [1, 4, 8]


def test_what_is_planned_takes_as_long_as_its_requests_travel():
    found = described(plan(1000, 1000, pace=Pace.FAST), ImportOptions())
    files = {"photo": {"files": 100}, "video": {"files": 1}}
    found |= {"files": files, "bytes": 100 * FILE_PART, "comments": None}
    assert requests_of(found) == (10, 201)
    comments = {"way": "threads", "threads": 70, "scan": 90, "requests": 70}
    assert requests_of(found | {"comments": comments}) == (80, 201)
    assert travel_seconds(80, 16, lanes=8, round_trip=0.1) == 1
    assert travel_seconds(8, 160, lanes=8, round_trip=0.1) == 1
