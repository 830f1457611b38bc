"""A message read from an export of its own."""

from functools import partial

import pytest
from tests.desktop.exports import read_one


@pytest.fixture
def one(tmp_path):
    return partial(read_one, tmp_path)
