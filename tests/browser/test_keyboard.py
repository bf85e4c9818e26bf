"""The day's way without a mouse: sign in, find a child by the key "/", walk its tabs."""

from __future__ import annotations

import pytest

from app.demo.accounts import PASSWORD
from tests.support.journey import person

FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  return [one.tagName, (one.innerText || one.value || "").trim(), one.getAttribute("href") || "",
          style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none"];
}"""


def _tab_to(page, wanted, most: int = 60):
    """Press the tab key until the wanted element has the focus, which must be seen on every stop."""
    for _press in range(most):
        page.keyboard.press("Tab")
        tag, words, link, seen = page.evaluate(FOCUSED)
        assert tag == "BODY" or seen, f"no focus is seen on {tag} {words!r}"
        if wanted(tag, words, link):
            return
    raise AssertionError(f"{page.url}: never reached by the tab key")


def _skip_the_menu(page):
    """The first stop of every page leads past the menu."""
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")


@pytest.mark.xdist_group("browser")
def test_sign_in_find_a_child_and_walk_the_tabs_by_keyboard(browser, demo_server):
    with person(browser, demo_server, "keyboard", pictures="keyboard") as walk:
        page = walk.open("/sign-in").page
        _tab_to(page, lambda tag, _words, _link: tag == "INPUT")
        page.keyboard.type("district")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.name") == "q"
        page.keyboard.type("冉")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        _skip_the_menu(page)
        _tab_to(page, lambda tag, words, link: tag == "A" and "/children/" in link and words.startswith("冉"))
        with page.expect_navigation():
            page.keyboard.press("Enter")
        child = page.url
        tabs = page.locator("main nav a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        tabs = [link for link in tabs if link.startswith("/children/")]
        assert len(tabs) >= 5
        for link in tabs[1:]:
            _skip_the_menu(page)
            _tab_to(page, lambda _tag, _words, here, link=link: here == link)
            with page.expect_navigation():
                page.keyboard.press("Enter")
            assert page.url != child and page.locator('main nav a[aria-current="page"]').count() >= 1, page.url
