"""A store of media in the test's own folder."""

import pytest
from tests.blobs.scenes import blobs_of


@pytest.fixture
def blobs(tmp_path):
    return blobs_of(tmp_path)
