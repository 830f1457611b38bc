"""The command tgsandbox, in processes of its own."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tgsandbox import cli

COMMAND = [sys.executable, "-m", "tgsandbox.cli"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_serve_says_one_line_and_ends_cleanly(key_file, tmp_path, number):
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *("serve", "--world", "tiny", "--key-file", str(key_file), "--state", str(tmp_path)),
        stdout=asyncio.subprocess.PIPE,
    )
    ready = json.loads(await process.stdout.readline())
    keys = {"address", "dc", "public_key", "api_id", "api_hash", "session", "control", "phone"}
    assert ready.keys() == keys
    assert Path(ready["session"]).parent == tmp_path
    assert Path(ready["public_key"]).parent == tmp_path
    process.send_signal(number)
    assert await process.wait() == 0
    assert await process.stdout.read() == b""


@pytest.mark.parametrize(
    "arguments",
    [
        ["serve", "--world", "nowhere"],
        ["serve", "--world", "tiny", "--profile", "lan"],
        ["serve", "--world", "tiny", "--set", "speed=1"],
        ["serve", "--world", "tiny", "--faults", "/nonexistent"],
        ["serve", "--world", "tiny", "--dcs", "9"],
        ["expect", "--world", "nowhere"],
        ["expect", "--world", "tiny", "--chat", "nobody"],
    ],
)
def test_what_is_not_there_is_told_in_one_sentence(arguments, capsys):
    assert cli.main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("tgsandbox: ")
    assert told.err.count("\n") == 1


def test_expect_prints_json_lines(capsys):
    assert cli.main(["expect", "--world", "tiny", "--chat", "tinymill"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {line["type"] for line in lines} == {"chat", "peer", "message"}
    assert len({line["chat"] for line in lines if line["type"] == "message"}) == 1


def test_expect_ends_quietly_when_nobody_reads_on():
    with subprocess.Popen(
        [*COMMAND, "expect", "--world", "big:3000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0
