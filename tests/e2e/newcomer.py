"""Who signs in: a sandbox, a configuration of one's own, and what is typed."""

import json

from tests.e2e import processes
from tests.e2e.terminal import account, ended, sent_code, terminal


class Place:
    """A sandbox, a configuration of one's own, and what a newcomer types."""

    def __init__(self, sandbox, folder):
        self.sandbox, self.folder = sandbox, folder
        self.config = folder / "config"
        self.phone = sandbox.ready["phone"]
        self.api_id, self.api_hash = str(sandbox.ready["api_id"]), sandbox.ready["api_hash"]
        options = sandbox.options()
        self.server = options[: options.index("--session")]
        self.archive = ["--archive", folder / "archive"]

    def type(self, *arguments, **more):
        return terminal(*arguments, *self.server, config=self.config, **more)

    def run(self, *arguments, check=None):
        return processes.headrace(*arguments, config=self.config, check=check)

    def application(self, child):
        child.expect("api_id: ")
        child.sendline(self.api_id)
        child.expect("api_hash .not shown.: ")
        child.sendline(self.api_hash)

    def number(self, child):
        child.expect("Phone number")
        child.sendline("+" + self.phone)

    def sign_in(self, *arguments):
        with self.type("login", *arguments) as child:
            if not self.known():
                self.application(child)
            self.number(child)
            child.expect("Code .*: ")
            child.sendline(sent_code(self.sandbox, self.phone))
            code, said = ended(child)
        assert code == 0, said
        return said

    def accounts(self):
        listed = self.run("accounts", "--json", "--quiet", check=0).stdout
        return json.loads(listed)["accounts"]

    def known(self):
        return bool(list(self.config.glob("accounts/*/session.json")))

    def sessions(self):
        return account(self.sandbox, self.phone)["sessions"]
