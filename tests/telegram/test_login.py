"""Signing in against the sandbox: every way in, every wrong answer, and nothing kept too early."""

import asyncio

import pytest
from tests.telegram.signing_in import Scripted, account, right, strangers, token_of, wrong

from headrace import errors
from headrace.model.login import Notice
from headrace.telegram.client import Application, ServerAddress, open_client, trust
from headrace.telegram.clock import SystemClock
from headrace.telegram.link import Endpoint
from headrace.telegram.login import SignIn
from headrace.telegram.methods import SIGNING_OUT
from headrace.telegram.patience import Patience

QUICK = Patience(connect=5, answer=5, first_backoff=0.01, longest_backoff=0.05)


@pytest.fixture
def sign_in(sandbox):
    async def run(server, person, *, by_qr=False, application=None, patience=QUICK):
        host, port = server.address.split(":")
        trust(server.public_key_file)
        signing_in = SignIn(
            Endpoint(host=host, port=int(port), dc=server.dc, proxy=None),
            application or Application(api_id=server.api_id, api_hash=server.api_hash),
            person,
            clock=SystemClock(),
            patience=patience,
        )
        async with signing_in as it:
            return await it.run(by_qr=by_qr)

    return run


async def opens(session, server):
    """Whether the session is taken; the address is its own."""
    application = Application(api_id=server.api_id, api_hash=server.api_hash)
    async with open_client(session, application, patience=QUICK) as client:
        return client.user_id


async def test_phone_and_code(sandbox, sign_in):
    async with sandbox("tiny") as server:
        person = Scripted(server, codes=[right])
        session = await sign_in(server, person)
        assert session.user_id == account(server)["user_id"]
        assert session.name == account(server)["name"]
        assert (session.api_id, session.home) == (server.api_id, server.dc)
        assert person.sent[0].way == "app"
        assert person.sent[0].length == 5
        assert await opens(session, server) == session.user_id
        assert server.report()["handshakes"] == 1


async def test_wrong_codes_are_asked_again(sandbox, sign_in):
    async with sandbox("tiny") as server:
        person = Scripted(server, codes=[wrong, wrong, right])
        assert (await sign_in(server, person)).user_id
        assert person.notices == [Notice.WRONG_CODE] * 2


async def test_an_expired_code_is_followed_by_a_new_one(sandbox, sign_in):
    def late(server):
        code = right(server)
        server.sign_in.change(server.phone, expire=True)
        return code

    async with sandbox("tiny") as server:
        person = Scripted(server, codes=[late, right])
        assert (await sign_in(server, person)).user_id
        assert person.notices == [Notice.EXPIRED_CODE]
        assert server.report()["methods"]["auth.sendCode"] == 2


async def test_a_code_can_be_sent_another_way(sandbox, sign_in):
    async with sandbox("tiny") as server:
        person = Scripted(server, codes=["", right])
        assert (await sign_in(server, person)).user_id
        assert person.sent[0].again
        assert person.sent[0].way != person.sent[1].way


async def test_the_second_password_with_its_hint(sandbox, sign_in):
    async with sandbox("tiny") as server:
        server.sign_in.change(server.phone, password="hollow", hint="tree")
        person = Scripted(server, codes=[right], passwords=["birch", "", "hollow"])
        assert (await sign_in(server, person)).user_id
        assert person.notices == [Notice.WRONG_PASSWORD]
        assert person.hints == ["tree"] * 3


def scanning(person, url):
    person.server.sign_in.scan(token_of(url), person.server.phone)


@pytest.mark.parametrize("password", [None, "hollow"])
async def test_a_scanned_code(sandbox, sign_in, password):
    async with sandbox("tiny") as server:
        server.sign_in.change(server.phone, password=password, hint="")
        person = Scripted(server, scan=scanning, passwords=["hollow"])
        assert (await sign_in(server, person, by_qr=True)).user_id
        assert len(person.scans) == 1
        assert person.phones


async def test_no_number_means_a_scanned_code(sandbox, sign_in):
    async with sandbox("tiny") as server:
        person = Scripted(server, phone=[""], scan=scanning)
        assert (await sign_in(server, person)).user_id


async def test_an_expired_picture_is_drawn_anew(sandbox, sign_in):
    """Time runs in the person's hands: the first picture is let go stale."""

    class Hasty(SystemClock):
        async def sleep(self, seconds):
            await asyncio.sleep(min(seconds, 0.01))

    def second(person, url):
        if len(person.scans) == 1:
            person.server.sign_in.change(person.server.phone, expire=True)
        else:
            scanning(person, url)

    async with sandbox("tiny") as server:
        person = Scripted(server, scan=second)
        host, port = server.address.split(":")
        trust(server.public_key_file)
        signing_in = SignIn(
            Endpoint(host=host, port=int(port), dc=server.dc, proxy=None),
            Application(api_id=server.api_id, api_hash=server.api_hash),
            person,
            clock=Hasty(),
            patience=QUICK,
        )
        async with signing_in as it:
            assert (await it.run(by_qr=True)).user_id
        assert len(set(person.scans)) == len(person.scans) >= 2


@pytest.mark.parametrize("by_qr", [False, True])
async def test_an_account_of_another_data_centre(sandbox, sign_in, by_qr):
    async with sandbox("tiny", dcs=5) as server:
        server.sign_in.change(server.phone, dc=4)
        person = Scripted(server, codes=[right], scan=scanning)
        session = await sign_in(server, person, by_qr=by_qr)
        assert session.home == 4
        assert list(session.centres) == [4]
        assert await opens(session, server) == session.user_id


async def test_a_number_that_is_none_is_asked_again(sandbox, sign_in):
    async with sandbox("tiny") as server:
        person = Scripted(server, phone=["12", server.phone], codes=[right])
        assert (await sign_in(server, person)).user_id
        assert person.notices == [Notice.WRONG_PHONE]


@pytest.mark.parametrize(
    ("change", "phone", "words"),
    [
        ({}, ["12", "12", "12"], "phone number"),
        ({}, "9996629999", "no Telegram account"),
        ({"banned": True}, None, "banned"),
    ],
)
async def test_numbers_that_nobody_signs_in_with(sandbox, sign_in, change, phone, words):
    async with sandbox("tiny") as server:
        if change:
            server.sign_in.change(server.phone, **change)
        with pytest.raises(errors.SignInFailed, match=words) as caught:
            await sign_in(server, Scripted(server, phone=phone, codes=[strangers]))
        assert caught.value.hint


@pytest.mark.parametrize("by_qr", [False, True])
async def test_an_application_that_is_not_known(sandbox, sign_in, by_qr):
    async with sandbox("tiny") as server:
        other = Application(api_id=server.api_id, api_hash="0" * 32)
        with pytest.raises(errors.SignInFailed, match="api_id") as caught:
            await sign_in(server, Scripted(server), by_qr=by_qr, application=other)
        assert "my.telegram.org" in caught.value.hint


async def test_a_server_that_is_not_who_it_should_be(sandbox, sign_in, tmp_path):
    async with sandbox("tiny") as server, sandbox("tiny") as other:
        host, port = server.address.split(":")
        del other
        signing_in = SignIn(
            Endpoint(host=host, port=int(port), dc=server.dc, proxy=None),
            Application(api_id=1, api_hash="x"),
            Scripted(server),
            clock=SystemClock(),
            patience=QUICK,
        )
        with pytest.raises(errors.ConfigError, match="could not prove"):
            async with signing_in:
                pytest.fail("connected")


@pytest.mark.parametrize("method", ["auth.signIn", "auth.checkPassword"])
async def test_an_answer_that_is_lost_does_not_lock_the_person_out(sandbox, sign_in, method):
    """The code counts only once, so the second try is told that it is wrong; but we are in."""
    patience = Patience(connect=2, answer=0.5, first_backoff=0.01, longest_backoff=0.02)
    async with sandbox("tiny", faults={"method": method, "action": "lose_reply"}) as server:
        server.sign_in.change(server.phone, password="hollow", hint="")
        person = Scripted(server, codes=[right, right], passwords=["hollow", "hollow"])
        assert (await sign_in(server, person, patience=patience)).user_id


async def test_the_connection_may_break_between_the_questions(sandbox, sign_in):
    async with sandbox("tiny", faults={"method": "auth.signIn", "action": "reset"}) as server:
        assert (await sign_in(server, Scripted(server, codes=[right]))).user_id
        assert server.report()["handshakes"] == 1


async def test_the_device_is_named(sandbox, sign_in):
    from headrace import __version__

    async with sandbox("tiny") as server:
        await sign_in(server, Scripted(server, codes=[right]))
        assert server.report()["devices"] == {f"headrace {__version__}, {__version__}": 1}


async def test_signing_out_ends_the_key(sandbox, sign_in):
    async with sandbox("tiny") as server:
        session = await sign_in(server, Scripted(server, codes=[right]))
        application = Application(api_id=server.api_id, api_hash=server.api_hash)
        async with open_client(session, application, patience=QUICK, methods=SIGNING_OUT) as client:
            await client.log_out()
        with pytest.raises(errors.NotSignedIn):
            await opens(session, server)


async def test_the_reading_gate_does_not_sign_out(sandbox):
    async with sandbox("tiny") as server:
        from headrace.telegram.session import load_session

        application = Application(api_id=server.api_id, api_hash=server.api_hash)
        host, port = server.address.split(":")
        where = ServerAddress(host=host, port=int(port), dc=server.dc)
        session = load_session(server.session_file)
        async with open_client(session, application, server=where, patience=QUICK) as client:
            with pytest.raises(errors.MethodNotAllowed):
                await client.log_out()
