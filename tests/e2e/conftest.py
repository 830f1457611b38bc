"""headrace's command line in this process, against a sandbox in another."""

import json
import sys

import pytest
from tests.e2e import processes
from tests.postgres import postgres_server, postgres_url  # noqa: F401 - fixtures

from headrace.cli.main import main


@pytest.fixture
def headrace(monkeypatch, capfd, tmp_path):
    """Run a command as typed; gives exit code, output, error output, and the last JSON line."""

    def run(*arguments, archive=None):
        argv = [str(a) for a in arguments]
        folder = archive or tmp_path / "archive"
        monkeypatch.setattr(sys, "argv", ["headrace", *argv, "--archive", str(folder)])
        capfd.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        out, err = capfd.readouterr()
        assert "Traceback" not in err, err
        return Ran(code, out, err)

    return run


class Ran:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out.strip().splitlines()[-1])

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.rstrip("\n").split("\n")]

    def __repr__(self):
        return f"exit {self.code}\n{self.out}\n{self.err}"


@pytest.fixture(scope="session")
def tiny():
    """The sandbox with the world ``tiny``, not changed by any test."""
    with processes.sandbox("tiny") as sandbox:
        yield sandbox


@pytest.fixture
def fresh_tiny():
    """A sandbox with the world ``tiny`` of one test's own, to change and to spoil."""
    with processes.sandbox("tiny") as sandbox:
        yield sandbox
