"""A coordinator reviews a draft in the browser: drags a visit, is refused, pins by keyboard, runs again, compares."""

from __future__ import annotations

import re

from sqlalchemy import select

from app.db import db
from app.jobs.runner import run_waiting
from app.timetables.models import Visit
from tests.support.browser import axe
from tests.support.journey import Walk, person

MONTH = "2026-10"
CARD = ".visit[data-drop]"
TOP = "one => Math.round(one.getBoundingClientRect().top + window.scrollY)"


def _makes(desk: Walk, app, seed: str) -> str:
    """A draft of October; its address."""
    desk.open(f"/timetables/new?month={MONTH}").fill(month=MONTH, seconds="5", seed=seed).send()
    desk.sees("Waiting for its turn").picture(f"01-waiting-{seed}")
    axe(desk.page)
    run_waiting(app)
    desk.page.locator("main .progress a.button.main").wait_for(timeout=20_000)  # the page has asked for itself again
    desk.picture(f"02-made-{seed}")
    with desk.page.expect_navigation():
        desk.page.locator("main .progress a.button.main").click()
    return re.search(r"/timetables/[0-9a-f-]{36}", desk.page.url)[0]


def _drags(desk: Walk, card: str, down: int) -> str:
    """Drag a card by its text down so many minutes; return what the page says then."""
    words = desk.page.locator("#board-words")
    desk.page.locator(f"#{card}").scroll_into_view_if_needed()
    box = desk.page.locator(f"#{card}").bounding_box()
    top = desk.page.locator("#board .scroller").evaluate(TOP)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 12
    desk.page.mouse.move(x, y)
    desk.page.mouse.down()
    desk.page.mouse.move(x, y + down / 2, steps=4)
    desk.page.mouse.move(x, y + down, steps=4)
    desk.page.locator(".shade.is-good, .shade.is-bad").wait_for(timeout=20_000)
    while_dragging = words.inner_text()
    assert desk.page.locator("#board .scroller").evaluate(TOP) == top, "what is said does not move the board"
    shown = re.search(r"[0-9]{2}:[0-9]{2}", desk.page.locator(".shade").inner_text())[0]
    with desk.page.expect_response(lambda answer: answer.url.endswith("/drop")):
        desk.page.mouse.up()
    desk.page.wait_for_function("() => !document.body.classList.contains('is-dragging')")
    assert while_dragging
    assert "was moved to" not in words.inner_text() or f"{shown}–" in words.inner_text(), "it lands where it was shown"
    return words.inner_text()


def _tops(page) -> set[int]:
    """Where team, week and their button begin, when a team has many long names."""
    page.evaluate("() => document.querySelector('#team').options[0].textContent = '欧阳建国、'.repeat(20)")
    row = page.locator("form.row:has(#team) > :is(select, button)")
    return set(row.evaluate_all("all => all.map(one => Math.round(one.getBoundingClientRect().top))"))


def _start_of(app, card: str) -> int:
    with app.app_context():
        return next(v.start for v in db.session.scalars(select(Visit)) if f"visit-{v.id}" == card)


def test_drag_pin_run_again_and_compare(browser, app, live_server, district):
    with person(browser, live_server, "向主任", user=district.coordinator, app=app, pictures="review") as desk:
        first = _makes(desk, app, "1")
        assert len(_tops(desk.page)) == 1, "the button stands beside what it shows"
        card = desk.page.locator(CARD).last.get_attribute("id")
        before = _start_of(app, card)
        assert "was moved to" in _drags(desk, card, 10) or _start_of(app, card) == before
        moved = _start_of(app, card)
        desk.picture("03-dragged")
        assert "stays where it was" in _drags(desk, card, 420)
        assert _start_of(app, card) == moved, "a refused visit snaps back"
        desk.picture("04-refused")
        axe(desk.page)
        pin = desk.page.locator(f"#{card} .pin button")
        pin.focus()
        desk.page.keyboard.press("Enter")
        desk.page.locator(f"#{card} .pin button[aria-pressed=true]").wait_for(timeout=20_000)
        for part in ("/day", "/map", "/map?team=all", "/children", "/load"):
            desk.open(first + part).picture("05-" + re.sub(r"\W", "-", part))
            axe(desk.page)
        second = _makes(desk, app, "2")
        with app.app_context():
            stand = {
                (v.child_id, v.day, v.start)
                for v in db.session.scalars(select(Visit))
                if str(v.timetable_id) == second.rsplit("/", 1)[1]
            }
            pinned = next(v for v in db.session.scalars(select(Visit)) if f"visit-{v.id}" == card)
            assert (pinned.child_id, pinned.day, moved) in stand
        desk.open(second + "/runs").picture("06-runs")
        axe(desk.page)
        with desk.page.expect_navigation():
            desk.page.get_by_role("button", name="Compare the two").click()
        desk.sees("What differs for whom").picture("07-compared")
        axe(desk.page)
