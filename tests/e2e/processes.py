"""The sandbox and headrace as processes of their own, as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BIN = Path(sys.executable).parent


@dataclass
class Sandbox:
    ready: dict
    process: subprocess.Popen

    def ask(self, path, body=None, method=None):
        url = self.ready["control"]
        request = urllib.request.Request(
            url + path,
            data=None if body is None else json.dumps(body).encode(),
            method=method or ("GET" if body is None else "POST"),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def options(self):
        return [
            "--server",
            self.ready["address"],
            "--dc",
            str(self.ready["dc"]),
            "--public-key",
            self.ready["public_key"],
            "--session",
            self.ready["session"],
        ]


@contextmanager
def sandbox(world, *more):
    command = [str(BIN / "tgsandbox"), "serve", "--world", world, *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield Sandbox(json.loads(process.stdout.readline()), process)
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


def headrace(*arguments, config, check=None, database=None, **more):
    """Run the command; the process that ended, with its output as text."""
    result = subprocess.run(
        [str(BIN / "headrace"), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env=environment(config, database),
        timeout=300,
        **more,
    )
    if check is not None:
        assert result.returncode == check, result.stdout + result.stderr
    assert "Traceback" not in result.stderr, result.stderr
    return result


def start(*arguments, config, database=None):
    """Start the command and leave it running."""
    return subprocess.Popen(
        [str(BIN / "headrace"), *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(config, database),
    )


def environment(config, database=None):
    """``database``: the PostgreSQL URL for a new archive, or none."""
    named = {"HEADRACE_DATABASE": database} if database else {}
    return {"HEADRACE_MEDIA": "none"} | os.environ | {"HEADRACE_CONFIG": str(config)} | named


def digest(folder):
    """What ``headrace digest --json`` says of the archive in a folder."""
    ran = headrace("digest", "--json", "--archive", folder / "archive", config=folder, check=0)
    return json.loads(ran.stdout.splitlines()[-1])
