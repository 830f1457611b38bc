"""``/api/layouts``: where the items of an album stand, as we lay them out or a person did."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, BeforeValidator, Field

from headrace.errors import MessageNotStored
from headrace.model.album import AlbumKind, AlbumLayout
from headrace.model.values import PeerId
from headrace.store.albums import StoredLayout
from headrace.store.store import ArchiveStore
from headrace.web.answers import answer
from headrace.web.bodies import whole
from headrace.web.reader import Store, chat_of, held
from headrace.web.shapes import LayoutOut

router = APIRouter(prefix="/api/layouts", tags=["layouts"])

_Grouped = Annotated[int, Path(ge=-(2**63), le=2**63 - 1)]
_InChannel = Annotated[str | None, Query(min_length=1, max_length=100)]
_Whole = BeforeValidator(whole, json_schema_input_type=int)
_Pixels = Annotated[int, _Whole, Field(ge=0, le=100_000)]


class TileIn(BaseModel):
    """Where the item of a message stands, in pixels of the mosaic."""

    id: Annotated[int, _Whole, Field(ge=-(2**31), le=2**31 - 1)] | None = None
    x: _Pixels = 0
    y: _Pixels = 0
    width: _Pixels = 0
    height: _Pixels = 0
    sides: Annotated[str, Field(pattern="^L?T?R?B?$")] = ""


class LayoutIn(BaseModel):
    """A layout that a person made; it stays, whatever a sync finds."""

    kind: AlbumKind = AlbumKind.MEDIA
    shape: Annotated[str, Field(max_length=100)] = "edited"
    width: _Pixels = 0
    height: _Pixels = 0
    tiles: Annotated[list[TileIn], Field(min_length=1, max_length=100)]


@router.get("/{grouped_id}", response_model=LayoutOut)
async def layout(store: Store, grouped_id: _Grouped, channel_id: _InChannel = None) -> Response:
    """The layout of an album."""
    chat_id, found = await _find(store, grouped_id, channel_id)
    return _answer(chat_id, grouped_id, found)


@router.put("/{grouped_id}", response_model=LayoutOut)
async def edit(
    store: Store, grouped_id: _Grouped, body: LayoutIn | None, channel_id: _InChannel = None
) -> Response:
    """Put a person's layout in the place of ours; ``null`` gives the album back to us."""
    chat_id, _ = await _find(store, grouped_id, channel_id)
    wanted = None if body is None else msgspec.convert(body.model_dump(), AlbumLayout)
    async with held(store, chat_id) as lease:
        await store.edit_layout(lease, chat_id, grouped_id, wanted)
    return _answer(chat_id, grouped_id, await store.layout(chat_id, grouped_id))


async def _find(
    store: ArchiveStore, grouped_id: int, channel_id: str | None
) -> tuple[PeerId, StoredLayout]:
    """The chat that has the album; Telegram gives no number to two albums."""
    if channel_id is not None:
        wanted = [(await chat_of(store, channel_id)).id]
    else:
        hidden = await store.hidden_chats()
        wanted = [chat.id for chat in await store.chats() if chat.id not in hidden]
    for chat_id in wanted:
        found = await store.layout(chat_id, grouped_id)
        if found is not None and found.layout is not None:
            return chat_id, found
    raise MessageNotStored(f"There is no album {grouped_id} in the archive.")


def _answer(chat_id: PeerId, grouped_id: int, found: StoredLayout | None) -> Response:
    if found is None or found.layout is None:
        raise MessageNotStored(f"There is no album {grouped_id} in the archive.")
    layout = found.layout
    return answer({
        "channel_id": str(chat_id),
        "grouped_id": str(grouped_id),
        **{name: getattr(layout, name) for name in ("kind", "shape", "width", "height")},
        "tiles": [msgspec.structs.asdict(tile) for tile in layout.tiles],
        "edited_by_user": found.edited_by_user,
    })  # fmt: skip
