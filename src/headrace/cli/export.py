"""``headrace export``: what is in the archive, brought out again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli import output
from headrace.cli.import_ import time_range
from headrace.cli.options import Globals

if TYPE_CHECKING:
    from headrace.export.files import Outcome

_KINDS = "photo,video,round_video,voice,audio,animation,sticker,file"

Refs = Annotated[
    list[str], typer.Argument(metavar="REF…", help="Channels that are in the archive.")
]
Out = Annotated[Path, typer.Option(help="The folder to put them into.")]
Name = Annotated[
    str,
    typer.Option(
        help="How a file is called, made of {channel} {date} {time} {id} {name} {kind} {ext}; "
        "a slash makes folders."
    ),
]
Kinds = Annotated[
    str,
    typer.Option(
        "--media",
        help="Which files, as with import; web_page, custom_emoji and thumbnail too if named.",
    ),
]
Copy = Annotated[
    bool,
    typer.Option(
        "--copy",
        help="Never hard links. Without it a file may be another name of the archive's own (no "
        "space is taken): change a copy of it, not itself.",
    ),
]

export = typer.Typer(
    help="Bring out what is in the archive.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(export, name="export")


@export.command("files")
def files(
    context: typer.Context,
    refs: Refs,
    *,
    out: Out,
    name: Name = "{channel}/{date}_{id}_{name}.{ext}",
    kinds: Kinds = _KINDS,
    since: Annotated[str | None, typer.Option(help="Of messages from this time on.")] = None,
    until: Annotated[str | None, typer.Option(help="Of messages before this time.")] = None,
    copy: Copy = False,
) -> None:
    """Put the files of channels into a folder, captions beside them; again adds what is new."""
    from headrace import app
    from headrace.cli.media_options import media_policy
    from headrace.cli.run import run

    chosen: Globals = context.obj
    settings = chosen.settings()
    policy = media_policy(settings, kinds=kinds).within(*time_range(since, until))
    outcome = run(app.export_files(settings, refs, out, policy, template=name, copy=copy))
    if not chosen.quiet:
        print_outcome(outcome)
    if chosen.json:
        output.as_json(app.builtins_of(outcome))
    if outcome.missing:
        raise typer.Exit(3)


def print_outcome(outcome: Outcome) -> None:
    """The summary for people."""
    number = output.number
    ways = "".join(f"; {number(count)} {way}" for way, count in sorted(outcome.ways.items()))
    output.line(
        f"{number(outcome.new)} new files ({outcome.bytes / 1e6:,.1f} MB{ways}), "
        f"{number(outcome.captions)} captions, {number(outcome.there)} there already, "
        f"in {outcome.folder}"
    )
    if outcome.missing:
        output.line(
            f"{number(outcome.missing)} files of the archive are not on its disk, and were left."
        )
