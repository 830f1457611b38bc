"""An import of an export that ends before its time leaves none of the export's files open."""

import asyncio

import pytest
from tests.desktop.exports import import_into, open_descriptors, photo, root, write

from headrace.blobs.files import LocalFiles
from headrace.errors import Interrupted
from headrace.store.open import open_archive


class EndsAt:
    """Ends the import at one of its looks at the control."""

    is_stopped = False

    def __init__(self, look, error):
        self.left, self.error = look, error

    async def checkpoint(self):
        self.left -= 1
        if not self.left:
            raise self.error


async def left_open(folder, archive, control):
    """The descriptors that are open before the loop ends, which would close them after all."""
    async with open_archive(LocalFiles(), archive) as store:
        with pytest.raises(type(control.error)):
            await import_into(store, folder, archive, control)
        return open_descriptors(folder)


@pytest.mark.parametrize("error", [Interrupted, asyncio.CancelledError])
@pytest.mark.parametrize("look", [1, 2, 3, 4])
def test_nothing_is_left_open(tmp_path, error, look):
    photos = [photo(number, photo=f"{number}.jpg") for number in range(1, 700)]
    folder = write(tmp_path / "export", root(*photos))
    assert asyncio.run(left_open(folder, tmp_path / "archive", EndsAt(look, error()))) == []
