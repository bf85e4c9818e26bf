"""Template filters and globals: dates, numbers, labels of enumerations, the form key."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_babel import format_date, format_decimal, get_locale, gettext, ngettext
from markupsafe import Markup

from app.access import Permission
from app.kernel.dates import age_on
from app.kernel.labels import label_of
from app.web.i18n import TAGS, other_language, select_locale
from app.web.navigation import navigation

LOCAL = ZoneInfo("Asia/Shanghai")


def label(member) -> str:
    """The translated name of an enumeration member; empty for None."""
    return gettext(label_of(member)) if member is not None else ""


def day(value: date | None, form: str = "medium") -> str:
    """A calendar day as people write it."""
    return format_date(value, "yyyy-MM-dd" if form == "iso" else form) if value else ""


def moment(value: datetime | None) -> str:
    """A moment in local time, to the minute."""
    return f"{value.astimezone(LOCAL):%Y-%m-%d %H:%M}" if value else ""


def local_day(value: datetime | None, form: str = "medium") -> str:
    """The day of a moment in local time."""
    return day(value.astimezone(LOCAL).date(), form) if value else ""


def clock(minutes: int | None) -> str:
    """Minutes after midnight as 09:10."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}" if minutes is not None else ""


def number(value) -> str:
    return format_decimal(value) if value is not None else ""


def age(birth: date, on: date | None = None) -> str:
    years = age_on(birth, on or today())
    return ngettext("%(num)s year", "%(num)s years", years)


def problem_text(problem) -> str:
    return problem.text(gettext)


def today() -> date:
    """Today in Chongqing."""
    return datetime.now(LOCAL).date()


def form_key() -> Markup:
    """Hidden field that makes a repeated post of a button harmless."""
    return Markup('<input type="hidden" name="form_key" value="{}">').format(uuid.uuid4())


def init_app(app: Flask) -> None:
    env = app.jinja_env
    env.filters.update(label=label, day=day, local_day=local_day, moment=moment, clock=clock, number=number, age=age,
                       problem_text=problem_text)
    env.globals.update(form_key=form_key, Permission=Permission, today=today)
    env.trim_blocks = env.lstrip_blocks = True

    @app.context_processor
    def _words():
        return {
            "current_actor": g.get("actor"), "navigation": navigation(), "lang": TAGS[select_locale()],
            "language": select_locale(), "other_language": other_language()[1], "locale": get_locale(),
        }
