"""Starts the sandbox and the measured processes, each on its own."""

import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

BIN = Path(sys.executable).parent


@contextmanager
def sandbox(world, *more):
    """A sandbox process; gives its ready line."""
    command = [str(BIN / "tgsandbox"), "serve", "--world", world, *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


def importing(ready, archive, config, ref, **more):
    """Import in a process of its own; its figures."""
    settings = {
        "archive": str(archive),
        "config": str(config),
        "server": ready["address"],
        "dc": ready["dc"],
        "public_key": ready["public_key"],
        "session": ready["session"],
    }
    return child("benchmarks.importer_process", {"settings": settings, "ref": ref, **more})


def ceiling(ready, username, count, in_flight=8):
    """The bare probe in a process of its own; its figures."""
    keys = ("address", "dc", "public_key", "session")
    job = {key: ready[key] for key in keys}
    return child(
        "benchmarks.ceiling_process",
        job | {"username": username, "count": count, "in_flight": in_flight},
    )


def reading(ready, username, connections, in_flight):
    """The bare socket reader in a process of its own; its figures."""
    keys = ("address", "dc", "public_key", "session", "api_id")
    job = {key: ready[key] for key in keys}
    more = {"username": username, "connections": connections, "in_flight": in_flight}
    return child("benchmarks.reader_process", job | more)


def row(name, value, bar, *, more=True):
    """One line of the table: what, reached, bar (0: none), and whether it holds."""
    holds = value >= bar if more else value <= bar
    return (name, value, bar, "ok" if holds else "MISSED")


def child(module, job):
    """Run a module with a JSON object; the JSON line that it prints."""
    result = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    if result.returncode:
        sys.stderr.write(result.stderr)
        raise SystemExit(f"{module} failed")
    return json.loads(result.stdout.splitlines()[-1])


@contextmanager
def scratch():
    """A folder for an archive and a configuration."""
    with tempfile.TemporaryDirectory(prefix="headrace-bench-") as folder:
        yield Path(folder) / "archive", Path(folder) / "config"
