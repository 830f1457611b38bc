"""One import in a process of its own, measured from the first connect to the last commit.

Takes a JSON object on standard input: ``settings``, ``ref``, ``pace``, ``limit``,
``media`` (whether files are fetched too). Prints one JSON line;
``began`` and ``ended`` are monotonic times, good for all processes of this machine.
"""

import asyncio
import gc
import json
import resource
import sys
import time

STARTED = time.perf_counter()


class LoopWatch:
    """How late the event loop runs what is due, sampled every 5 ms."""

    def __init__(self):
        self.lags = []

    async def run(self):
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + 0.005
            await asyncio.sleep(0.005)
            self.lags.append(loop.time() - due)

    def result(self):
        lags = sorted(self.lags)
        at = lambda q: round(1000 * lags[min(int(len(lags) * q), len(lags) - 1)], 1)  # noqa: E731
        return {"p50_ms": at(0.5), "p99_9_ms": at(0.999), "max_ms": round(1000 * lags[-1], 1)}


class MemoryWatch:
    """Resident memory at each tenth of the import."""

    def __init__(self):
        self.samples = []
        self._next = 0

    def update(self, progress):
        done = progress.posts.done
        if done >= self._next:
            self.samples.append((done, resident_mb()))
            self._next = done + max(progress.posts.total // 20, 1)


def resident_mb():
    with open("/proc/self/statm") as statm:
        return round(int(statm.read().split()[1]) * resource.getpagesize() / 1e6, 1)


async def go_on(_):
    """The answer of --yes; what asking costs is part of an import."""
    return True


async def measured(app, settings, ref, options):
    watch, memory = LoopWatch(), MemoryWatch()
    ticker = asyncio.create_task(watch.run())
    cpu, began = time.process_time(), time.monotonic()
    report = await app.import_chat(settings, ref, options, memory, confirm=go_on)
    cpu, ended = time.process_time() - cpu, time.monotonic()
    ticker.cancel()
    return {
        "wall_s": round(ended - began, 3),
        "began": began,
        "ended": ended,
        "cpu_s": round(cpu, 3),
        "report": app.builtins_of(report),
        "loop": watch.result(),
        "memory": memory.samples,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, 1),
        "collections": [s["collections"] for s in gc.get_stats()],
    }


def main():
    job = json.load(sys.stdin)
    from headrace import app, settings
    from headrace.model.download import TEXT_ONLY, MediaPolicy
    from headrace.model.plan import ImportOptions, Pace

    loaded = settings.load(job["settings"])
    media = MediaPolicy() if job.get("media") else TEXT_ONLY
    pace = Pace(job.get("pace", "fast"))
    names = ("limit", "comments", "comments_limit", "whole_group")
    more = {"comments": False} | {name: job[name] for name in names if name in job}
    options = ImportOptions(pace=pace, media=media, **more)
    start_s = time.perf_counter() - STARTED
    result = asyncio.run(measured(app, loaded, job["ref"], options))
    print(json.dumps({"start_s": round(start_s, 3)} | result))


if __name__ == "__main__":
    main()
