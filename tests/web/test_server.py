"""The server as a process: found by the command line, followed, killed, ended."""

import json
import os
import signal
from contextlib import contextmanager

import httpx
import pytest
from tests.e2e import processes

RACE = "@millrace"
HISTORY = "messages.getHistory"
ENDED = ("paused", "interrupted", "succeeded", "failed", "cancelled")


@pytest.fixture
def mill():
    with processes.sandbox("reference") as sandbox:
        yield sandbox


class Server:
    def __init__(self, process, told):
        self.process = process
        token = told["address"].partition("#token=")[2]
        headers = {"Authorization": f"Bearer {token}"}
        self.client = httpx.Client(base_url=told["url"], headers=headers, timeout=30)
        self.told, self.token = told, token

    def post(self, path, body=None):
        return self.client.post(f"/api/download/{path}", json=body).json()

    def until(self, is_so):
        """Ask for the one job until there is one that is as wanted."""
        while True:
            jobs = self.client.get("/api/download/status").json()
            assert len(jobs) <= 1
            if jobs and is_so(jobs[0]):
                return jobs[0]
            processes.pause()

    def events(self, last=""):
        """Events as they come: (kind, id, data)."""
        headers = {"Last-Event-ID": last} if last else {}
        with self.client.stream("GET", "/api/download/events", headers=headers) as answer:
            found = {}
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                found[name] = value
                if not line and "data" in found:
                    yield found["event"], found["id"], json.loads(found["data"])
                    found = {}


@contextmanager
def serving(folder, sandbox, *more, code=143, resume_jobs="0"):
    """A server; ended by SIGTERM with this exit code, unless it has ended before."""
    ear, output = os.pipe()
    nothing = os.open(os.devnull, os.O_RDWR)
    arguments = ["serve", "--json", "--port", "0", "--archive", folder / "archive", *more]
    process = processes.Process(
        "headrace",
        [*arguments, *sandbox.options()],
        environment=processes.environment_of(folder) | {"HEADRACE_RESUME_JOBS": resume_jobs},
        files=[nothing, output, 2],
    )
    os.close(output)
    os.close(nothing)
    with os.fdopen(ear) as lines:
        server = Server(process, json.loads(lines.readline()))
        try:
            yield server
        finally:
            process.terminate()
            ended = process.wait(30)
            server.client.close()
    assert ended == code


def silence(sandbox):
    rule = {"method": HISTORY, "nth": 3, "count": None, "action": "silent"}
    sandbox.ask("/faults", rule)


def speak(sandbox):
    sandbox.ask("/faults", method="DELETE")


def test_killed_and_resumed_it_ends_as_undisturbed(mill, tmp_path):
    (tmp_path / "other").mkdir()
    with serving(tmp_path / "other", mill) as server:
        server.post("import", {"channel": RACE})
        server.until(lambda job: job["state"] == "succeeded")
    silence(mill)
    with serving(tmp_path, mill, code=-signal.SIGKILL) as server:
        server.post("import", {"channel": RACE})
        server.until(lambda job: job["stage"] == "history" and job["posts"]["done"])
        server.process.kill()
        server.process.wait(30)
    speak(mill)
    with serving(tmp_path, mill) as server:
        assert server.until(lambda _: True)["state"] == "interrupted"
        server.post(f"resume/{RACE}")
        server.until(lambda job: job["state"] == "succeeded")
    assert processes.digest(tmp_path) == processes.digest(tmp_path / "other")


def test_events_go_on_where_they_were(mill, tmp_path):
    with serving(tmp_path, mill) as server:
        server.post("import", {"channel": RACE})
        seen = []
        for kind, number, job in server.events():
            assert kind == "status"
            seen.append((number, job))
            if job["state"] in ENDED:
                break
        assert seen[-1][1]["state"] == "succeeded"
        server.post(f"clear/{RACE}")
        # Who was there knows all but the last; who comes anew has nothing to hear of.
        kind, number, found = next(server.events(seen[-1][0]))
        assert (kind, found) == ("cleared", {"id": seen[-1][1]["id"]})
        other = server.post("import", {"channel": RACE})
        kind, later, job = next(server.events(number))
        assert (kind, job["id"]) == ("status", other["id"])
        assert later != number
        # Numbers of another server say nothing: everything comes.
        assert next(server.events("other-999"))[0] == "cleared"


def test_the_command_line_finds_it(mill, tmp_path):
    def headrace(*words, check=0):
        archive = ["--archive", tmp_path / "archive", "--json"]
        return processes.headrace(*words, *archive, config=tmp_path, check=check)

    assert "No server" in headrace("stop", check=2).stderr
    silence(mill)
    with serving(tmp_path, mill) as server:
        server.post("import", {"channel": RACE})
        server.until(lambda job: job["stage"] == "history" and job["posts"]["done"])
        stopped = json.loads(headrace("stop", RACE).stdout.splitlines()[-1])["stopped"]
        assert [job["state"] for job in stopped] == ["paused"]
        assert json.loads(headrace("stop").stdout.splitlines()[-1]) == {"stopped": []}
        assert "There is no import" in headrace("stop", "@nobody", check=2).stderr
        speak(mill)
        resumed = json.loads(headrace("resume").stdout.splitlines()[-1])["resumed"]
        assert [job["id"] for job in resumed] == [stopped[0]["id"]]
        # One that is at work is told as it is.
        assert json.loads(headrace("resume", RACE).stdout.splitlines()[-1])["resumed"]
        followed = headrace("status", RACE, "--follow").stdout.splitlines()
        assert json.loads(followed[-1])["jobs"][0]["state"] == "succeeded"
        assert json.loads(headrace("resume").stdout.splitlines()[-1]) == {"resumed": []}
        second = headrace("serve", "--port", "0", check=9)
        assert "serves this archive already" in second.stderr
    assert list((tmp_path / "servers").iterdir()) == []


def test_what_is_left_of_a_server_that_was_killed_is_no_server(mill, tmp_path):
    with serving(tmp_path, mill, code=-signal.SIGKILL) as server:
        server.process.kill()
        server.process.wait(30)
    assert len(list((tmp_path / "servers").iterdir())) == 1
    words = ["--archive", tmp_path / "archive"]
    for command in ("stop", "resume"):
        ran = processes.headrace(command, *words, config=tmp_path, check=2)
        assert "No server of the archive" in ran.stderr
    # Where none is running, it is imported here.
    ran = processes.headrace("resume", RACE, *words, *mill.options(), config=tmp_path, check=0)
    assert "complete" in ran.stdout


def test_files_of_it_are_for_their_owner_alone(mill, tmp_path):
    with serving(tmp_path, mill):
        (place,) = (tmp_path / "servers").iterdir()
        token = tmp_path / "web" / "token"
        assert [one.stat().st_mode & 0o777 for one in (place, token)] == [0o600, 0o600]
        assert token.read_text().strip() not in place.read_text()


def test_a_port_that_is_taken_is_passed_over(mill, tmp_path):
    (tmp_path / "other").mkdir()
    with serving(tmp_path, mill) as first:
        port = httpx.URL(first.told["url"]).port
        with serving(tmp_path / "other", mill, "--port", port) as second:
            assert httpx.URL(second.told["url"]).port > port
            assert second.client.get("/api/session").json() == {"signed_in": True}


def test_nobody_else_gets_in_without_a_token(mill, tmp_path):
    def started(**environment):
        words = ["serve", "--host", "0.0.0.0", "--archive", tmp_path / "archive"]
        return processes.headrace(*words, config=tmp_path, environment=environment, timeout=60)

    refused = started()
    assert refused.returncode == 2
    assert "has no token yet" in refused.stderr
    refused = started(HEADRACE_TOKEN="short")
    assert refused.returncode == 2
    assert "The setting token (HEADRACE_TOKEN) cannot be used" in refused.stderr
    assert "32" in refused.stderr
    assert not (tmp_path / "archive").exists()


def test_the_end_of_a_server_is_no_error_of_its_imports(mill, tmp_path):
    silence(mill)
    with serving(tmp_path, mill) as server:
        server.post("import", {"channel": RACE})
        server.until(lambda job: job["stage"] == "history" and job["posts"]["done"])
        # A stream that somebody listens to keeps nobody from ending.
        events = server.events()
        next(events)
    speak(mill)
    with serving(tmp_path, mill, resume_jobs="1") as server:
        server.until(lambda job: job["state"] == "succeeded")
