"""What the browser journeys share: signing in, filling in forms by field name, pictures, work in the background."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.jobs.runner import run_waiting
from tests.support.browser import PHONE, watching

PICTURES = Path(__file__).resolve().parents[2] / "test-results"
"""Pictures of the pages on the way, for looking at; git ignores them."""

OVERFLOW = """() => {
  const root = document.documentElement, wide = root.clientWidth;
  if (root.scrollWidth <= wide + 1) return "";
  const guilty = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > wide + 1
    && !one.closest(".table-wrap, .scroll, [tabindex='0']"));
  const names = guilty.slice(0, 3).map((one) => one.outerHTML.slice(0, 120));
  return `${root.scrollWidth} px on ${wide}: ${names.join(" | ")}`;
}"""


def fits(page) -> None:
    """AssertionError when the page scrolls sideways."""
    wide = page.evaluate(OVERFLOW)
    assert not wide, f"{page.url} scrolls sideways: {wide}"


class Walk:
    """One person's window. `open` and `send` insist that the page answers and does not scroll sideways."""

    def __init__(self, page, address: str, name: str, pictures: str):
        self.page, self.address, self.name = page, address, name
        self.folder = PICTURES / pictures
        self.complaints: list[str] = []
        self.folder.mkdir(parents=True, exist_ok=True)

    def open(self, path: str):
        """Open an address of ours; it must answer 200."""
        answer = self.page.goto(path if path.startswith("http") else self.address + path)
        assert answer.status == 200, f"{path}: {answer.status}"
        fits(self.page)
        return self

    def follow(self, words: str | re.Pattern, within: str = "main"):
        """Click the first link of these words in the page's main part and wait for the page it leads to."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("link", name=words).first.click()
        fits(self.page)
        return self

    def fill(self, **values):
        """Fill in fields of the main part by their names: text, select (by value or label), boxes and radio buttons."""
        for name, value in values.items():
            field = self.page.locator(f'main [name="{name}"]')
            kind = field.first.evaluate("one => one.tagName === 'SELECT' ? 'select' : one.type")
            if kind == "radio":
                self.page.locator(f'main [name="{name}"][value="{value}"]').check(force=True)
            elif kind == "checkbox":
                field.set_checked(value)
            elif kind == "select":
                choose(field, value)
            else:
                field.fill(value)
        return self

    def send(self, words: str | re.Pattern | None = None, told: str | re.Pattern = ""):
        """Press the button (default: the main one of the main part), wait for the next page, look for `told` on it."""
        main = self.page.locator("main")
        button = main.get_by_role("button", name=words, exact=isinstance(words, str)).first if words else \
            main.locator("button.main[type=submit]").first
        with self.page.expect_navigation():
            button.click()
        fits(self.page)
        if told:
            self.sees(told)
        return self

    def sees(self, *words: str | re.Pattern):
        """Each of the words stands in the main part, seen by eye."""
        for one in words:
            found = self.page.locator("main").get_by_text(one).locator("visible=true").first
            found.wait_for(timeout=5000)
        return self

    def picture(self, name: str):
        """Keep a picture of the whole page."""
        self.page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        return self

    def download(self, act) -> Path:
        """Do something that downloads; return where the file is."""
        with self.page.expect_download() as waiting:
            act()
        path = self.folder / f"{self.name}-{waiting.value.suggested_filename}"
        waiting.value.save_as(path)
        return path

    def get(self, path: str) -> bytes:
        """The body of an address, fetched with this person's cookies; it must answer 200."""
        answer = self.page.request.get(path if path.startswith("http") else self.address + path)
        assert answer.status == 200, f"{path}: {answer.status}"
        return answer.body()


def choose(field, value: str) -> None:
    """Choose in a select by value, else by the first label that contains the words."""
    options = field.locator("option").evaluate_all("all => all.map(one => [one.value, one.label])")
    found = next((v for v, _label in options if v == value), None)
    if found is None:
        found = next((v for v, label in options if value in label), None)
    assert found is not None, f"no choice {value!r} among {[label for _v, label in options]}"
    field.select_option(found)


@contextmanager
def person(browser, address: str, name: str, *, user=None, app=None, pictures: str = "journey", language: str = "zh-CN",
           phone: bool = False) -> Iterator[Walk]:
    """A browser window of one's own that must not complain. With `user` it is signed in already."""
    size = PHONE if phone else {"viewport": {"width": 1280, "height": 900}}
    context = browser.new_context(locale=language, timezone_id="Asia/Shanghai", **size)
    page = context.new_page()
    with watching(page) as complaints:
        walk = Walk(page, address, name, pictures)
        walk.complaints = complaints
        if user is not None:
            context.add_cookies([session_cookie(app, user, address)])
        yield walk
    context.close()
    assert not complaints, "\n".join(complaints)


def session_cookie(app, user, address: str) -> dict:
    """A cookie of a session of `user`, made like the one after the password."""
    from tests.support import people

    client = app.test_client()
    people.sign_in(client, user)
    held = client.get_cookie(app.config["SESSION_COOKIE_NAME"], domain="localhost")
    return {"name": held.key, "value": held.value, "url": address.replace("http://", "https://"), "secure": True,
            "httpOnly": True}


def sign_in(walk: Walk, username: str, password: str) -> Walk:
    """Sign in by the page."""
    walk.open("/sign-in").fill(username=username, password=password)
    return walk.send()


@contextmanager
def worker(app) -> Iterator[None]:
    """Run jobs as they come, in a thread of this process, as the worker process does."""
    stop = threading.Event()

    def work() -> None:
        while not stop.wait(0.1):
            run_waiting(app)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=30)


def words_of(pdf: bytes | Path) -> str:
    """The text of a PDF as pdftotext reads it, without blanks and line ends."""
    data = pdf if isinstance(pdf, bytes) else Path(pdf).read_bytes()
    assert data.startswith(b"%PDF"), data[:200]
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True).stdout
    return re.sub(r"\s+", "", text.decode())
