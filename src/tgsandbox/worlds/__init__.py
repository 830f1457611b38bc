"""Worlds: what a sandbox serves, told by a spec such as ``tiny`` or ``big:20000``.

- ``tiny``: one of each thing; its usernames stand in `tgsandbox.worlds.tiny`.
- ``zoo``: every kind of thing that a channel or a group can hold, see `tgsandbox.worlds.zoo`.
- ``reference``: the channel @millrace with its discussion group, 500 posts, 5,000 messages.
- ``comments`` or ``comments:PART``: all that comments can be, see `tgsandbox.worlds.comments`.
- ``talk:POSTSxCOMMENTS[+CHATTER][:SHAPE]``: a channel with a group of any size, see
  `tgsandbox.worlds.volume_talk`.
- ``big:N``: a channel of N messages, made as they are asked for.
- ``files`` or ``files:2000x200k,8x100m``: a channel of so many files of such sizes, nothing else.
- ``export:PATH``: a Telegram Desktop export served as a channel.
"""

from __future__ import annotations

from collections.abc import Callable

from tgsandbox.worlds.base import World

__all__ = ["DEFAULT_SEED", "open_world", "prepare"]

DEFAULT_SEED = 1


def open_world(spec: str, seed: int = DEFAULT_SEED) -> World:
    """The world that a spec names; an unknown spec raises ValueError with one sentence."""
    kind, colon, argument = spec.partition(":")
    opener = _OPENERS.get(kind)
    known = _WITH_ARGUMENT if argument else _WITHOUT_ARGUMENT
    if opener is None or kind not in known or bool(colon) != bool(argument):
        raise ValueError(
            f"There is no world {spec!r}; known are tiny, zoo, reference, comments, "
            "comments:PART, talk:POSTSxCOMMENTS, big:N, files, files:COUNTxSIZE and export:PATH."
        )
    return opener(argument, seed)


def _tiny(_: str, seed: int) -> World:
    from tgsandbox.worlds import tiny

    return tiny.build(seed)


def _zoo(_: str, seed: int) -> World:
    from tgsandbox.worlds import zoo

    return zoo.build(seed)


def prepare(world: World) -> None:
    """Draw the pictures of a world ahead, so that no reader has to wait for one."""
    for key, size_type in world.drawn_keys():
        file = world.file(key, size_type)
        if file is not None:
            file.read(0, 1)


def _reference(_: str, seed: int) -> World:
    from tgsandbox.worlds import reference

    return reference.build(seed)


def _comments(part: str, seed: int) -> World:
    from tgsandbox.worlds import comments

    return comments.build(part, seed)


def _talk(spec: str, seed: int) -> World:
    from tgsandbox.worlds import volume_talk

    return volume_talk.build(spec, seed)


def _big(size: str, seed: int) -> World:
    from tgsandbox.worlds import big

    return big.build(size, seed)


def _files(spec: str, seed: int) -> World:
    from tgsandbox.worlds import only_files

    return only_files.build(spec, seed)


def _export(path: str, seed: int) -> World:
    from tgsandbox.worlds import export

    return export.build(path, seed)


_OPENERS: dict[str, Callable[[str, int], World]] = {
    "tiny": _tiny,
    "zoo": _zoo,
    "reference": _reference,
    "comments": _comments,
    "talk": _talk,
    "big": _big,
    "files": _files,
    "export": _export,
}
_WITH_ARGUMENT = {"comments", "talk", "big", "files", "export"}
_WITHOUT_ARGUMENT = {"tiny", "zoo", "reference", "comments", "files"}
