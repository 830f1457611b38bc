"""No secret leaves its place: marked ones, every path at debug level, and then a search.

The secrets: api hash, second password, phone, the session's keys, the passwords of the
database and of the proxy. Their place is the account's own session file.
"""

import base64
import re

import pytest
from tests.e2e import processes
from tests.e2e.terminal import account, ended, sent_code, terminal

HASH = "c0ffee00c0ffee00c0ffee00c0ffee00"
PASSWORD = "kanarienvogel & 100% @home"
DATABASE_PASSWORD = "kn%61ry@wall"
PROXY_PASSWORD = "sparrow-7261"
#: May the code of a sign-in be seen? On the screen, where it is typed; nowhere else.
DEBUG = ["--log-level", "DEBUG"]


class Watch:
    """Everything that was said, and the arguments that other users of the machine could see."""

    def __init__(self, sandbox, folder):
        self.sandbox, self.folder = sandbox, folder
        self.config, self.archive = folder / "config", folder / "archive"
        self.phone = sandbox.ready["phone"]
        options = sandbox.options()
        self.server = options[: options.index("--session")]
        self.said, self.arguments = [], []
        self.environment = {
            "HEADRACE_API_ID": str(sandbox.ready["api_id"]),
            "HEADRACE_API_HASH": sandbox.ready["api_hash"],
        }

    def run(self, *arguments, code=None, archive=None, **environment):
        """Run a command at debug level; all that it says is kept."""
        command = [*arguments, *DEBUG, "--archive", archive or self.archive]
        more = {"HEADRACE_CALL_TIMEOUT": "2"} | environment
        process = processes.start(*command, config=self.config, environment=more, keeps=True)
        self.arguments.append(process.args)
        out, err = process.said(120)
        self.said.append(f"$ {arguments}\n{out}{err}")
        if code is not None:
            assert process.returncode == code, out + err

    def sign_in(self, *answers):
        """Sign in at a terminal; ``answers`` to the questions after the code."""
        with terminal(
            "login", *self.server, *DEBUG, config=self.config, **self.environment
        ) as child:
            child.expect("Phone number")
            child.sendline("+" + self.phone)
            child.expect("Code .*: ")
            child.sendline(sent_code(self.sandbox, self.phone))
            for question, answer in answers:
                child.expect(question)
                child.sendline(answer)
            code, said = ended(child)
        # What a person typed in the open stands on the screen by his own hand.
        self.said.append(said.replace("+" + self.phone, "(typed)"))
        return code

    def fault(self, *rules):
        self.sandbox.ask("/faults", method="DELETE")
        self.sandbox.ask("/faults", list(rules))


def error(method, code, message, **rule):
    return {
        "method": method,
        "count": None,
        "action": {"type": "error", "code": code, "message": message},
        **rule,
    }


@pytest.fixture
def watch(fresh_tiny, tmp_path):
    return Watch(fresh_tiny, tmp_path)


def secrets_of(watch):
    """Every form in which a secret may slip out."""
    found = {HASH, watch.sandbox.ready["api_hash"], PASSWORD, DATABASE_PASSWORD, PROXY_PASSWORD}
    found |= {"kn%2561ry%40wall", "kn%2561ry", watch.phone}
    for path in watch.config.glob("accounts/*/session.json"):
        for text in re.findall(r'"key":"([^"]+)"', path.read_text()):
            key = base64.b64decode(text)
            found |= {text, text[:40], key.hex(), key.hex()[:64], str(key)[2:60]}
    return found


def happy(watch):
    """Everything as it should be."""
    watch.sandbox.ask("/sign-in", {"phone": watch.phone, "password": PASSWORD, "hint": "bird"})
    assert watch.sign_in(("not shown", "wrong"), ("not shown", PASSWORD)) == 0
    for command in (
        ["import", "@tinymill", "--json"],
        ["plan", "@tinymill", "--json"],
        ["status", "--json"],
        ["show", "@tinymill/3", "--json"],
        ["digest", "--lines"],
        ["accounts", "--json"],
        ["chats", "--json"],
        ["doctor", "--json"],
        ["reparse"],
    ):
        watch.run(*command, code=0)


def unhappy(watch):
    """Every way in which a run can end badly."""
    history = "messages.getHistory"
    for rule in (
        error(history, 420, "FLOOD_WAIT_9000"),
        error(history, 400, "CHANNEL_PRIVATE"),
        error(history, 400, "SOMETHING_UNHEARD_OF"),
        error("contacts.resolveUsername", 400, "USERNAME_NOT_OCCUPIED"),
        error("help.getConfig", 406, "API_ID_INVALID"),
        {"method": history, "count": None, "action": "unknown_constructor"},
        {"method": history, "count": 3, "action": "garbage"},
    ):
        watch.fault(rule)
        (watch.config / "accounts" / "default" / "pace.json").unlink(missing_ok=True)
        watch.run("import", "@tinymill", "--json", archive=watch.folder / "spoilt")
    watch.fault({"method": "connect", "count": None, "action": "reset"})
    watch.run("logout", code=4)
    watch.fault()
    url = "postgresql://miller:kn%2561ry%40wall@127.0.0.1:9/mill"
    elsewhere = watch.folder / "elsewhere"
    watch.run("import", "@tinymill", archive=elsewhere, code=8, HEADRACE_DATABASE=url)
    watch.run(
        "import", "@tinymill", archive=elsewhere, code=2, HEADRACE_DATABASE="mysql" + url[10:]
    )
    watch.run("doctor", archive=elsewhere, HEADRACE_DATABASE=url)
    proxy = f"socks5://wren:{PROXY_PASSWORD}@127.0.0.1:9"
    for command in ("doctor", "logout"):
        watch.run(command, HEADRACE_PROXY=proxy)
    watch.run("import", "@tinymill", code=2, HEADRACE_PROXY=f"socks9://x:{PROXY_PASSWORD}@h:1")
    watch.run("import", "@tinymill", code=2, HEADRACE_API_ID="many", HEADRACE_API_HASH=HASH)
    watch.run("import", "@tinymill", "--no-such-option", HEADRACE_API_HASH=HASH)


def lost(watch):
    """The account ends, and others try to get in."""
    for code, message in ((401, "SESSION_REVOKED"), (406, "AUTH_KEY_DUPLICATED")):
        watch.fault(error("users.getUsers", code, message))
        watch.run("import", "@tinymill", code=5)
        watch.run("doctor")
    watch.fault()
    watch.sandbox.ask("/terminate", {"phone": watch.phone})
    watch.run("import", "@tinymill", code=5)
    for method, message in (
        ("auth.signIn", "PHONE_CODE_EXPIRED"),
        ("auth.checkPassword", "PHONE_PASSWORD_FLOOD"),
        ("auth.signIn", "SOMETHING_UNHEARD_OF"),
    ):
        watch.fault(error(method, 400, message, nth=1, count=1))
        if message == "PHONE_CODE_EXPIRED":
            assert watch.sign_in(("Code .*: ", "0"), ("Code .*: ", "\x04")) != 0
        else:
            watch.sign_in(*([("not shown", PASSWORD)] if "Password" in method else []))


@pytest.mark.timeout(400)
def test_no_secret_leaves_its_place(watch):
    happy(watch)
    secrets = secrets_of(watch)
    assert len(secrets) > 10
    unhappy(watch)
    lost(watch)
    watch.run("logout")
    watch.run("logout", code=5)
    secrets |= secrets_of(watch)
    for text in watch.said:
        hits = [secret for secret in secrets if secret in text]
        assert not hits, (hits, text)
    for arguments in watch.arguments:
        assert not [one for one in arguments if any(secret in one for secret in secrets)]
    assert not list(watch.config.rglob("session.json"))
    assert account(watch.sandbox, watch.phone)["sessions"] == 0
    for path in watch.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not [secret for secret in secrets if secret.encode() in content], path


def test_the_search_finds_what_is_there(watch):
    """The negative control: the session file itself holds what is searched for."""
    watch.sandbox.ask("/sign-in", {"phone": watch.phone, "password": None, "hint": ""})
    assert watch.sign_in() == 0
    held = (watch.config / "accounts" / "default" / "session.json").read_text()
    hits = {secret for secret in secrets_of(watch) if secret in held}
    assert watch.sandbox.ready["api_hash"] in hits
    assert any(len(hit) > 300 for hit in hits)
