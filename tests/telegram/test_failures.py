"""Every error that Telethon knows has exactly one meaning, and none is overlooked."""

import asyncio
import inspect

import pytest
from telethon import errors as telethon_errors
from telethon.errors import rpcbaseerrors
from telethon.tl.functions.help import GetConfigRequest

from headrace import errors
from headrace.telegram.failures import Unreadable, Verdict, classify, classify_code, translate

REQUEST = GetConfigRequest()


def every_error():
    for name, kind in telethon_errors.rpc_errors_dict.items():
        yield name, kind(request=REQUEST)
    for pattern, kind in telethon_errors.rpc_errors_re:
        yield pattern, kind(request=REQUEST, capture=7)
    for code, kind in rpcbaseerrors.base_errors.items():
        yield str(code), kind(request=REQUEST, message="SOMETHING_NEW", code=code)


def test_each_error_has_one_verdict_and_its_own_name():
    for name, error in every_error():
        failure = classify(error)
        assert failure.verdict in Verdict
        assert failure.verdict is not Verdict.RECONNECT
        assert failure.code not in ("", "None")
        if "(" not in name and not name.isdigit():
            assert failure.code == name.upper()
        assert isinstance(translate(failure, "help.getConfig"), errors.HeadraceError)


@pytest.mark.parametrize(
    ("code", "number", "verdict"),
    [
        ("FLOOD_WAIT_31", 420, Verdict.WAIT),
        ("FLOOD_PREMIUM_WAIT_3", 420, Verdict.WAIT),
        ("SLOWMODE_WAIT_9", 420, Verdict.WAIT),
        ("TAKEOUT_INIT_DELAY_86400", 420, Verdict.WAIT),
        ("FILE_REFERENCE_EXPIRED", 400, Verdict.REFRESH_REFERENCE),
        ("FILEREF_UPGRADE_NEEDED", 406, Verdict.REFRESH_REFERENCE),
        ("FILE_MIGRATE_4", 303, Verdict.MIGRATE),
        ("USER_MIGRATE_4", 303, Verdict.MIGRATE),
        ("RPC_CALL_FAIL", 400, Verdict.RETRY),
        ("RPC_MCGET_FAIL", 400, Verdict.RETRY),
        ("NO_WORKERS_RUNNING", -500, Verdict.RETRY),
        ("Timeout", -503, Verdict.RETRY),
        ("MSG_ID_INVALID", 400, Verdict.ITEM_LOST),
        ("USERNAME_NOT_OCCUPIED", 400, Verdict.ITEM_LOST),
        ("CHANNEL_PRIVATE", 400, Verdict.CHAT_LOST),
        ("SOMETHING_FORBIDDEN_IS_NEW", 403, Verdict.CHAT_LOST),
        ("AUTH_KEY_UNREGISTERED", 401, Verdict.ACCOUNT_LOST),
        ("AUTH_KEY_DUPLICATED", 406, Verdict.ACCOUNT_LOST),
        ("USER_DEACTIVATED_BAN", 401, Verdict.ACCOUNT_LOST),
        ("SOMETHING_NEW", 401, Verdict.ACCOUNT_LOST),
        ("SOMETHING_NEW", 400, Verdict.BUG),
    ],
)
def test_what_the_names_mean(code, number, verdict):
    assert classify_code(code, number).verdict is verdict


def test_a_wait_knows_its_seconds_and_whom_it_holds_back():
    assert classify_code("FLOOD_WAIT_0").seconds == 1
    assert classify_code("FLOOD_WAIT_14400").seconds == 14_400
    assert classify_code("PREVIOUS_CHAT_IMPORT_ACTIVE_WAIT_2MIN").seconds == 120
    assert classify_code("FLOOD_PREMIUM_WAIT_3").files_only
    assert not classify_code("FLOOD_WAIT_3").files_only
    assert classify_code("FILE_MIGRATE_4").dc == 4


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (ConnectionResetError(), Verdict.RECONNECT),
        (asyncio.IncompleteReadError(b"", 8), Verdict.RECONNECT),
        (telethon_errors.InvalidChecksumError(1, 2), Verdict.RECONNECT),
        (telethon_errors.InvalidBufferError(b"abcdef"), Verdict.RECONNECT),
        (telethon_errors.SecurityError(), Verdict.RECONNECT),
        (telethon_errors.BadMessageError(REQUEST, 64), Verdict.RECONNECT),
        (
            telethon_errors.InvalidBufferError((-429).to_bytes(4, "little", signed=True)),
            Verdict.WAIT,
        ),
        (
            telethon_errors.InvalidBufferError((-404).to_bytes(4, "little", signed=True)),
            Verdict.ACCOUNT_LOST,
        ),
        (telethon_errors.AuthKeyNotFound(), Verdict.ACCOUNT_LOST),
        (TimeoutError(), Verdict.RETRY),
        (telethon_errors.TypeNotFoundError(0xDEADBEEF, b""), Verdict.UNREADABLE),
        (RuntimeError("Invalid constructor code"), Verdict.UNREADABLE),
    ],
)
def test_what_comes_from_the_wire(error, verdict):
    assert classify(error).verdict is verdict


def test_telethons_own_errors_are_all_thought_of():
    """A new class in Telethon's list must be looked at before it is classified by accident."""
    own = {name for name, _ in inspect.getmembers(telethon_errors.common, inspect.isclass)}
    assert own - {"TLRequest"} == {
        "AlreadyInConversationError",
        "AuthKeyNotFound",
        "BadMessageError",
        "CdnFileTamperedError",
        "InvalidBufferError",
        "InvalidChecksumError",
        "MultiError",
        "ReadCancelledError",
        "SecurityError",
        "TypeNotFoundError",
    }


def test_what_cannot_be_read_names_the_constructor():
    failure = classify(telethon_errors.TypeNotFoundError(0xDEADBEEF, b"secret text"))
    error = translate(failure, "messages.getHistory")
    assert isinstance(error, Unreadable)
    assert error.code == "0xdeadbeef"
    assert "secret" not in str(error)
