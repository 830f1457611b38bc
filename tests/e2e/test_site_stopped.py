"""Stopped from the browser, or killed with its server, in each stage: it ends as undisturbed."""

import signal
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from tests.e2e import processes
from tests.pages.browser import looking
from tests.web.test_server import serving

pytestmark = [pytest.mark.media, pytest.mark.comments]

DESK = {"viewport": {"width": 1100, "height": 900}}
GET_FILE = "upload.getFile"
#: Nobody waits for the end of it.
LONG = {"type": "flood", "seconds": 600}
SILENT = {"type": "silent"}


@dataclass(frozen=True)
class World:
    """A world, its channel, and the bare ids of that and of its discussion group."""

    name: str
    ref: str
    channel: int
    group: int

    def faults(self, stage):
        """What keeps an import in a stage for as long as nobody ends it."""
        rules = {
            "history": history_of(self.channel, SILENT, nth=3),
            "comments": history_of(self.group, SILENT, nth=3),
            "media": {"method": GET_FILE, "action": SILENT, "nth": 4},
            "wait": history_of(self.channel, LONG, nth=1 if self == TINY else 3),
        }
        return rules[stage] | {"count": None}


def history_of(channel, action, nth):
    args = {"peer": {"channel_id": channel}}
    return {"method": "messages.getHistory", "args": args, "action": action, "nth": nth}


TINY = World("tiny", "@tinymill", 1_000_000_101, 1_000_000_102)
REFERENCE = World("reference", "@millrace", 3_000_000_001, 3_000_000_002)


def is_there(stage):
    """Whether a job has come to where its fault keeps it."""
    if stage == "wait":
        return lambda job: job["state"] == "waiting"
    counted = {"history": "posts", "comments": "comments", "media": "files"}[stage]
    return lambda job: job["stage"] == stage and job[counted]["done"]


@pytest.fixture(scope="module", params=[TINY], ids=lambda world: world.name)
def world(request):
    return request.param


@pytest.fixture(scope="module")
def sandbox(world):
    with processes.sandbox(world.name) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def undisturbed(world, sandbox, tmp_path_factory):
    """The digest of an import that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    archive = ["--archive", folder / "archive", "--pace", "fast"]
    everything = {"HEADRACE_MEDIA": "all", "HEADRACE_COMMENTS": "all"}
    ran = processes.headrace(
        "import", world.ref, *archive, *sandbox.options(), config=folder, environment=everything
    )
    # A world may have files that nobody has any more.
    assert ran.returncode in (0, 3), ran.stderr
    return processes.digest(folder)


@dataclass
class Scene:
    """An import in a browser, and what befalls it."""

    world: World
    sandbox: processes.Sandbox
    folder: object
    page: object

    async def begin(self, server, stage):
        """Import from the page, until the fault of a stage keeps it there."""
        self.sandbox.ask("/faults", self.world.faults(stage))
        await self.page.goto(server.told["address"])
        await self.page.fill("form[data-import] [name=channel]", self.world.ref)
        await self.page.click("form[data-import] [type=submit]")
        server.until(is_there(stage))

    def mend(self):
        """Take the fault away, and what was remembered of its pauses."""
        self.sandbox.ask("/faults", method="DELETE")
        for book in self.folder.rglob("pace.json"):
            book.unlink()

    async def state(self, name):
        await self.page.locator(f"article.job[data-state={name}]").wait_for()

    async def press(self, verb):
        await self.page.click(f"article.job [data-verb={verb}]")

    async def stopped(self, stage):
        """Stop and resume it by the buttons of its card; after how many seconds it had stopped."""
        with serving(self.folder, self.sandbox) as server:
            await self.begin(server, stage)
            async with self.page.expect_response("**/api/download/stop/**") as answer:
                await self.press("stop")
            await self.state("paused")
            timing = (await answer.value).request.timing
            # The fault is still there: it was the stop that ended what waited.
            assert self.sandbox.ask("/faults")
            self.mend()
            await self.press("resume")
            server.until(lambda job: job["state"] == "succeeded")
        return (timing["responseStart"] - timing["requestStart"]) / 1000

    async def killed(self, stage, *, by_setting=False):
        """Kill the server; the next one offers to go on, or does by the setting."""
        with serving(self.folder, self.sandbox, code=-signal.SIGKILL) as server, ExitStack() as end:
            end.callback(server.process.wait, 30)
            end.callback(server.process.kill)
            await self.begin(server, stage)
        self.mend()
        with serving(self.folder, self.sandbox, resume_jobs=str(int(by_setting))) as server:
            if not by_setting:
                assert server.until(lambda _: True)["state"] == "interrupted"
                await self.page.goto(server.told["address"])
                await self.state("interrupted")
                await self.press("resume")
            server.until(lambda job: job["state"] == "succeeded")


async def test_stopped_in_a_pause_and_killed_among_files(world, sandbox, undisturbed, tmp_path):
    async with looking("http://127.0.0.1", **DESK) as (page, _):
        for number, disturb in enumerate(
            (
                lambda scene: scene.stopped("wait"),
                lambda scene: scene.killed("media"),
            )
        ):
            folder = tmp_path / str(number)
            folder.mkdir()
            await disturb(Scene(world, sandbox, folder, page))
            assert processes.digest(folder) == undisturbed


@pytest.mark.soak
@pytest.mark.parametrize("world", [REFERENCE], indirect=True, ids=lambda world: world.name)
@pytest.mark.parametrize("ending", ["stopped", "killed", "killed_resumed_by_setting"])
@pytest.mark.parametrize("stage", ["history", "comments", "media", "wait"])
async def test_in_each_stage(stage, ending, world, sandbox, undisturbed, tmp_path):
    async with looking("http://127.0.0.1", **DESK) as (page, _):
        scene = Scene(world, sandbox, tmp_path, page)
        if ending == "stopped":
            took = await scene.stopped(stage)
            print(f"\nstopped in {stage}: after {took:.2f} s")
        else:
            await scene.killed(stage, by_setting=ending != "killed")
            print(f"\n{ending.replace('_', ' ')} in {stage}")
    assert processes.digest(tmp_path) == undisturbed
