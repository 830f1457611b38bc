"""The person at the terminal who signs in (``headrace.model.login.Login``)."""

from __future__ import annotations

import sys

import segno

from headrace import app
from headrace.cli import output
from headrace.cli.prompt import ask
from headrace.errors import ConfigError
from headrace.model.job import Wait
from headrace.model.login import Notice, SentCode

_NOTICES = {
    Notice.WRONG_CODE: "This is not the code. Look again; the newest message counts.",
    Notice.EXPIRED_CODE: "That code is too old. A new one is on its way.",
    Notice.NO_OTHER_WAY: "Telegram has no other way to send it; the code that was sent counts.",
    Notice.WRONG_PASSWORD: "This is not the password.",
    Notice.WRONG_PHONE: "Telegram knows no such number. Write it with its country code.",
}
_SENT = {
    "app": "Telegram has sent a code to your Telegram app (a message from “Telegram”, not an SMS).",
    "sms": "Telegram has sent a code by SMS.",
    "call": "Telegram calls you and says a code.",
    "flash_call": "Telegram calls you; the code is in the calling number.",
    "missed_call": "Telegram calls you and hangs up; the code is the end of the calling number",
    "email": "Telegram has sent a code to your e-mail address",
    "fragment": "Telegram has sent a code to your number at fragment.com.",
    "other": "Telegram has sent a code.",
}


class Person:
    """Asks on standard error, so that standard output stays the result's."""

    def __init__(self) -> None:
        """Nothing is drawn yet."""
        self._drawn = 0

    async def application(self) -> tuple[str, str]:
        """The id and hash, asked for until their shape is right."""
        output.notice(app.WHERE_TO_GET_ONE)
        while True:
            api_id = await ask("api_id: ")
            api_hash = await ask("api_hash (not shown): ", hidden=True)
            try:
                app.checked_application(api_id, api_hash)
            except ConfigError as problem:
                output.notice(str(problem))
            else:
                return api_id, api_hash

    async def phone(self) -> str:
        """The number, or nothing for a QR code."""
        return await ask("Phone number with country code (or Enter for a QR code): ")

    async def code(self, sent: SentCode) -> str:
        """The code, or nothing for another way."""
        sentence = _SENT.get(sent.way, _SENT["other"])
        if sent.where:
            sentence = f"{sentence.rstrip('.')} ({sent.where})."
        output.notice(sentence)
        digits = f"{sent.length} digits" if sent.length else "digits"
        other = ", or Enter to have it sent another way" if sent.again else ""
        while True:
            typed = await ask(f"Code ({digits}{other}): ")
            code = "".join(c for c in typed if c.isalnum())
            if code or sent.again:
                return code

    async def password(self, hint: str) -> str:
        """The second password, not shown."""
        shown = f", hint: {hint}" if hint else ""
        return await ask(f"Password of two-step verification (not shown{shown}): ", hidden=True)

    def scan(self, url: str, seconds: float) -> None:
        """Draw the code; a new one takes the place of the old."""
        drawing = qr_lines(url)
        if self._drawn:
            sys.stderr.write(f"\x1b[{self._drawn}A\x1b[J")
        else:
            output.notice(
                "On your phone: Telegram, Settings, Devices, Link Desktop Device. Scan this:"
            )
        lines = [
            *drawing,
            f"Good for {seconds:.0f} s; the next one follows by itself. Ctrl-C ends.",
        ]
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        sys.stderr.flush()
        self._drawn = len(lines)

    def notice(self, notice: Notice) -> None:
        """Say it."""
        output.notice(_NOTICES[notice])

    def wait(self, wait: Wait | None) -> None:
        """Say that Telegram makes us wait."""
        if wait is not None and wait.reason == "flood":
            output.notice("Telegram asks for a pause; this goes on by itself.")


def qr_lines(text: str) -> list[str]:
    """A QR code in half blocks, two rows a line, dark on light whatever the terminal's colours."""
    rows = [list(row) for row in segno.make(text, error="l", micro=False).matrix_iter(border=2)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))
    blocks = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    pairs = zip(rows[::2], rows[1::2], strict=True)
    # White on black, so that light is what shines and scanners see it the right way round.
    return [
        "\x1b[97;40m"
        + "".join(blocks[bool(a), bool(b)] for a, b in zip(top, bottom, strict=True))
        + "\x1b[0m"
        for top, bottom in pairs
    ]
