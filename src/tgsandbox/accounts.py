"""The accounts of the sandbox: the world's own first, and those added while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from tgsandbox.errors import SandboxError
from tgsandbox.srp import Verifier
from tgsandbox.worlds.base import World

API_ID = 10001
API_HASH = "0123456789abcdef0123456789abcdef"
#: The first account's number: of the range that Telegram's own test servers use.
PHONE = "9996620001"
#: Ids of accounts that are added: above those of any real person in an export.
_FIRST_ID = 990_000_000_001
_SHORTEST, _LONGEST = 7, 15
_SEPARATORS = str.maketrans("", "", "+-() ")


def digits(phone: str) -> str | None:
    """A phone number as Telegram keeps it; ``None`` where it cannot be one."""
    bare = phone.translate(_SEPARATORS)
    right = bare.isascii() and bare.isdigit() and _SHORTEST <= len(bare) <= _LONGEST
    return bare if right else None


@dataclass(kw_only=True)
class Account:
    """One person's account."""

    phone: str
    """Digits only."""
    user_id: int
    name: str
    dc: int
    password: str | None = None
    hint: str | None = None
    banned: bool = False
    verifier: Verifier | None = field(default=None, repr=False)

    def set_password(self, password: str | None) -> None:
        self.password = password
        self.verifier = Verifier.of(password) if password is not None else None

    def as_json(self) -> dict[str, Any]:
        """All but what follows from the password; `Accounts.restore` takes it back."""
        kept = asdict(self)
        del kept["verifier"]
        return kept


class Accounts:
    """The accounts by phone and by user id. All see the same chats."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.by_id: dict[int, Account] = {}
        me = world.me
        self._put(Account(phone=PHONE, user_id=me["id"], name=me.get("name", ""), dc=world.home_dc))

    def __iter__(self) -> Iterator[Account]:
        return iter(self.by_id.values())

    @property
    def first(self) -> Account:
        """The world's own, whose session file the sandbox writes."""
        return self.by_id[self._world.me["id"]]

    def by_phone(self, phone: str) -> Account | None:
        """``phone`` is digits only."""
        return next((one for one in self if one.phone == phone), None)

    def add(self, phone: str) -> Account:
        """A new account on the home data centre."""
        number = digits(phone)
        if number is None:
            raise SandboxError(f"{phone!r} is no phone number: {_SHORTEST} to {_LONGEST} digits.")
        user_id = _FIRST_ID + len(self.by_id) - 1
        account = Account(
            phone=number, user_id=user_id, name=f"Account {number}", dc=self._world.home_dc
        )
        self._put(account)
        return account

    def rename(self, account: Account, name: str) -> None:
        account.name = name
        self._put(account)

    def restore(self, kept: dict[str, Any]) -> None:
        """An account of an earlier run; one that another person has in this world is let go."""
        known = self.by_phone(kept["phone"])
        if known is not None and known.user_id != kept["user_id"]:
            return
        account = Account(**kept)
        account.set_password(account.password)
        self._put(account)

    def _put(self, account: Account) -> None:
        """Keep an account, and let the world know the person."""
        known = self._world.peers([account.user_id])
        content = known[0] if known else {"id": account.user_id, "kind": "user"}
        self._world.add_peers([{**content, "name": account.name}])
        self.by_id[account.user_id] = account
