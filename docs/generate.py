"""Writes the reference pages that are made from the program itself; ``make docs``.

``tests/test_docs.py`` fails while a page differs from what this module makes.
"""

from __future__ import annotations

from pathlib import Path

import typer

from headrace import errors
from headrace.cli.main import app
from headrace.settings import Settings

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


def exit_codes() -> str:
    """Every exit code, by the errors that end with it."""
    by_code: dict[int, list[type[errors.HeadraceError]]] = {}
    for kind in all_errors():
        by_code.setdefault(kind.exit_code, []).append(kind)
    rows = ["| 0 | complete |", "| 3 | finished, with recorded failures |"]
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


PAGES = {"command-line.md": command_line, "exit-codes.md": exit_codes, "settings.md": settings}


def main() -> None:
    for name, page in PAGES.items():
        (HERE / name).write_text(page())


if __name__ == "__main__":
    main()
