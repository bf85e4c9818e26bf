"""The board by finger, on a tablet: rest on a visit, carry it, let go; moving at once scrolls as everywhere."""

from __future__ import annotations

import re
from contextlib import contextmanager

from sqlalchemy import select

from app.db import db
from app.jobs.runner import run_waiting
from app.timetables.models import Timetable, Visit
from tests.support.browser import axe
from tests.support.journey import person

STILL = """() => new Promise((done) => {
  let at = -1, times = 0;
  const look = () => {
    times = scrollY === at ? times + 1 : 0; at = scrollY;
    if (times > 20) done(); else requestAnimationFrame(look);
  };
  look();
})"""  # a page that was flung goes on for a while


class Finger:
    """One finger on the glass, as the browser itself gets it."""

    def __init__(self, page):
        self.page, self._glass = page, page.context.new_cdp_session(page)

    def _touch(self, kind: str, *points):
        self._glass.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]}
        )

    @contextmanager
    def down(self, x, y):
        self.at = x, y
        self._touch("touchStart", self.at)
        yield self
        self._touch("touchEnd")

    def slide(self, x, y, steps=8):
        fx, fy = self.at
        for n in range(1, steps + 1):
            self._touch("touchMove", (fx + (x - fx) * n / steps, fy + (y - fy) * n / steps))
        self.at = x, y


def _draft(desk, app) -> str:
    desk.open("/timetables/new?month=2026-10").fill(month="2026-10", seconds="5", seed="1").send()
    run_waiting(app)
    with app.app_context():
        return f"/timetables/{db.session.scalar(select(Timetable.id))}"


def _hold(page, card) -> tuple[float, float, float]:
    """Where a finger takes the card, brought to the middle, and how far the page has been scrolled for that."""
    page.evaluate(STILL)
    card.evaluate("one => one.scrollIntoView({ block: 'center' })")
    page.evaluate(STILL)
    box = card.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] - 12, page.evaluate("window.scrollY")


def _start_of(app, card: str) -> int:
    with app.app_context():
        return next(v.start for v in db.session.scalars(select(Visit)) if f"visit-{v.id}" == card)


def test_a_visit_is_carried_by_a_finger_and_lands_under_it(browser, app, live_server, district):
    with person(
        browser, live_server, "向主任", user=district.coordinator, app=app, tablet=True, pictures="touch"
    ) as desk:
        desk.open(_draft(desk, app)).picture("01-board")
        axe(desk.page)
        card = desk.page.locator(".visit[data-drop]").last
        name = card.get_attribute("id")
        x, y, scrolled = _hold(desk.page, card)
        finger, before = Finger(desk.page), _start_of(app, name)

        clips = "() => [...document.querySelectorAll('.week-clip')].map((one) => one.scrollTop)"
        assert not any(desk.page.evaluate(clips)), "a visit that is brought into view does not shift its own column"

        with finger.down(x, y):  # moved at once: the page scrolls, the visit stays
            finger.slide(x, y + 90)
        desk.page.wait_for_function(f"() => window.scrollY < {scrolled}")
        assert not desk.page.locator(".is-held").count() and _start_of(app, name) == before
        x, y, scrolled = _hold(desk.page, card)
        top = card.bounding_box()["y"]
        with desk.page.expect_response(lambda answer: answer.url.endswith("/drop")):
            with finger.down(x, y):
                desk.page.locator(".visit.is-held").wait_for(timeout=20_000)
                finger.slide(x, y + 30)
                desk.page.locator(".shade.is-good, .shade.is-bad").wait_for(timeout=20_000)
                shade = desk.page.locator(".shade")
                shown, place = re.search(r"[0-9]{2}:[0-9]{2}", shade.inner_text())[0], shade.bounding_box()
                assert abs(place["y"] - top - 30) <= 6, "the shade lies under the finger, to five minutes"
                assert desk.page.evaluate("window.scrollY") == scrolled, "carrying scrolls nothing"
                board = desk.page.locator("#board").bounding_box()["y"]
        desk.page.wait_for_function("() => !document.body.classList.contains('is-dragging')")
        assert abs(desk.page.locator("#board").bounding_box()["y"] - board) < 2, "the board stays where it was"
        start = _start_of(app, name)
        refused = desk.page.locator("#board-words.is-refused").count()
        assert start == before if refused else f"{start // 60:02}:{start % 60:02}" == shown
        desk.picture("02-dropped")
        axe(desk.page)


def test_a_tap_opens_the_form_that_does_the_same(browser, app, live_server, district):
    with person(
        browser, live_server, "向主任", user=district.coordinator, app=app, tablet=True, pictures="touch"
    ) as desk:
        desk.open(_draft(desk, app))
        with desk.page.expect_navigation():
            desk.page.locator(".visit[data-drop] a.visit-name").first.tap()
        assert re.search(r"/visits/[0-9a-f-]{36}", desk.page.url)
        desk.picture("03-form")
        axe(desk.page)
