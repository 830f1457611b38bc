"""What the filters of a feed or of a search choose.

The names are those of the API, but what is left empty is nothing.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import msgspec
from fastapi import Depends, Request
from pydantic import TypeAdapter, ValidationError

from headrace.errors import UsageError
from headrace.model.download import FileKind
from headrace.model.reading import Filter
from headrace.web.reader import Shows, filters

_KINDS = TypeAdapter(list[FileKind])
_SAID = TypeAdapter(bool)
_FLAGS = ("include_system_messages", "include_reposts", "include_polls")


class Choice(NamedTuple):
    """What was chosen, and what is shown where nothing is."""

    filter: Filter
    usual: Filter


def _choice(request: Request) -> Choice:
    shows: Shows = request.app.state.settings
    query = request.query_params
    try:
        kinds = _KINDS.validate_python([one for one in query.getlist("kind")[:20] if one])
        flags = {name: _SAID.validate_python(query[name]) for name in _FLAGS if query.get(name)}
    except ValidationError as error:
        raise UsageError(f"This filter does not fit: {error.errors()[0]['msg']}.") from None
    usual = filters(shows)
    return Choice(msgspec.structs.replace(usual, kinds=frozenset(kinds), **flags), usual)


Chosen = Annotated[Choice, Depends(_choice)]
