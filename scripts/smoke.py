"""The smoke run: a small, gentle, reading visit to one channel, and a report to paste.

    make smoke ARGS="@name"

It drives the installed command line only, as a user would, with the account that is signed in;
what follows ``--`` is given to every command. It reads at most ``--limit`` posts into a folder
of its own, which goes away afterwards. The report names no account, channel or message; with
``--names`` it names the channel.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HEADRACE = Path(sys.executable).parent / "headrace"
#: How commands ask for little: few requests side by side, no long pause waited out.
GENTLE = ["--pace", "gentle"]
LONGEST_PAUSE = "2m"


@dataclass
class Step:
    """A command that was run, and what was expected of it."""

    name: str
    code: int
    seconds: float
    out: str
    said: str
    problem: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def json(self) -> dict[str, Any]:
        """The object of the last line; empty where there is none."""
        try:
            found = json.loads(self.out.strip().rpartition("\n")[2])
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}


class Stopped(Exception):
    """Something was not as it should be; nothing more is asked of Telegram."""


class Smoke:
    """One run. ``steps`` and ``secrets`` grow; the report is made of both."""

    def __init__(self, chosen: argparse.Namespace, archive: Path) -> None:
        self.ref, self.limit, self.more = chosen.ref, str(chosen.limit), chosen.more
        self.archive = archive
        self.steps: list[Step] = []
        self.requests: dict[str, int] = {}
        #: What the report does not show, and what stands for it.
        self.hidden = {str(archive): "ARCHIVE", str(Path.home()): "~"}
        if not chosen.names:
            self.hide(chosen.ref, "@name")

    def hide(self, text: object, instead: str) -> None:
        if text and str(text) not in self.hidden:
            self.hidden[str(text)] = instead

    def run(self, name: str, *arguments: str, needed: bool = True) -> Step:
        """Run a command; a failure of a needed one ends the smoke run."""
        began = time.monotonic()
        ran = subprocess.run(
            [HEADRACE, *arguments, "--archive", self.archive, *self.more],
            capture_output=True,
            text=True,
            check=False,
        )
        taken = time.monotonic() - began
        step = Step(name, ran.returncode, taken, ran.stdout, ran.stderr)
        self.steps.append(step)
        for method, count in step.json.get("requests", {}).items() if name != "plan" else ():
            self.requests[method] = self.requests.get(method, 0) + count
        if ran.returncode:
            step.problem = f"exit code {ran.returncode}"
            if needed:
                raise Stopped
        return step

    def check(self, step: Step, good: bool, problem: str) -> None:
        if not good:
            step.problem = step.problem or problem

    def all(self) -> None:
        """Every step in turn."""
        self.doctor()
        plan = self.run("plan", "plan", self.ref, "--json", "--limit", self.limit, *GENTLE)
        self.names_of(plan.json)
        reading = ["import", self.ref, "--json", "--limit", self.limit, *GENTLE]
        reading += ["--max-wait", LONGEST_PAUSE]
        first = self.run("import", *reading)
        stored = first.json["messages"]["stored"]
        first.notes.append(f"{stored} stored, complete: {first.json['complete']}")
        self.check(first, first.json["complete"], "not complete")
        before = self.run("digest", "digest", "--json").json["digest"]
        again = self.run("import again", *reading)
        came = again.json["new"] + again.json["edited"]
        again.notes.append(f"{again.json['new']} new, {again.json['edited']} edited")
        after = self.run("digest again", "digest", "--json")
        if came == 0:
            self.check(after, after.json["digest"] == before, "two imports, two digests")
        else:
            again.notes.append("somebody posted or edited meanwhile; run it once more")
        status = self.run("status", "status", self.ref, "--json")
        self.check(status, status.json["posts_count"] == stored, "status counts otherwise")
        self.show()

    def doctor(self) -> None:
        step = self.run("doctor", "doctor", "--json", needed=False)
        for found in step.json.get("checks", []):
            name = "account" if found["name"].startswith("account ") else found["name"]
            if name in {"session", "configuration"} and found["state"] == "ok":
                continue
            shown = found["text"] if name != "proxy" else "in use"
            step.notes.append(f"{found['state']}: {name}: {shown}")
        if step.code:
            raise Stopped

    def names_of(self, plan: dict[str, Any]) -> None:
        """From here on it is known how the channel is called."""
        self.hide(plan.get("title"), "TITLE")
        self.hide(str(plan.get("chat", "")), "ID")

    def show(self) -> None:
        """The newest message that was stored, as a person would look at it."""
        lines = self.run("content", "digest", "--lines").out.splitlines()
        rows = [json.loads(line) for line in lines]
        ids = [row["id"] for row in rows if row.get("type") == "message"]
        self.steps[-1].notes.append(f"{len(ids)} messages in canonical form")
        if ids:
            self.run("show", "show", f"{self.ref}/{max(ids)}", "--json")

    def report(self) -> str:
        """Markdown; nothing secret is in it."""
        versions = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
        good = not any(step.problem for step in self.steps)
        lines = [
            "## headrace smoke run",
            "",
            f"{self.version()} · {versions} · **{'all well' if good else 'NOT WELL'}**",
            "",
            "| step | exit | seconds | |",
            "| --- | --- | --- | --- |",
        ]
        for step in self.steps:
            told = "; ".join([step.problem or "ok", *step.notes]).replace("|", "/")
            lines.append(f"| {step.name} | {step.code} | {step.seconds:.1f} | {told} |")
        asked = ", ".join(f"{name} {count}" for name, count in sorted(self.requests.items()))
        lines += [
            "",
            f"Requests of the imports: {asked or 'none'}",
            "",
            "Limits learned: " + pauses(),
        ]
        for step in self.steps:
            if step.problem and step.said.strip():
                lines += ["", f"`{step.name}` said:", "", "```", step.said.strip(), "```"]
        return self.masked("\n".join(lines))

    def version(self) -> str:
        ran = subprocess.run([HEADRACE, "--version"], capture_output=True, text=True, check=False)
        return ran.stdout.strip()

    def masked(self, text: str) -> str:
        for secret, instead in sorted(self.hidden.items(), key=lambda one: -len(one[0])):
            text = text.replace(secret, instead).replace(secret.lstrip("@-"), instead)
        return text


def pauses() -> str:
    """The pace books of this computer in a few words: limits that were met, pauses of today."""
    base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    folder = Path(os.environ.get("HEADRACE_CONFIG") or f"{base}/headrace").expanduser()
    found = []
    for path in sorted(folder.glob("*/*/pace.json")):
        for name, limit in json.loads(path.read_bytes()).items():
            if limit.get("burst") or limit.get("pauses"):
                window = limit.get("window")
                pair = f"{limit.get('burst', '?')} in {window:.0f} s" if window else "not known yet"
                found.append(f"{name}: {pair}, pauses on the last day: {limit.get('pauses', 0)}")
    return "; ".join(found) or "none, Telegram asked for no pause"


def options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make smoke ARGS=…", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("ref", metavar="@name", help="a public channel, or one you are in")
    parser.add_argument("--limit", type=int, default=50, help="the newest N posts (50)")
    parser.add_argument("--names", action="store_true", help="name the channel in the report")
    cut = words.index("--") if "--" in words else len(words)
    chosen = parser.parse_args(words[:cut])
    chosen.more = words[cut + 1 :]
    return chosen


def main() -> int:
    chosen = options(sys.argv[1:])
    with tempfile.TemporaryDirectory(prefix="headrace-smoke-") as folder:
        smoke = Smoke(chosen, Path(folder) / "archive")
        try:
            smoke.all()
        except Stopped:
            pass
        except (KeyError, TypeError, ValueError) as error:
            smoke.steps[-1].problem = f"its answer is not understood ({type(error).__name__})"
        sys.stdout.write(smoke.report() + "\n")
    return int(any(step.problem for step in smoke.steps))


if __name__ == "__main__":
    sys.exit(main())
