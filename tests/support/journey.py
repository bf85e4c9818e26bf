"""What the browser journeys share: signing in, filling in forms by field name, pictures, work in the background."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl

from app.jobs.runner import run_waiting
from tests.support.browser import PHONE, TABLET, watching

PICTURES = Path(os.environ.get("YIAN_TEST_PICTURES") or Path(__file__).resolve().parents[2] / "test-results")
"""Pictures of the pages on the way, for looking at; git ignores them, the next run of the tests throws them away."""

OVERFLOW = """() => {
  const root = document.documentElement, wide = root.clientWidth;
  for (const day of document.querySelectorAll(".week-day"))  // a column of a board keeps its visits to itself
    for (const visit of day.querySelectorAll(".visit"))
      if (visit.getBoundingClientRect().right > day.getBoundingClientRect().right + 1)
        return `lies over the next column: ${visit.outerHTML.slice(0, 120)}`;
  for (const week of document.querySelectorAll(".week")) {  // and its hours stand beside those of the others
    const tops = [...week.querySelectorAll(".week-clip")].map((one) => Math.round(one.getBoundingClientRect().top));
    if (tops.some((top) => top !== tops[0])) return `the hours of a board stand at ${tops.join(", ")} px`;
  }
  if (root.scrollWidth <= wide + 1) return "";
  const guilty = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > wide + 1
    && !one.closest(".table-wrap, .scroll, [tabindex='0']"));
  const names = guilty.slice(0, 3).map((one) => one.outerHTML.slice(0, 120));
  return `${root.scrollWidth} px on ${wide}: ${names.join(" | ")}`;
}"""


def fits(page) -> None:
    """AssertionError when the page scrolls sideways."""
    wide = page.evaluate(OVERFLOW)
    assert not wide, f"{page.url} is too wide: {wide}"


FETCH = """async (path) => {
  const answer = await fetch(path), bytes = new Uint8Array(await answer.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return [answer.status, btoa(text)];
}"""


class Walk:
    """One person's window. `open` and `send` insist that the page answers and does not scroll sideways."""

    def __init__(self, page, address: str, name: str, pictures: str):
        self.page, self.address, self.name, self._context = page, address, name, page.context
        self.folder, self.looks = PICTURES / (pictures or "other"), bool(pictures)
        self.complaints: list[str] = []
        self.folder.mkdir(parents=True, exist_ok=True)

    @property
    def context(self):
        """The browser of this person, for a second tab."""
        return self._context

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

    def send(self, status: int = 200):
        """Press the main button of the main part and wait for the next page, which must answer so."""
        with self.page.expect_navigation() as waiting:
            self.page.locator("main button.main[type=submit]").first.click()
        return self._arrived(waiting.value, status)

    def _arrived(self, answer, status: int):
        if answer.status != status:
            raise AssertionError(f"{self.page.url}: {answer.status}\n{self.page.locator('main').inner_text()}")
        fits(self.page)
        return self

    def send_link(self, ending: str):
        """Follow the first link of the main part whose address ends so, as a click does."""
        with self.page.expect_navigation():
            self.page.locator(f'main a[href*="{ending}"]').first.click()
        fits(self.page)
        return self

    def confirm(self, status: int = 200):
        """Press the main button of a form that asks first, say yes in its dialog, wait for the answer."""
        self.page.locator("main form[data-confirm] button.main[type=submit]").first.click()
        with self.page.expect_navigation() as waiting:
            self.page.locator("dialog[open] button.main").click()
        return self._arrived(waiting.value, status)

    def until(self, selector: str, seconds: float = 30):
        """Look again, as a person does, until something stands on the page."""
        for _attempt in range(int(seconds)):
            if self.page.locator(selector).count():
                return self
            self.page.wait_for_timeout(1000)
            self.page.reload()
        raise AssertionError(f"{self.page.url}: {selector} never came:\n{self.page.locator('main').inner_text()}")

    def sees(self, *words: str | re.Pattern):
        """Each of the words stands in the main part, seen by eye."""
        for one in words:
            found = self.page.locator("main").get_by_text(one).locator("visible=true").first
            found.wait_for(timeout=240_000)  # on a slow machine beside others; a quick one never waits
        return self

    def picture(self, name: str):
        """Keep a picture of the whole page, unless this walk is without pictures."""
        if self.looks:
            self.page.screenshot(path=self.folder / f"{name}.png", full_page=True)
        return self

    def download(self, act) -> Path:
        """Do something that downloads; return where the file is."""
        with self.page.expect_download() as waiting:
            act()
        path = self.folder / f"{self.name}-{waiting.value.suggested_filename}"
        waiting.value.save_as(path)
        return path

    def get(self, path: str, name: str = "") -> bytes:
        """The body of an address, fetched with this person's cookies; it must answer 200. With a name it is kept."""
        status, body = self.page.evaluate(FETCH, path)
        assert status == 200, f"{path}: {status}"
        content = base64.b64decode(body)
        if name:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(content)
        return content


def choose(field, value: str) -> None:
    """Choose in a select by value, else by the first label that contains the words."""
    options = field.locator("option").evaluate_all("all => all.map(one => [one.value, one.label])")
    found = next((v for v, _label in options if v == value), None)
    if found is None:
        found = next((v for v, label in options if value in label), None)
    assert found is not None, f"no choice {value!r} among {[label for _v, label in options]}"
    field.select_option(found)


@contextmanager
def person(
    browser,
    address: str,
    name: str,
    *,
    user=None,
    app=None,
    pictures: str = "journey",
    language: str = "zh-CN",
    phone: bool = False,
    tablet: bool = False,
) -> Iterator[Walk]:
    """A browser window of one's own that must not complain. With `user` it is signed in already."""
    size = PHONE if phone else TABLET if tablet else {"viewport": {"width": 1280, "height": 900}}
    context = browser.new_context(locale=language, timezone_id="Asia/Shanghai", **size)
    context.set_default_timeout(240_000)  # a slow machine beside others; a quick one never waits
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
    return {
        "name": held.key,
        "value": held.value,
        "url": address.replace("http://", "https://"),
        "secure": True,
        "httpOnly": True,
    }


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


def with_check(seventeen: str) -> str:
    """A resident's number with its check character (GB 11643-1999)."""
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(seventeen))
    return seventeen + "10X98765432"[total % 11]


def sheet_rows(path: Path) -> list[list[str]]:
    """The rows of the first sheet of a spreadsheet, as text."""
    rows = openpyxl.load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True)
    return [[str(cell or "") for cell in row] for row in rows]


def words_of(pdf: bytes | Path) -> str:
    """The text of a PDF as pdftotext reads it, without blanks and line ends."""
    data = pdf if isinstance(pdf, bytes) else Path(pdf).read_bytes()
    assert data.startswith(b"%PDF"), data[:200]
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True).stdout
    return re.sub(r"\s+", "", text.decode())
