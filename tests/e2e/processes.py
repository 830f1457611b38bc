"""The sandbox and headrace as processes of their own, as a user runs them."""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tgsandbox import rsa_key

BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[2]
PROGRAMS = {"headrace": "headrace.cli.main:main", "tgsandbox": "tgsandbox.cli:main"}


@functools.cache
def _warm():
    """The socket of the process that forks for each command (``tests.e2e.warm``)."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.e2e.warm", str(there.fileno())]
    process = subprocess.Popen(
        command, pass_fds=[there.fileno()], cwd=ROOT, stdin=subprocess.DEVNULL
    )
    there.close()

    def end():
        here.close()
        process.wait(30)

    atexit.register(end)
    return here


def pause():
    """In a loop that looks again and again: leave the machine to those who are looked at."""
    time.sleep(0.002)


@functools.cache
def _nothing():
    return os.open(os.devnull, os.O_RDWR)


class Process:
    """A command that runs; ``subprocess.Popen`` as far as the tests need it.

    ``program``: one of ``PROGRAMS``, or module:function. ``files`` are input, output and error
    output; where none are given, both outputs are kept for ``said``.
    """

    def __init__(self, program, arguments, *, environment=None, files=None, terminal=False):
        self.args = [program, *map(str, arguments)]
        self.returncode = None
        # Closed when they have been read.
        self._kept = [] if files else [tempfile.TemporaryFile("w+") for _ in range(2)]  # noqa: SIM115
        job = {
            "program": PROGRAMS.get(program, program),
            "arguments": self.args,
            "environment": dict(os.environ) if environment is None else environment,
            "folder": str(Path.cwd()),
            "terminal": terminal,
        }
        ear, pipe = os.pipe()
        given = files or [_nothing(), *(file.fileno() for file in self._kept)]
        socket.send_fds(_warm(), [json.dumps(job).encode()], [*given, pipe])
        os.close(pipe)
        self._told = os.fdopen(ear)
        self.pid = int(self._told.readline())

    def poll(self):
        return self._heard(0)

    def wait(self, timeout=None):
        """The exit code, or ``subprocess.TimeoutExpired``."""
        if self._heard(timeout) is None:
            raise subprocess.TimeoutExpired(self.args, timeout)
        return self.returncode

    def _heard(self, timeout):
        if self.returncode is None and select.select([self._told], [], [], timeout)[0]:
            self.returncode = int(self._told.readline())
            self._told.close()
        return self.returncode

    def said(self, timeout):
        """Wait for the end; output and error output."""
        self.wait(timeout)
        texts = []
        for file in self._kept:
            file.seek(0)
            texts.append(file.read())
            file.close()
        return texts

    def send_signal(self, number):
        if self.poll() is None:
            with suppress(ProcessLookupError):  # It ended between the look and the signal.
                os.kill(self.pid, number)

    def kill(self):
        self.send_signal(signal.SIGKILL)

    def terminate(self):
        self.send_signal(signal.SIGTERM)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.wait()


@dataclass
class Sandbox:
    ready: dict
    process: Process

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

    def count(self, method="messages.getHistory"):
        """How often a method was called; to be asked in a loop."""
        pause()
        return self.ask("/counters")["methods"].get(method, 0)

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


@functools.cache
def _key_folder():
    """A folder with one RSA key for all sandboxes: making one takes a third of a second."""
    folder = tempfile.TemporaryDirectory(prefix="headrace-rsa-")
    rsa_key.load_or_make(Path(folder.name) / "private.pem")
    atexit.register(folder.cleanup)
    return folder


@contextmanager
def sandbox(world, *more):
    key = Path(_key_folder().name) / "private.pem"
    ear, output = os.pipe()
    with os.fdopen(ear) as told:
        arguments = ["serve", "--world", world, "--key-file", key, *more]
        process = Process("tgsandbox", arguments, files=[_nothing(), output, 2])
        os.close(output)
        try:
            yield Sandbox(json.loads(told.readline()), process)
        finally:
            process.terminate()
            process.wait(30)


def headrace(*arguments, config, check=None, database=None, environment=(), timeout=300):
    """Run the command; the process that ended, with its output as text."""
    process = start(
        *arguments, config=config, database=database, environment=environment, keeps=True
    )
    out, err = process.said(timeout)
    if check is not None:
        assert process.returncode == check, out + err
    assert "Traceback" not in err, err
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def start(*arguments, config, database=None, environment=(), keeps=False):
    """Start the command and leave it running; whether to keep what it says."""
    given = environment_of(config, database) | dict(environment)
    files = None if keeps else [_nothing()] * 3
    return Process("headrace", arguments, environment=given, files=files)


def environment_of(config, database=None):
    """``database``: the PostgreSQL URL for a new archive, or none."""
    named = {"HEADRACE_DATABASE": database} if database else {}
    text_only = {"HEADRACE_MEDIA": "none", "HEADRACE_COMMENTS": "none"}
    return text_only | os.environ | {"HEADRACE_CONFIG": str(config)} | named


def digest(folder):
    """What ``headrace digest --json`` says of the archive in a folder."""
    ran = headrace("digest", "--json", "--archive", folder / "archive", config=folder, check=0)
    return json.loads(ran.stdout.splitlines()[-1])
