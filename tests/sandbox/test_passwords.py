"""The second password, asked for by the unmodified client: its hint, its proofs, its guessers."""

import pytest
from telethon import errors, functions, types
from telethon.password import compute_check
from tests.sandbox.signing_in import PHONE, known, sign_in

from tgsandbox import codes, srp


async def test_a_password_is_asked_for_with_its_hint(running, world, visitor):
    async with running(world) as sandbox:
        sandbox.sign_in.change(PHONE, password="wodnik № 1", hint="who lives under the mill")
        client = await visitor(sandbox)
        with pytest.raises(errors.UnauthorizedError):
            await client(functions.account.GetPasswordRequest())
        with pytest.raises(errors.SessionPasswordNeededError):
            await sign_in(sandbox, client)
        assert not await client.is_user_authorized()
        asked = await client(functions.account.GetPasswordRequest())
        assert (asked.has_password, asked.hint) == (True, "who lives under the mill")
        with pytest.raises(errors.PasswordHashInvalidError):
            await client.sign_in(password="wodnik")
        me = await client.sign_in(password="wodnik № 1")
        assert me.id == world.me["id"]
        assert await client.get_messages("counted", limit=1)
        assert known(sandbox)["code"] is None


async def test_a_password_question_is_answered_once_and_in_time(running, world, visitor):
    async with running(world) as sandbox:
        sandbox.sign_in.change(PHONE, password="right")
        client = await visitor(sandbox)
        with pytest.raises(errors.SessionPasswordNeededError):
            await sign_in(sandbox, client)
        first = await client(functions.account.GetPasswordRequest())
        second = await client(functions.account.GetPasswordRequest())
        for asked, refusal in (
            (first, errors.SrpIdInvalidError),
            (second, errors.SrpIdInvalidError),
        ):
            with pytest.raises(refusal):
                await client(functions.auth.CheckPasswordRequest(compute_check(asked, "right")))
        third = await client(functions.account.GetPasswordRequest())
        sandbox.sign_in.change(PHONE, password="new")
        with pytest.raises(errors.SrpPasswordChangedError):
            await client(functions.auth.CheckPasswordRequest(compute_check(third, "right")))
        with pytest.raises(errors.PasswordHashInvalidError):
            await client(functions.auth.CheckPasswordRequest(types.InputCheckPasswordEmpty()))
        assert await client.sign_in(password="new")


async def test_who_guesses_passwords_has_to_stop(running, world, visitor):
    async with running(world) as sandbox:
        sandbox.sign_in.change(PHONE, password="right")
        client = await visitor(sandbox)
        with pytest.raises(errors.SessionPasswordNeededError):
            await sign_in(sandbox, client)
        for _ in range(codes.MOST_MISTAKES):
            with pytest.raises(errors.PasswordHashInvalidError):
                await client.sign_in(password="wrong")
        with pytest.raises(errors.PhonePasswordFloodError):
            await client.sign_in(password="right")


@pytest.mark.parametrize("a", [0, srp.PRIME, 2 * srp.PRIME])
def test_numbers_that_would_make_the_password_needless_prove_nothing(a):
    """With A = 0 (mod p) the shared secret is 0 whatever the password is."""
    challenge = srp.Challenge(srp.Verifier.of("secret"))
    given = a.to_bytes(max(256, (a.bit_length() + 7) // 8), "big")
    proof = srp.proof_of(challenge.verifier, given[-256:], challenge.public, 0)
    assert not challenge.is_proven(given, proof)
