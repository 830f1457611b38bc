"""The reference workload: headrace beside the original and the original's own plan.

Each runs in a process of its own against a sandbox of its own; process start is apart.
"""

import time

from benchmarks import bounds
from benchmarks.runs import child, importing, row, sandbox, scratch
from benchmarks.wire import EVERY_SECONDS, watched
from tgsandbox import profile, worlds

WORLD, CHANNEL, GROUP = "reference", -1_003_000_000_001, -1_003_000_000_002
#: The original works on one of so many posts; it would take eleven minutes for all.
EVERY = 10
#: Of the bound: any first run on a profile, and one with the limits learned before.
FIRST_BAR, LEARNED_BAR = 1.6, 1.2
#: Times the baselines: these bars are about the whole workload on `wan`, comments too.
BARS, NO_BARS = {"original": 50, "plan": 8}, {"original": 0, "plan": 0}


def on_wan(*, comments):
    """One run of each on `wan`."""
    found, rows, notes = baselines("wan", comments=comments)
    with (
        scratch() as (archive, config),
        sandbox(WORLD, "--profile", "wan") as ready,
        watched(ready) as samples,
    ):
        own = importing(ready, archive, config, "@millrace", media=True, comments=comments)
        time.sleep(2 * EVERY_SECONDS)
    beside(found, rows, notes, own, samples, ("headrace", FIRST_BAR))
    return rows, notes


def on_wan_limited(*, comments):
    """On `wan-limited`, headrace twice: the second time with the limits learned by the first."""
    found, rows, notes = baselines("wan-limited", comments=comments)
    # Posts and media alone stay below the limits: the bound is that of `wan`, and so is the bar.
    learned = LEARNED_BAR if comments else FIRST_BAR
    with scratch() as (archive, config):
        for name, bar in (("first run", FIRST_BAR), ("limits learned", learned)):
            state = ("--profile", "wan-limited", "--state", str(config.parent / "state"))
            with sandbox(WORLD, *state) as ready, watched(ready) as samples:
                place = archive.with_name(name)
                own = importing(ready, place, config, "@millrace", media=True, comments=comments)
                time.sleep(2 * EVERY_SECONDS)
            beside(found, rows, notes, own, samples, (f"headrace, {name}", bar))
            time.sleep(profile.named("wan-limited").history.window + 2)
    return rows, notes


def baselines(profile_name, *, comments):
    """The bound, both baselines, and their rows."""
    world = worlds.open_world(WORLD)
    worlds.prepare(world)
    work = bounds.work(world, CHANNEL, GROUP if comments else None)
    bound = bounds.seconds(work, profile.named(profile_name))
    which = fairest(world)
    original = baseline("original", profile_name, comments=comments, every=EVERY, which=which)
    plan = baseline("plan", profile_name, comments=comments)
    whole = original["whole_s"]
    title = f"{profile_name}, {'whole workload' if comments else 'posts and media'}"
    rows = [
        row(f"{title}: the bound, s", bound, 0),
        row(f"  the original (a tenth, x{EVERY}), s", whole, 0),
        row("  its improved plan, s", plan["wall_s"], 0),
        row("  the original / its plan", whole / plan["wall_s"], 0),
        row("  its plan / the bound", plan["wall_s"] / bound, 0),
    ]
    notes = [
        (
            f"the bound: {work.bytes / 1e6:.1f} MB (photos {work.photo_bytes / 1e6:.1f}, avatars "
            f"{work.avatar_bytes / 1e6:.1f}, history {work.history_bytes / 1e6:.1f}), "
            f"{work.pages} pages, {work.parts} parts"
        ),
        (
            f"the original: extrapolated from {told(original)} in {original['wall_s']:.1f} s, of "
            f"which {original['processing_s']:.1f} s count {EVERY} times"
        ),
        f"its plan: {told(plan)}; {plan['cpu_s']:.1f} s CPU, peak {plan['peak_mb']:.0f} MB",
    ]
    found = {"work": work, "bound": bound, "original": whole, "plan": plan["wall_s"]}
    return found | {"bars": BARS if comments and profile_name == "wan" else NO_BARS}, rows, notes


def beside(found, rows, notes, own, samples, label):
    """Headrace's rows; ratios only where it has fetched what the others have."""
    name, bar = label
    bars = found["bars"]
    work, wall = found["work"], own["wall_s"]
    fetched = samples.megabytes(own["began"], own["ended"])
    if fetched * 1e6 < work.photo_bytes + work.avatar_bytes:
        notes.append(
            f"{name}: {wall:.1f} s, fetched {fetched:.1f} of {work.bytes / 1e6:.1f} MB: no ratio"
        )
        return
    rows += [
        row(f"  {name}, s", wall, 0),
        row(f"  {name} / the bound", wall / found["bound"], bar, more=False),
        row(f"  the original / {name}", found["original"] / wall, bars["original"]),
        row(f"  its plan / {name}", found["plan"] / wall, bars["plan"]),
    ]
    notes.append(
        f"{name}: process start {own['start_s']:.2f} s apart, {own['cpu_s']:.1f} s CPU, "
        f"peak {own['peak_mb']:.0f} MB, {sum(own['report']['requests'].values())} requests"
    )


def baseline(name, profile_name, **more):
    """One baseline against a sandbox of its own."""
    with sandbox(WORLD, "--profile", profile_name) as ready, scratch() as (archive, _):
        archive.mkdir()
        keys = ("address", "dc", "public_key", "session", "api_id")
        job = {key: ready[key] for key in keys}
        more |= {"username": "millrace", "folder": str(archive)}
        return child(f"benchmarks.baseline_{name}", job | more)


def fairest(world):
    """The rest by which ids are chosen so that a tenth of them has a tenth of the photo bytes."""
    sizes = [0] * EVERY
    for post in bounds.messages(world, CHANNEL):
        if bounds.has_photo(post):
            sizes[post["id"] % EVERY] += post["media"]["size"]
    fair = sum(sizes) / EVERY
    return min(range(EVERY), key=lambda rest: abs(sizes[rest] - fair))


def told(found):
    """What a baseline has done, in words."""
    kinds = ("posts", "comments", "photos", "avatars")
    return ", ".join(f"{found[kind]} {kind}" for kind in kinds if found[kind])
