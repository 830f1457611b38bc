"""What a hostile server can make the process hold, measured from outside."""

import os
import subprocess

import pytest
from tests.e2e import processes

MIB = 1024  # ru_maxrss counts in KiB
#: The caps of a frame and of what it inflates to, held twice each, and the allocator's slack.
ALLOWED = 64 * MIB


def peak(sandbox, folder):
    """The most that an import held, in KiB; it must come to its end."""
    options = ["--archive", str(folder / "archive"), "--pace", "fast", *sandbox.options()]
    # Started cold: what a warm one had loaded for others would hide a part of the bomb.
    process = subprocess.Popen(
        [processes.BIN / "headrace", "import", "@longrace", *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"HEADRACE_CONFIG": str(folder / "config")},
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss


@pytest.mark.parametrize(
    "action",
    [
        {"type": "gzip_bomb", "bytes": 160 * 1024 * 1024},
        {"type": "frame_length", "length": 2**31 - 1, "bytes": 160 * 1024 * 1024},
    ],
    ids=lambda action: action["type"],
)
def test_a_bomb_costs_no_more_than_the_caps(tmp_path, action):
    with processes.sandbox("big:300") as sandbox:
        undisturbed = peak(sandbox, tmp_path / "undisturbed")
        sandbox.ask("/faults", {"method": "messages.getHistory", "nth": 2, "action": action})
        bombed = peak(sandbox, tmp_path / "bombed")
    assert bombed - undisturbed < ALLOWED
