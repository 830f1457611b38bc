"""Profiles: how far away, how slow and how strict the server is.

A profile is data. Every value can be overridden by its name, e.g. ``rtt_ms=50`` or
``history.limit=10``; `override` knows the names. MB are millions of bytes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, TypeVar

from tgsandbox.errors import SandboxError


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodClass:
    """What the methods of one class cost; ``limit`` requests per ``window`` seconds."""

    service_ms: float = 0.0
    limit: int | None = None
    window: float = 10.0
    wait: int = 5
    """Seconds of the first wait, told in FLOOD_WAIT_X."""
    premium: bool = False
    """FLOOD_PREMIUM_WAIT_X instead."""
    patience: int = 5
    """Requests during a wait, sent after the refusal was known, that are forgiven."""
    growth: float = 2.0
    """By how much the next wait grows where they were more."""
    longest: int = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A distance, bandwidths, and one `MethodClass` each for history, file and other."""

    name: str = "instant"
    rtt_ms: float = 0.0
    connection_bytes_per_s: float | None = None
    account_bytes_per_s: float | None = None
    gzip_from: int | None = 1024
    """Answers of at least so many bytes are packed where that makes them smaller."""
    gzip_level: int = 1
    poll_s: float = 30.0
    """How soon a difference may be asked for again by who is not told: its ``timeout``."""
    history: MethodClass = field(default_factory=MethodClass)
    file: MethodClass = field(default_factory=lambda: MethodClass(premium=True))
    other: MethodClass = field(default_factory=MethodClass)

    def of(self, class_name: str) -> MethodClass:
        """The class by its name: ``history``, ``file`` or ``other``."""
        value = getattr(self, class_name)
        assert isinstance(value, MethodClass)
        return value

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


#: The methods that share a limit; all others are ``other``.
CLASSES = {
    "messages.getHistory": "history",
    "messages.getReplies": "history",
    "messages.search": "history",
    "upload.getFile": "file",
}

_WAN = Profile(
    name="wan",
    rtt_ms=100,
    connection_bytes_per_s=1_000_000,
    account_bytes_per_s=10_000_000,
    history=MethodClass(service_ms=200),
    file=MethodClass(service_ms=300, premium=True),
)
PROFILES = {
    "instant": Profile(),
    "wan": _WAN,
    "wan-limited": replace(
        _WAN,
        name="wan-limited",
        history=MethodClass(service_ms=200, limit=20, window=10, wait=5),
        file=MethodClass(service_ms=300, limit=30, window=1, wait=3, premium=True),
    ),
}


def class_of(method: str) -> str:
    return CLASSES.get(method, "other")


def named(name: str) -> Profile:
    """A profile by its name."""
    try:
        return PROFILES[name]
    except KeyError:
        known = ", ".join(PROFILES)
        raise SandboxError(f"There is no profile {name!r}; there are {known}.") from None


def override(profile: Profile, settings: Mapping[str, Any]) -> Profile:
    """The profile with some values changed: ``{"rtt_ms": 50, "history.limit": 10}``."""
    for key, value in settings.items():
        outer, _, inner = key.partition(".")
        if isinstance(value, Mapping):
            profile = override(profile, {f"{key}.{name}": one for name, one in value.items()})
        elif inner and isinstance(getattr(profile, outer, None), MethodClass):
            changed = _changed(profile.of(outer), inner, value, key)
            profile = _with_class(profile, outer, changed)
        else:
            profile = _changed(profile, outer if not inner else key, value, key)
    return profile


def parsed(assignments: Iterable[str]) -> dict[str, Any]:
    """``["rtt_ms=50"]`` (or one JSON object) as the mapping that `override` takes."""
    result: dict[str, Any] = {}
    for text in assignments:
        if text.lstrip().startswith("{"):
            result.update(_json(text))
            continue
        name, equals, value = text.partition("=")
        if not equals:
            raise SandboxError(f"{text!r} is no setting; write NAME=VALUE.")
        result[name.strip()] = _json(value)
    return result


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise SandboxError(f"{text!r} is neither a number, true, false, null nor JSON.") from None


_T = TypeVar("_T", Profile, MethodClass)


def _changed(target: _T, name: str, value: Any, shown: str) -> _T:
    kinds = {one.name: one.type for one in fields(target)}
    if name not in kinds or name == "name" or "MethodClass" in str(kinds[name]):
        raise SandboxError(f"A profile has no value {shown!r}.")
    kind = str(kinds[name])
    fits = isinstance(value, bool) if kind == "bool" else _is_number(value)
    if not fits and not (value is None and "None" in kind):
        raise SandboxError(f"{value!r} is no {kind} for {shown!r}.")
    return replace(target, **{name: value})


def _with_class(profile: Profile, name: str, changed: MethodClass) -> Profile:
    match name:
        case "history":
            return replace(profile, history=changed)
        case "file":
            return replace(profile, file=changed)
    return replace(profile, other=changed)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
