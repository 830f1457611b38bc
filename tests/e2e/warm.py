"""A process that has loaded everything once and forks for each command.

Starting Python and loading what headrace needs takes most of a short command. Here a command is
still a process of its own, with its own number, arguments, environment, files and terminal, and
ends as Python ends; it only begins with its modules loaded. What a cold start is for is run cold:
the documented commands, the smoke run, the demonstration.

Started with the number of a socket. Each message on it is a job: ``program`` (module:function),
``arguments``, ``environment``, ``folder``, ``terminal`` (is its input to rule it?), with four
descriptors: input, output, error output, and the pipe that hears the process's number and, later,
its exit code.
"""

import fcntl
import gc
import importlib
import json
import os
import signal
import socket
import sys
import termios
import time

LOADED = (
    "headrace.app",
    "headrace.cli.main",
    "headrace.store.open",
    "headrace.telegram.client",
    "PIL.Image",
    "psycopg",
    "tests.disk",
    "tests.downloading",
    "tgsandbox.cli",
    "tgsandbox.server",
)


def main(channel):
    for name in LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    job, files = next_job(channel)
    become(job, files)
    module, _, function = job["program"].partition(":")
    sys.exit(getattr(importlib.import_module(module), function)())


def next_job(channel):
    """Fork for each job; returns in the forked process only."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, 1 << 20, 4)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            channel.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            *files, pipe = descriptors
            report(files, pipe)
            os.close(pipe)
            return json.loads(message), files
        for descriptor in descriptors:
            os.close(descriptor)


def report(files, pipe):
    """Fork once more: the child returns, the parent tells its number and how it ended."""
    child = os.fork()
    if child == 0:
        return
    for descriptor in files:
        os.close(descriptor)
    os.write(pipe, f"{child}\n".encode())
    _, status = os.waitpid(child, 0)
    os.write(pipe, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def become(job, files):
    """Take on what a new process would have been given."""
    if job["terminal"]:
        os.setsid()
        fcntl.ioctl(files[0], termios.TIOCSCTTY, 0)
    for number, descriptor in enumerate(files):
        os.dup2(descriptor, number)
        os.close(descriptor)
    buffering = 1 if os.isatty(1) else -1
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", buffering, "utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, "utf-8", "backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(job["environment"])
    time.tzset()
    os.chdir(job["folder"])
    sys.argv = job["arguments"]


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
