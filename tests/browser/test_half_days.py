"""Minutes for one half of the day, entered without a mouse."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import db
from app.roads.models import TravelLeg
from app.roads.types import LegHalf
from tests.factories import visits as make
from tests.support.browser import axe, served
from tests.support.journey import person


@pytest.mark.xdist_group("browser")
def test_minutes_of_the_afternoon_are_entered_by_keyboard(app, browser):
    with app.app_context():
        db.write()
        district = make.make_district()
        school, unit = f"school:{district.school.id}", district.unit.id
        db.session.commit()
        db.session.expunge_all()
    with served(app) as address, person(browser, address, "half", user=district.coordinator, app=app) as walk:
        page = walk.open(f"/legs/new?unit={unit}&from={school}").page
        page.keyboard.press("Tab")
        for name, keys in (("end", ("End",)), ("minutes", ("8", "0")), ("half", ("End",))):
            _tab_to(page, name)
            for key in keys:
                page.keyboard.press(key)
        assert page.locator("#half").input_value() == "afternoon"
        axe(page)
        _tab_to(page, "note")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "in the afternoon only" in page.locator("main").inner_text()
        axe(page)
    with app.app_context():
        leg = db.session.scalars(select(TravelLeg)).one()
        assert (leg.minutes, leg.half) == (80, LegHalf.AFTERNOON)


def _tab_to(page, name: str, most: int = 80) -> None:
    for _press in range(most):
        if page.evaluate("document.activeElement.name") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is never reached by the tab key")
