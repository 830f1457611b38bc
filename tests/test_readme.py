"""Every command that the READMEs show runs; both languages show the same ones."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e import processes
from tests.web.test_server import serving

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
#: What a reader puts in for himself, and what the sandbox has for it.
STANDS_FOR = {
    "@name": "@tinymill",
    "FOLDER": "./export",
    "FILE": "SESSION",
    "N": "1",
    "NAME": "second",
    "…": "x",
}
#: What takes the session away that the other commands read with.
ENDS = "headrace logout"
EXPORT = {
    "name": "Mill",
    "type": "public_channel",
    "id": 77,
    "messages": [
        {
            "id": 1, "type": "message", "date": "2024-05-04T06:00:00",
            "date_unixtime": "1714802400", "from": "Mill", "from_id": "channel77",
            "text": "The wheel turns.", "text_entities": [],
        }
    ],
}  # fmt: skip


def commands(page):
    """The commands of a page: its shell blocks, and code in its text that begins like one."""
    text = (ROOT / page).read_text()
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    found = {line.strip() for block in blocks for line in block.splitlines() if line.strip()}
    inline = re.findall(r"(?<!`)`((?:[A-Z_]+=\S+ )?(?:headrace|make|pipx) [^`]+)`", text)
    return found | set(inline)


def test_both_languages_show_the_same_commands():
    assert commands("README.md") == commands("README.ru.md")


@pytest.fixture(scope="module")
def sandbox():
    with processes.sandbox("tiny", "--dcs", "5") as running:
        yield running


@pytest.fixture(scope="module")
def place(tmp_path_factory, sandbox):
    """A folder to run in, where the channel was imported once."""
    folder = tmp_path_factory.mktemp("reader")
    run("headrace import @name", folder, sandbox)
    (folder / "export").mkdir()
    (folder / "export" / "result.json").write_text(json.dumps(EXPORT))
    return folder


def run(command, folder, sandbox, config="config"):
    words = [STANDS_FOR.get(w, w) for w in command.replace("@name/123", "@tinymill/3").split()]
    environment = os.environ | {"HEADRACE_CONFIG": str(folder / config), "HOME": str(folder)}
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        environment[name] = STANDS_FOR.get(value, value)
    words = words[1:]
    if "SESSION" in words:
        at = words.index("SESSION")
        del words[at - 1 : at + 1]
    if words[0] in {"import", "resume", "plan", "login", "media", "sync", "watch"}:
        words += sandbox.options()
    if words[0] == "watch":
        words += ["--for", "1s"]
    arguments = [BIN / "headrace", *words, "--archive", folder / "archive"]
    return subprocess.run(
        arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


SHOWN = {c for c in commands("README.md") if re.match(r"([A-Z_]+=\S+ )?headrace ", c)}
#: What stays until it is ended, and what talks to that.
SERVE = "headrace serve"
TO_SERVER = {"headrace stop @name", "headrace status --follow"}
HEADRACE = sorted(SHOWN - {ENDS, SERVE} - TO_SERVER)


@pytest.mark.parametrize("command", HEADRACE)
def test_headrace_commands(command, place, sandbox):
    ran = run(command, place, sandbox)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_server_and_those_who_talk_to_it(tmp_path, sandbox):
    assert {SERVE} | TO_SERVER <= SHOWN
    with serving(tmp_path, sandbox) as server:
        server.post("import", {"channel": "@tinymill"})
        stopped = run("headrace stop @name", tmp_path, sandbox, ".")
        assert stopped.returncode == 0, stopped.stderr
        followed = run("headrace status --follow", tmp_path, sandbox, ".")
        assert followed.returncode == 0, followed.stderr


def test_signing_out(tmp_path):
    assert ENDS in SHOWN
    with processes.sandbox("tiny") as own:
        assert run("headrace login", tmp_path, own).returncode == 0
        ran = run(ENDS, tmp_path, own)
        assert ran.returncode == 0, ran.stderr
        assert run("headrace import @name", tmp_path, own).returncode == 5


@pytest.mark.parametrize("option", ["--limit 500", "--since 2024-01-31", "--until 30d"])
def test_options_of_import(option, place, sandbox):
    assert f"`{option}`" in (ROOT / "README.md").read_text()
    ran = run(f"headrace import @name {option}", place, sandbox)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_demonstration_and_what_to_do_after_it(tmp_path):
    arguments = f"--no-serve --profile instant --archive {tmp_path}/demo-archive"
    made = subprocess.run(
        ["make", "demo", f"ARGS={arguments}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    assert "501 messages stored" in made.stdout
    looked = "headrace status --archive ./demo-archive"
    assert f".venv/bin/{looked}" in commands("README.md")
    ran = subprocess.run(
        [BIN / "headrace", *looked.split()[1:]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "complete" in ran.stdout


def test_make_knows_the_targets():
    shown = {c.split()[1] for c in commands("README.md") if c.startswith("make ")}
    for target in shown | {"setup", "check", "bench", "soak"}:
        subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, check=True)


def test_the_installed_package_is_whole(tmp_path):
    """What ``pipx install .`` installs, without its dependencies."""
    assert "pipx install ." in commands("README.md")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    source = tmp_path / "source"
    subprocess.run(["git", "clone", "--quiet", ROOT, source], check=True)
    subprocess.run(
        [
            *pip,
            "--no-deps",
            "--no-build-isolation",
            "--no-index",
            "--target",
            tmp_path / "lib",
            source,
        ],
        check=True,
        capture_output=True,
    )
    installed = {str(p.relative_to(tmp_path / "lib")) for p in (tmp_path / "lib").rglob("*.py")}
    sources = {str(p.relative_to(ROOT / "src")) for p in (ROOT / "src").rglob("*.py")}
    tracked = {f for f in sources if (source / "src" / f).exists()}
    assert tracked <= installed
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "lib")}
    for script in ("headrace", "tgsandbox"):
        subprocess.run(
            [sys.executable, tmp_path / "lib" / "bin" / script, "--help"],
            env=environment, check=True, capture_output=True,
        )  # fmt: skip
