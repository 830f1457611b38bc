"""One account at work for several jobs: a session belongs to one process and one client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from headrace.app.accounts import Telegram, open_telegram
from headrace.model.files import FileOps
from headrace.settings import Settings

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class AccountShare:
    """Opens the account of the settings for the first that needs it, and closes it for the last.

    Between two uses the account is free for other processes; and an account that was lost is
    opened anew once those who lost it have gone.
    """

    files: FileOps
    settings: Settings
    _keeper: _Keeper | None = None
    _door: asyncio.Lock = field(default_factory=asyncio.Lock)

    @asynccontextmanager
    async def use(self) -> AsyncIterator[Telegram]:
        """The open account.

        Raises:
            What opening it raises.
        """
        keeper = await self._join()
        try:
            yield await asyncio.shield(keeper.opened)
        finally:
            await asyncio.shield(self._leave(keeper))

    async def _join(self) -> _Keeper:
        async with self._door:
            if self._keeper is None:
                self._keeper = _Keeper(self.files, self.settings)
            self._keeper.users += 1
            return self._keeper

    async def _leave(self, keeper: _Keeper) -> None:
        async with self._door:
            keeper.users -= 1
            if not keeper.users:
                self._keeper = None
                await keeper.close()


class _Keeper:
    """Holds the account open in a task of its own: whoever asked first may be gone first."""

    def __init__(self, files: FileOps, settings: Settings) -> None:
        self.users = 0
        self.opened: asyncio.Future[Telegram] = asyncio.get_running_loop().create_future()
        self._is_over = asyncio.Event()
        self._task = asyncio.create_task(self._keep(files, settings))

    async def close(self) -> None:
        """Hang up; an opening that is under way is given up."""
        self._is_over.set()
        if not self.opened.done():
            self._task.cancel()
        await asyncio.wait([self._task])

    async def _keep(self, files: FileOps, settings: Settings) -> None:
        try:
            async with open_telegram(files, settings, settings.pace) as telegram:
                self.opened.set_result(telegram)
                await self._is_over.wait()
        except asyncio.CancelledError:
            self.opened.cancel()
        except Exception as error:  # noqa: BLE001 - it is theirs who wait for the account
            if self.opened.done():
                _log.exception("closing the account")
                return
            self.opened.set_exception(error)
            # Looked at here, so that an error whose waiters have gone does not complain.
            self.opened.exception()
