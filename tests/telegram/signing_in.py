"""Who signs in: a person with answers by heart, and what the sandbox knows of the accounts."""


class Scripted:
    """A person who knows what to say; ``CODE`` stands for the code that was really sent."""

    def __init__(self, server, *, phone=None, codes=("CODE",), passwords=(), scan=None):
        self.server = server
        self.phones = [phone or server.phone] if not isinstance(phone, list) else phone
        self.codes, self.passwords = list(codes), list(passwords)
        self.scans, self.notices, self.sent, self.hints = [], [], [], []
        self.scanner = scan

    async def application(self):
        raise AssertionError("not asked here")

    async def phone(self):
        return self.phones.pop(0)

    async def code(self, sent):
        self.sent.append(sent)
        code = self.codes.pop(0)
        return code(self.server) if callable(code) else code

    async def password(self, hint):
        self.hints.append(hint)
        return self.passwords.pop(0)

    def scan(self, url, seconds):
        self.scans.append(url)
        if self.scanner is not None:
            self.scanner(self, url)

    def notice(self, notice):
        self.notices.append(notice)


def account(server, phone=None):
    wanted = phone or server.phone
    return next(a for a in server.sign_in.report()["accounts"] if a["phone"] == wanted)


def right(server):
    return account(server)["code"]


def strangers(server):
    """The code that went to a number without an account."""
    (stranger,) = server.sign_in.report()["strangers"]
    return stranger["code"]


def wrong(server):
    return "".join(str((int(digit) + 1) % 10) for digit in account(server)["code"])


def token_of(url):
    return url.removeprefix("tg://login?token=")
