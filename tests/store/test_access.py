"""The access book: kept with the account, never in an archive."""

import stat
from types import SimpleNamespace

import pytest

from headrace.blobs.files import LocalFiles
from headrace.store.access import AccessBook
from headrace.store.tables import metadata


def access(peer_id=-1001, access_hash=1, username=""):
    return SimpleNamespace(peer_id=peer_id, access_hash=access_hash, username=username)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "account" / "access.db"


def test_what_is_remembered_outlives_the_process(path):
    with AccessBook(LocalFiles(), path) as book:
        book.remember_peers(
            [access(access_hash=-(2**63), username="TheMill"), access(5, 2**63 - 1)]
        )
        book.remember_peers([])
    with AccessBook(LocalFiles(), path) as book:
        assert book.access_hash(-1001) == -(2**63)
        assert book.access_hash(5) == 2**63 - 1
        assert book.access_hash(6) is None
        assert book.peer_by_username("themill") == -1001
        assert book.peer_by_username("") is None


def test_a_new_hash_replaces_the_old_and_keeps_the_name(path):
    with AccessBook(LocalFiles(), path) as book:
        book.remember_peers([access(username="mill")])
        book.remember_peers([access(access_hash=2)])
        assert (book.access_hash(-1001), book.peer_by_username("mill")) == (2, -1001)
        book.remember_peers([access(access_hash=2, username="river")])
        assert book.peer_by_username("mill") is None


def test_a_name_means_whoever_had_it_last(path):
    with AccessBook(LocalFiles(), path) as book:
        book.remember_peers([access(-1, username="mill")])
        book.remember_peers([access(-2, username="Mill")])
        assert book.peer_by_username("mill") == -2


def test_only_the_owner_may_read_it(path):
    with AccessBook(LocalFiles(), path) as book:
        book.remember_peers([access()])
    for one in path.parent.rglob("*"):
        assert stat.S_IMODE(one.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_table_of_an_archive_has_a_place_for_it():
    names = {column.name for table in metadata.sorted_tables for column in table.c}
    assert not names & {"access_hash", "file_reference", "reference"}
