"""The options that say which files are fetched, and the lines that say what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from headrace.cli import output
from headrace.errors import UsageError

if TYPE_CHECKING:
    from headrace.model.download import MediaPolicy
    from headrace.settings import Settings

Kinds = Annotated[
    str | None,
    typer.Option(
        "--media",
        help="Which files: all, none, or some of photo, video, round_video, voice, audio, "
        "animation, sticker, file, web_page, custom_emoji, thumbnail, avatar.",
    ),
]
MaxSize = Annotated[str | None, typer.Option(help="Leave larger files, as 100MB.")]
Protected = Annotated[
    str | None,
    typer.Option(
        help="Where the owner restricts saving: skip, text (no files) or all. Without it: text, "
        "and all where the account administers the channel."
    ),
]


def media_policy(
    settings: Settings,
    *,
    kinds: str,
    max_size: str | None = None,
    protected: str | None = None,
) -> MediaPolicy:
    """The options as values; what is None is as the settings say.

    Raises:
        UsageError: one of them is of no known form.
    """
    from headrace.model.download import MediaPolicy
    from headrace.transform.media_policy import parse_kinds, parse_protection
    from headrace.transform.moments import parse_size

    largest = max_size or settings.max_size
    protection = protected or settings.protected
    try:
        return MediaPolicy(
            kinds=parse_kinds(kinds),
            max_size=parse_size(largest) if largest else None,
            protected=parse_protection(protection) if protection else None,
        )
    except ValueError as error:
        raise UsageError(f"{error}.", hint="See: headrace media --help") from None


def amount(size: int, error: int = 0) -> str:
    """Bytes with their error, in a unit that shows both: 1.2 GB ± 0.1 GB."""
    unit, name = next(
        ((10**power, name) for power, name in ((9, "GB"), (6, "MB")) if size >= 10**power),
        (1_000, "kB"),
    )
    if not error:
        return f"{size / unit:,.1f} {name}"
    return f"about {size / unit:,.1f} {name} ± {error / unit:,.1f} {name}"


def files_line(files: dict[str, int], *, thumbnails: int, avatars: int) -> str:
    """What became of a chat's files, as a line."""
    number = output.number
    told = [f"{number(files['stored'])} files stored ({files['bytes'] / 1e6:,.1f} MB)"]
    words = (
        ("wanted", "not fetched yet"),
        ("skipped", "left out"),
        ("absent", "not there any more"),
        ("failed", "failed"),
    )
    told += [f"{number(files[key])} {text}" for key, text in words if files[key]]
    return ", ".join([*told, f"{number(thumbnails)} thumbnails", f"{number(avatars)} avatars"])


def print_left_out(left_out: dict[str, int]) -> None:
    """Whose wish it is that files were left out."""
    if protected := left_out.get("protected"):
        output.line(
            f"  {output.number(protected)} files were left because the owner of the channel "
            "restricts saving (--protected all fetches them)"
        )
