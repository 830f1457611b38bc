"""What axe, the checker of accessibility, has to say of every page in both looks."""

from axe_playwright_python.async_playwright import Axe
from tests.pages.browser import looking, serving

PATHS = ("/", "/c/{name}", "/c/{name}/{post}", "/c/{name}/{post}/versions", "/c/{name}/999")
PATHS += ("/search", "/activity", "/login", "/unknown", "/hidden", "/error")
GRAVE = ("serious", "critical")
#: Whatever is out of sight is looked at, too, and nothing moves meanwhile.
DESK = {"viewport": {"width": 1100, "height": 900}, "reduced_motion": "reduce"}
SHOWN = ".post { content-visibility: visible !important; }"


async def faults(page):
    """What is grave, by rule, with the first place of each."""
    found = await Axe().run(page)
    return {
        one["id"]: one["nodes"][0]["html"]
        for one in found.response["violations"]
        if one["impact"] in GRAVE
    }


async def test_axe_finds_nothing_grave(tiny):
    # The style of the test is none of the site's.
    async with (
        serving(tiny.site()) as address,
        looking(address, bypass_csp=True, **DESK) as (page, watched),
    ):
        for path in PATHS:
            for theme in ("light", "dark"):
                place = path.format(name=tiny.chat.username, post=tiny.thread.post.position)
                await page.goto(f"{address}{place}?theme={theme}")
                await page.add_style_tag(content=SHOWN)
                assert await faults(page) == {}, (place, theme)
        for opener in (".bar .menu > summary", "[data-opens=keys]"):
            await page.locator(opener).click()
            assert await faults(page) == {}, opener
        await page.evaluate("document.querySelector('#keys button').textContent = ''")
        assert [*await faults(page)] == ["button-name"]
    assert watched.wrong == []
