"""The container, as far as it can be told without an engine: what it runs as, holds and opens."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
LINES = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
FINAL = LINES[[n for n, line in enumerate(LINES) if line.startswith("FROM ")][-1] :]


def pins(name):
    """Package -> its version and hashes."""
    text = (ROOT / name).read_text().replace("\\\n", " ")
    found = re.findall(r"^([a-z0-9][\w.\-]*)==([^ ;]+)([^\n]*)", text, re.MULTILINE)
    return {name: (version, set(re.findall(r"sha256:\w+", rest))) for name, version, rest in found}


@pytest.fixture(scope="module")
def service():
    (found,) = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"].values()
    return found


def said(word):
    return [line.removeprefix(word).strip() for line in FINAL if line.startswith(word + " ")]


def test_it_runs_as_nobody_in_particular():
    assert said("USER") == ["10001:10001"]
    assert any("useradd --uid 10001" in line for line in said("RUN"))


def test_it_serves_and_is_told_to_end_as_by_hand():
    assert said("ENTRYPOINT") == ['["headrace"]']
    assert said("CMD") == ['["serve", "--host", "0.0.0.0"]']
    assert said("STOPSIGNAL") == ["SIGTERM"]


def test_all_that_it_keeps_lies_in_the_volume(service):
    kept = dict(re.findall(r"HEADRACE_(\w+)=(\S+)", " ".join(said("ENV"))))
    assert set(kept) == {"ARCHIVE", "CONFIG"}
    assert all(path.startswith("/data/") for path in kept.values())
    assert said("VOLUME") == ["/data"]
    assert [one.partition(":")[2] for one in service["volumes"]] == ["/data"]


def test_nothing_else_can_be_written_and_nothing_be_gained(service):
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("privileged") is None


def test_only_this_machine_reaches_it_and_not_without_a_token(service):
    assert service["ports"] == ["127.0.0.1:8350:8350"]
    assert service["environment"]["HEADRACE_TOKEN"].startswith("${HEADRACE_TOKEN:?")


def test_what_is_copied_is_there_and_let_through():
    let_through = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    copied = set()
    for line in LINES:
        if line.startswith("COPY ") and "--from" not in line:
            copied |= set(line.split()[1:-1])
    assert copied == let_through
    assert all((ROOT / name).exists() for name in copied)


def test_its_pins_are_those_that_everything_is_tested_with():
    run, all_ = pins("requirements.run.lock"), pins("requirements.lock")
    assert run.keys() < all_.keys()
    assert {name: all_[name] for name in run} == run
    assert all(hashes for _, hashes in run.values())
    assert {"telethon", "uvicorn", "psycopg-binary", "hatchling"} <= run.keys()
    assert not {"playwright", "pytest", "schemathesis"} & run.keys()
