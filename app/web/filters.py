"""Template filters and globals: dates, numbers, labels of enumerations, the form key."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache, wraps
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, g
from flask_babel import get_locale, gettext, ngettext
from jinja2 import pass_context
from markupsafe import Markup, escape

from app.access import Permission
from app.kernel import dates, money
from app.kernel.clock import LOCAL, today
from app.kernel.labels import label_of
from app.kernel.problems import Problem, from_stored
from app.kernel.sentences import words_of
from app.kernel.telephones import spaced
from app.web.i18n import TAGS, other_language, select_locale, spoken, template_words, template_words_in, words
from app.web.navigation import navigation
from app.web.unbroken import unbroken
from app.web.upward import address_of, links_of, parts_of
from app.web.urls import url_for

Number = int | float | Decimal


def label(member: StrEnum | None) -> str:
    """The translated name of an enumeration member; empty for None."""
    return words.gettext(label_of(member)) if member is not None else ""


class Once(dict):
    """What a filter says of each value, asked once: `sexes = Once(label)`, then `sexes[row.sex]` in a loop over rows.

    For labels one for each enumeration: members of two with one value are equal. Not to be kept, because the language
    is that of the page.
    """

    def __init__(self, say: Callable[..., str]) -> None:
        super().__init__()
        self._say = say

    def __missing__(self, value: Any) -> str:
        self[value] = found = self._say(value)
        return found


def said(text: str) -> str:
    """Words that may be ours or a person's: translated when they are ours, and never taken for markup."""
    return words.gettext(words_of(text))


def day(value: date | None, form: str = "medium") -> str:
    """A calendar day as people write it."""
    if not value:
        return ""
    return value.isoformat()[:10] if form == "iso" else _day(value, form, _language())


@lru_cache(maxsize=8192)
def _day(value: date, form: str, language: str) -> str:
    return format_date(value, form, Locale.parse(language))


def _language() -> str:
    """Babel's name of the language in which this page is written; English outside pages."""
    return "zh_Hans" if spoken() == "zh" else "en"


def last_day(until: date | None, form: str = "medium") -> str:
    """The last day of a period that is kept with the first day no longer in it: what people mean by "until"."""
    return day(dates.add_days(until, -1), form) if until else ""


def moment(value: datetime | None) -> str:
    """A moment in local time, to the minute."""
    return f"{value.astimezone(LOCAL):%Y-%m-%d %H:%M}" if value else ""


def local_day(value: datetime | None, form: str = "medium") -> str:
    """The day of a moment in local time."""
    return day(value.astimezone(LOCAL).date(), form) if value else ""


def clock(minutes: int | None) -> str:
    """Minutes after midnight as 09:10."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}" if minutes is not None else ""


def span(start: int, end: int) -> str:
    """Two times of a day: 09:10–10:40."""
    return f"{clock(start)}–{clock(end)}"


def number(value: Number | None) -> str:
    return _number(value, _language()) if value is not None else ""


@lru_cache(maxsize=8192, typed=True)
def _number(value: Number, language: str) -> str:
    return format_decimal(value, locale=Locale.parse(language))


_MARKS = {":": "：", ",": "，", ";": "；", ".": "。"}


def mark(sign: str) -> str:
    """A sign that joins two texts, as the language of the page writes it: wide and without a space in Chinese."""
    return _MARKS[sign] if _language() == "zh_Hans" else f"{sign} "


def aside(value: object) -> Markup:
    """A text in brackets behind another."""
    before, after = ("（", "）") if _language() == "zh_Hans" else (" (", ")")
    return escape(before) + escape(value) + after


_CELL = re.compile(r"<(tr|td|th)\b")


def headed(rows: Markup, columns: list) -> Markup:
    """The rows of a table without spans, each cell but that which names the row with the heading of its column for
    narrow screens."""
    at = 0

    def with_heading(found: re.Match) -> str:
        nonlocal at
        if found[1] == "tr":
            at = 0
            return found[0]
        column = columns[at]
        at += 1
        if found[1] == "th":
            return found[0]
        return f'{found[0]} data-heading="{escape(column["label"] if isinstance(column, dict) else column)}"'

    return Markup(_CELL.sub(with_heading, rows))  # noqa: S704  our own markup, the headings escaped


def age(birth: date, on: date | None = None) -> str:
    return _years(dates.age_on(birth, on or today()), _language())


@lru_cache(maxsize=512)
def _years(years: int, _in: str) -> str:
    return ngettext("%(num)s year", "%(num)s years", years)


def problem_text(problem: Problem) -> str:
    return problem.text(gettext)


def stored_text(kept: Mapping[str, Any]) -> str:
    """A problem as a row keeps it, in the words of today."""
    return from_stored(kept).text(gettext)


def form_key() -> Markup:
    """Hidden field that makes a repeated post of a button harmless."""
    return Markup('<input type="hidden" name="form_key" value="{}">').format(uuid.uuid4())


def _when_shown(said: Callable) -> Callable:
    """A filter that is asked when the page is shown. Jinja asks others of a fixed text when it compiles the template,
    and keeps the language of that moment."""

    @pass_context
    @wraps(said)
    def asked(_context: object, *values: Any, **named: Any) -> object:
        return said(*values, **named)

    return asked


_FILTERS: dict[str, Callable] = {
    "label": label,
    "said": said,
    "day": day,
    "last_day": last_day,
    "local_day": local_day,
    "moment": moment,
    "clock": clock,
    "number": number,
    "amount": money.format_amount,
    "yuan": money.format_yuan,
    "age": age,
    "aside": aside,
    "headed": headed,
    "problem_text": problem_text,
    "stored_text": stored_text,
    "telephone": spaced,
    "unbroken": unbroken,
}
_GLOBALS: dict[str, object] = {
    "_": template_words,
    "gettext": template_words,
    "pgettext": template_words_in,
    "form_key": form_key,
    "mark": mark,
    "Permission": Permission,
    "span": span,
    "today": today,
    "url_for": url_for,
    "address_of": address_of,
    "links_of": links_of,
    "parts_of": parts_of,
}


def init_app(app: Flask) -> None:
    env = app.jinja_env
    env.filters.update({name: _when_shown(one) for name, one in _FILTERS.items()})
    env.globals.update(_GLOBALS)
    app.extensions["babel"].instance.domain_instance = words
    env.trim_blocks = env.lstrip_blocks = True

    @app.context_processor
    def _words() -> dict[str, object]:
        return {
            "current_actor": g.get("actor"),
            "navigation": navigation(),
            "lang": TAGS[select_locale()],
            "language": select_locale(),
            "other_language": other_language()[1],
            "locale": get_locale(),
        }
