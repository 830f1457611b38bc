"""Comments: both ways counted in requests, for three shapes of channel, and the planner's choice.

Each shape is imported three times into an archive of its own: as it comes, in one pass, and thread
by thread (which a limit that no post reaches makes sure of).
"""

from benchmarks.runs import importing, row, sandbox, scratch

#: More comments than any post has.
NO_LIMIT = 10**9
SHAPES = {
    "few comments": "talk:2000x60+6000:few",
    "many comments": "talk:600x12000+3000:even",
    "very long threads": "talk:300x9000:long",
}
SMALLER = {"many comments": "talk:200x4000+1000:even"}
METHODS = ("messages.getHistory", "messages.getReplies")


def ways(quick):
    """Requests of each way beyond those for the posts, and of the one that was taken."""
    rows, notes = [], []
    for name, full in SHAPES.items():
        world = SMALLER.get(name, full) if quick else full
        posts = int(world.split(":")[1].split("x")[0])
        found = {
            way: asked(world, more) - (posts + 2) // 100
            for way, more in (
                ("taken", {}),
                ("in one pass", {"whole_group": True}),
                ("thread by thread", {"comments_limit": NO_LIMIT}),
            )
        }
        cheaper = min(found["in one pass"], found["thread by thread"])
        rows += [row(f"{name}: requests {way}", number, 0) for way, number in found.items()]
        # Looking at the group, to see what a pass would cost, takes one.
        rows.append(row("  taken - the cheaper", found["taken"] - cheaper, 1.01, more=False))
        notes.append(f"{name}: {world}")
    return rows, notes


def asked(world, more):
    with sandbox(world) as ready, scratch() as (archive, config):
        own = importing(ready, archive, config, "@longtalk", comments=True, **more)
        report = own["report"]
        assert report["complete"], world
        return sum(report["requests"].get(method, 0) for method in METHODS)
