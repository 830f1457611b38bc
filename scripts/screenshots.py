"""Pictures of every page of a running site: both languages, both looks, desk and phone.

    .venv/bin/python scripts/screenshots.py 'http://127.0.0.1:8350/#token=…' FOLDER

The address is the one that ``headrace serve`` or ``headrace demo`` prints. The channel with the
most posts is shown, unless one is named. ``--also NAME=/PATH`` takes one more page; ``--only``
chooses among pages and looks by a part of their names (``thread``, ``ru-dark-phone``).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from playwright.async_api import Error as Refused

CHROMIUM = os.environ.get("HEADRACE_CHROMIUM") or shutil.which("chromium") or "chromium"
SIZES = {"desk": (1280, 1000), "phone": (360, 740)}
#: Time for pictures and the first events; a stream of events never lets the network come to rest.
QUIET_MS = 400


@dataclass(frozen=True, slots=True)
class Look:
    """How the site is looked at."""

    language: str
    theme: str
    size: str

    def __str__(self) -> str:
        return f"{self.language}-{self.theme}-{self.size}"


LOOKS = [Look(*one) for one in product(("en", "ru"), ("light", "dark"), SIZES)]


def pages_of(name: str, thread: int, word: str) -> dict[str, str]:
    """The paths of all pages by name; ``thread``: a post with comments, ``word``: to be found."""
    return {
        "channels": "/",
        "feed": f"/c/{name}",
        "feed-photos": f"/c/{name}?kind=photo",
        "feed-nothing": f"/c/{name}?kind=round_video&kind=sticker&include_reposts=0",
        "thread": f"/c/{name}/{thread}",
        "comments": f"/c/{name}/{thread}#comments",
        "versions": f"/c/{name}/{thread}/versions",
        "absent": f"/c/{name}/99999999",
        "search": f"/search?q={word}&chat={name}",
        "search-empty": "/search",
        "search-nothing": "/search?q=zzzzzzzz",
        "activity": "/activity",
        "unknown": "/c/nobody_at_all",
        "error": "/nowhere",
        "lightbox": f"/c/{name}?kind=photo",
        "keys": f"/c/{name}",
        "menu": f"/c/{name}",
    }


async def act(page: Page, name: str) -> None:
    """What is to be open in the picture."""
    if name == "lightbox":
        await page.locator("a[data-view]:not(.veiled)").first.click()
        await page.locator(".pswp--ui-visible").wait_for()
    elif name == "keys":
        await page.keyboard.press("?")
    elif name == "menu":
        await page.locator(".bar .menu > summary").click()


async def subject(context: BrowserContext, url: str, name: str) -> tuple[str, int, str]:
    """The channel to show, a post of it with comments, and a word that occurs."""
    if not name:
        channels = await (await context.request.get(f"{url}/api/channels")).json()
        first = max(channels, key=lambda one: one.get("posts_count") or 0)
        name = first.get("username") or str(first["id"])
    asked = f"{url}/api/posts?channel_id={name}&limit=50"
    posts = await (await context.request.get(f"{asked}&comments=with")).json()
    posts = posts or await (await context.request.get(asked)).json()
    words = " ".join(one.get("message") or "" for one in posts).split()
    word = max((one for one in words if one.isalpha()), key=len, default="")
    return name, posts[0]["telegram_id"] if posts else 1, word


@asynccontextmanager
async def looking(browser: Browser, look: Look, address: str) -> AsyncIterator[BrowserContext]:
    """A signed-in context of this look; it moves nothing, so that pictures hold still."""
    width, height = SIZES[look.size]
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        locale={"en": "en-GB", "ru": "ru-RU"}[look.language],
        color_scheme="dark" if look.theme == "dark" else "light",
        reduced_motion="reduce",
        has_touch=look.size == "phone",
    )
    try:
        page = await context.new_page()
        await page.goto(address)
        await page.locator("form[data-import]").wait_for()
        chosen = {"lang": look.language, "theme": look.theme}.items()
        url = address.partition("#")[0]
        await context.add_cookies([{"name": key, "value": one, "url": url} for key, one in chosen])
        yield context
    finally:
        await context.close()


async def take_login(browser: Browser, look: Look, url: str, place: Path) -> None:
    """The page that asks for the token: whoever has none sees it everywhere."""
    width, height = SIZES[look.size]
    page = await browser.new_page(
        viewport={"width": width, "height": height},
        locale=look.language,
        color_scheme="dark" if look.theme == "dark" else "light",
    )
    await page.goto(url)
    await page.screenshot(path=place)
    await page.close()


async def take(context: BrowserContext, url: str, name: str, path: str, place: Path) -> str:
    """Take one picture; what is wrong with it, or nothing."""
    page = await context.new_page()
    try:
        await page.goto(url + path, wait_until="load")
        await act(page, name)
        await page.wait_for_timeout(QUIET_MS)
        await page.screenshot(path=place)
        sizes = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        wide, shown = await page.evaluate(sizes)
    except Refused as error:
        return f"{place.name}: {error.message.splitlines()[0]}"
    else:
        return f"{place.name}: {wide} px wide on {shown}" if wide > shown else ""
    finally:
        with suppress(Refused):
            await page.close()


async def run(chosen: argparse.Namespace) -> list[str]:
    """Take all pictures; what is wrong with them."""
    parts = urlsplit(chosen.address)
    url, problems = f"{parts.scheme}://{parts.netloc}", []
    async with async_playwright() as player:
        browser = await player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for look in LOOKS:
            async with looking(browser, look, chosen.address) as context:
                pages = pages_of(*await subject(context, url, chosen.channel))
                pages |= dict(one.split("=", 1) for one in chosen.also)
                if list(wanted({"login": ""}, look, chosen.only)):
                    place = chosen.folder / f"login-{look}.png"
                    await take_login(browser, look, url, place)
                for name, path in wanted(pages, look, chosen.only):
                    place = chosen.folder / f"{name}-{look}.png"
                    problems.append(await take(context, url, name, path, place))
        await browser.close()
    return [one for one in problems if one]


def wanted(pages: dict[str, str], look: Look, only: list[str]) -> Iterator[tuple[str, str]]:
    """The pages of a look that are to be taken."""
    for name, path in pages.items():
        if all(any(part in f"{name}-{look}" for part in one.split(",")) for one in only):
            yield name, path


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("address", help="as headrace serve prints it, with its token")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--channel", default="", help="the channel to show")
    parser.add_argument("--also", action="append", default=[], metavar="NAME=/PATH")
    parser.add_argument("--only", action="append", default=[], metavar="PART[,PART]")
    chosen = parser.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    problems = asyncio.run(run(chosen))
    sys.stdout.write("".join(f"{one}\n" for one in [*problems, f"{len(problems)} problems"]))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
