"""Writes the reference pages that are made from the program itself; ``make docs``.

``tests/test_docs.py`` fails while a page differs from what this module makes.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import typer
from telethon.errors import rpc_errors_re

from headrace import errors
from headrace.cli.check import DAMAGED, MENDED
from headrace.cli.main import app
from headrace.settings import Settings
from headrace.telegram import verdicts
from headrace.telegram.failures import Verdict, classify_code
from headrace.telegram.sentences import Said, find

HERE = Path(__file__).parent / "reference"
NOTE = "<!-- Made by `make docs`; change the program, not this page. -->\n"


def command_line() -> str:
    """Every command with its arguments and options."""
    group = typer.main.get_command(app)
    context = typer.Context(group, info_name="headrace")
    parts = [
        "# Command line\n",
        NOTE,
        str(group.help) + "\n",
        "## Before and after every command\n",
    ]
    parts.append(_options(group))
    for name, command in group.commands.items():
        inner = typer.Context(command, info_name=name, parent=context)
        usage = " ".join(["headrace", name, *command.collect_usage_pieces(inner)])
        parts += [f"## headrace {name}\n", f"    {usage}\n", f"{(command.help or '').strip()}\n"]
        parts.append(_options(command))
    return "\n".join(part for part in parts if part)


def _options(command: object) -> str:
    rows = [
        f"| `{' '.join(p.opts)}` | {(p.help or '').replace('|', '/')} |"
        for p in command.params  # type: ignore[attr-defined]
        if p.param_type_name == "option" and p.name != "help"
    ]
    return "| option | meaning |\n| --- | --- |\n" + "\n".join(rows) + "\n" if rows else ""


#: Codes that are results and no errors.
RESULTS = {
    0: "complete",
    3: "finished, with recorded failures",
    DAMAGED: "`check` found damage, or could not repair all of it",
    MENDED: "`check --repair` found damage and repaired all of it",
}


def exit_codes() -> str:
    """Every exit code, by the errors that end with it."""
    by_code: dict[int, list[type[errors.HeadraceError]]] = {}
    for kind in all_errors():
        by_code.setdefault(kind.exit_code, []).append(kind)
    rows = [f"| {code} | {when} |" for code, when in RESULTS.items()]
    for code, kinds in sorted(by_code.items()):
        said = "; ".join(f"{(k.__doc__ or '').strip()} (`{k.__name__}`)" for k in kinds)
        rows.append(f"| {code} | {said} |")
    rows.sort(key=lambda row: int(row.split("|")[1]))
    return f"# Exit codes\n\n{NOTE}\n| code | when |\n| --- | --- |\n" + "\n".join(rows) + "\n"


def all_errors() -> list[type[errors.HeadraceError]]:
    """The tree of ``headrace.errors``, from the root down."""
    found: list[type[errors.HeadraceError]] = []
    waiting: list[type[errors.HeadraceError]] = [errors.HeadraceError]
    while waiting:
        kind = waiting.pop(0)
        found.append(kind)
        waiting += [k for k in kind.__subclasses__() if k.__module__ == errors.__name__]
    return found


def settings() -> str:
    """Every setting, where it can be given, and its default."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if name == "config" or field.default is None else str(field.default)
        rows.append(f"| `{name}` | `HEADRACE_{name.upper()}` | {field.description} | {default} |")
    return (
        f"# Settings\n\n{NOTE}\nAn option of the command line goes before the environment, the "
        "environment before `config.toml` in the configuration directory, that before the "
        "default.\n\n| in `config.toml` | in the environment | meaning | default |\n"
        "| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"
    )


_DONE = {
    Verdict.WAIT: "The gate waits as long as it says (a minute or a day where it names no time), "
    "then repeats the same request. A pause longer than `--max-wait` ends the run with code 75.",
    Verdict.RETRY: "The gate repeats the same request, at most five times, after growing pauses.",
    Verdict.REFRESH_REFERENCE: "Whoever reads the file reads its message again for a new one.",
    Verdict.MIGRATE: "Whoever asked asks the data centre that is named.",
    Verdict.ITEM_LOST: "One thing cannot be had, or what was typed is asked for again.",
    Verdict.CHAT_LOST: "The work on this chat ends with code 6; what is stored of it is kept.",
    Verdict.ACCOUNT_LOST: "All requests of the account end at once, with code 5; what is stored "
    "is kept.",
    Verdict.BUG: "The run ends with code 4.",
}


def telegram_errors() -> str:
    """Every error name that headrace knows, by what is done about it and what is said."""
    intro = (
        "Every name has one verdict. Names that mean the same share a sentence; behind it, in "
        "brackets, a person reads the name itself. Unknown names go by their number: 401 as "
        "account lost, 403 as chat lost, 420 as wait, 500 and 503 as retry, all others as bug."
    )
    parts = [f"# Errors of Telegram\n\n{NOTE}\n{intro}\n"]
    for verdict, done in _DONE.items():
        parts.append(f"## {verdict.replace('_', ' ').capitalize()}\n\n{done}\n")
        parts += [_sentence(said, codes) for said, codes in _by_sentence(verdict).items()]
    return "\n".join(parts)


def _by_sentence(verdict: Verdict) -> dict[Said, list[str]]:
    found: dict[Said, list[str]] = {}
    numbered = {pattern.replace("(\\d+)", "{}") for pattern, _ in rpc_errors_re}
    for name in sorted({*verdicts.BY_NAME, *numbered}):
        failure = classify_code(name.format(1))
        if failure.verdict is verdict:
            # A name with a number in it says how long; the others have a length of their own.
            said = find(verdict, name, seconds=0.0 if "{}" in name else failure.seconds)
            found.setdefault(said, []).append(name.format("N"))
    return dict(sorted(found.items(), key=lambda item: (len(item[1]) > MANY, item[1])))


#: More names than this share a sentence by verdict, not by meaning, and come last.
MANY = 20


def _sentence(said: Said, codes: list[str]) -> str:
    names = " ".join(f"`{code}`" for code in codes)
    en, ru = f"{said.en}. *{said.hint_en}*", f"{said.ru}. *{said.hint_ru}*"
    if "_N" in codes[0]:
        en, ru = en.replace(" 1 ", " N "), ru.replace(" 1 ", " N ")
    return f"- {en}<br>\n  {ru}<br>\n  {names}\n"


def api() -> str:
    """Every endpoint of the REST API with its parameters and shapes."""
    return beside("api_reference").page(NOTE)


def beside(name: str) -> ModuleType:
    """A module of this folder, which is no package."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGES = {
    "api.md": api,
    "command-line.md": command_line,
    "errors.md": telegram_errors,
    "exit-codes.md": exit_codes,
    "settings.md": settings,
}


def main() -> None:
    for name, page in PAGES.items():
        (HERE / name).write_text(page())


if __name__ == "__main__":
    main()
