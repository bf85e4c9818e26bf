"""The people of the whole way: their browsers, passwords and accounts, and the day on which it begins."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tests.browser.sheets import SCHOOL
from tests.support.browser import axe
from tests.support.databases import run_command
from tests.support.journey import Walk, person, sign_in

MONDAY = datetime(2026, 10, 12, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MONTH = "2026-10"
PASSWORD = "青山 绿水 送教 上门 2026"
TEACHERS = (("T001", "何㛃"), ("T002", "李静"))


class Town:
    """The people of the journey and the addresses they learn on the way."""

    def __init__(self, browser, app, address: str, language: str, calendar):
        self.browser, self.app, self.address, self.language, self.calendar = browser, app, address, language, calendar
        # The second language walks the same way, without pictures and without asking twice what the first one asked.
        self.thorough = language == "zh-CN"
        self.passwords: dict[str, str] = {}
        self.urls: dict[str, str] = {}

    def examine(self, walk: Walk) -> None:
        """Accessibility of a page on the way."""
        if self.thorough:
            axe(walk.page)

    def person(self, name: str, phone: bool = False):
        """A browser of one person, on a desk or on a phone."""
        return person(
            self.browser,
            self.address,
            name,
            pictures="way" if self.thorough else "",
            language=self.language,
            phone=phone,
        )

    def sign_in(self, walk: Walk, name: str) -> Walk:
        """Sign in; the first password is changed at once."""
        sign_in(walk, name, self.passwords[name])
        if self.passwords[name] != PASSWORD:
            walk.fill(old_password=self.passwords[name], password=PASSWORD).send()
            self.passwords[name] = PASSWORD
        return walk


def _make_account(admin: Walk, town: Town, username: str, name: str, **role: str) -> None:
    admin.open("/people/new").fill(username=username, name=name).send()
    town.passwords[username] = admin.page.locator("main output").inner_text().strip()
    admin.page.locator("main a.button").last.click()
    admin.fill(**role).send()
    assert admin.page.locator("main table tbody tr td").count() > 2, "the role is not in the table"
    admin.picture(f"02-account-{username}")


def administrator_makes(admin: Walk, town: Town) -> None:
    """The one-use link makes the administrator, who makes the district's coordinators."""
    link = run_command(town.app, "admin", "first-link").strip()
    admin.open("/first/" + link.rpartition("/first/")[2]).picture("01-first")
    admin.fill(username="guanli", name="罗管理", password=PASSWORD).send()
    town.passwords["guanli"] = PASSWORD
    for username, name in (("xiang", "向主任"), ("zhou", "周主任")):
        _make_account(admin, town, username, name, role="district_coordinator", unit_id="彭水")


def administrator_adds_the_schools_people(admin: Walk, town: Town) -> None:
    """The school's coordinator and the teachers' accounts, once the schools are in."""
    _make_account(admin, town, "chen", "陈老师", role="school_coordinator", school_code=SCHOOL)
    for (number, name), username in zip(TEACHERS, ("he", "li"), strict=True):
        _make_account(admin, town, username, name, role="visiting_teacher", school_code=SCHOOL, teacher_number=number)
