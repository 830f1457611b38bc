"""``headrace check``: whether the archive is whole, and mending what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from headrace.cli import output
from headrace.cli.options import Globals

if TYPE_CHECKING:
    from headrace.model.audit import Audit, Finding, Repaired

#: Exit codes: something is damaged; something was, and all of it is mended.
DAMAGED, MENDED = 10, 11
_MOST_SHOWN = 50


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    context: typer.Context,
    ref: Annotated[
        str | None, typer.Argument(metavar="REF", help="A channel in the archive; all without.")
    ] = None,
    *,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Fetch again what is damaged or missing; removes nothing."),
    ] = False,
) -> None:
    """Check rows against the ledger, files against their hashes, and references both ways.

    Reads every file. Asks no network without --repair. Ends with 10 where something is
    damaged, and with 11 where all of it was repaired.
    """
    from headrace import app
    from headrace.cli.run import run

    chosen: Globals = context.obj
    if repair:
        _repair(chosen, ref)
        return
    audit = run(app.check(chosen.settings(), ref))
    if not chosen.quiet:
        print_audit(audit)
    if chosen.json:
        output.as_json(_shown(audit))
    if not audit.is_clean:
        raise typer.Exit(DAMAGED)


def _repair(chosen: Globals, ref: str | None) -> None:
    from headrace import app
    from headrace.cli.progress import shown
    from headrace.cli.run import run

    settings = chosen.settings()
    again = "headrace check --repair" + (f" {ref}" if ref else "")
    with shown(quiet=chosen.quiet) as sink:
        repaired = run(app.repair(settings, ref, sink), go_on=again)
    if not chosen.quiet:
        print_repaired(repaired)
    if chosen.json:
        found = {
            "before": _shown(repaired.before),
            "after": _shown(repaired.after),
            "gone": repaired.gone,
            "problems": repaired.problems,
            "clean": repaired.before.is_clean,
            "whole": repaired.is_whole,
        }
        output.as_json(found)
    if not repaired.before.is_clean:
        raise typer.Exit(MENDED if repaired.is_whole else DAMAGED)


def _shown(audit: Audit) -> dict[str, Any]:
    """An audit as ``check --json`` prints it: each finding says what to do, too."""
    from headrace import app

    findings = [app.builtins_of(one) | {"mend": one.mend} for one in audit.findings]
    whole: dict[str, Any] = app.builtins_of(audit)
    return whole | {"findings": findings, "clean": audit.is_clean}


def print_audit(audit: Audit) -> None:
    """What was found, for people."""
    number, seen = output.number, audit.looked_at
    output.line(
        f"{number(seen['messages'])} messages, {number(seen['files'])} files "
        f"({seen['bytes'] / 1e6:,.1f} MB) and {number(seen['thumbnails'])} thumbnails looked at"
    )
    print_findings(audit.findings)
    for note in audit.notes:
        output.line(f"  note: {note}")
    output.line("  whole" if audit.is_clean else f"  {number(len(audit.findings))} damages")


def print_repaired(repaired: Repaired) -> None:
    """What was damaged, and what became of it, for people."""
    if repaired.before.is_clean:
        print_audit(repaired.before)
        return
    output.line(f"{output.number(len(repaired.before.findings))} damages found:")
    print_findings(repaired.before.findings)
    output.line("After the repair:")
    print_audit(repaired.after)
    for one in repaired.gone:
        output.line(f"  gone for good: {one}")
    for problem in repaired.problems:
        output.line(f"  not mended: {problem}")


def print_findings(findings: tuple[Finding, ...]) -> None:
    """Each with what mends it; of very many the first ones."""
    for one in findings[:_MOST_SHOWN]:
        output.line(f"  {one.kind}: {one.where}: {one.detail}")
        output.line(f"    {one.mend}")
    if len(findings) > _MOST_SHOWN:
        output.line(f"  … and {output.number(len(findings) - _MOST_SHOWN)} more (--json has all)")
