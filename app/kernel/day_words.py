"""The ways in which people and programs write a day: text to its parts, and why a text is none.

Year first, with any common sign between the parts, in Chinese figures too; with a weekday, a time of day or a zone as
spreadsheets, Java and JavaScript write it. A short year, the year last and the lunar calendar are told apart from what
cannot be read at all, because each has its own remedy.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from app.kernel.problems import S_

TWO_MINUTES = timedelta(minutes=2)
CHINA = ZoneInfo("Asia/Shanghai")
LONGEST = 80
"""Characters: nothing longer is a day, and no pattern has to look at it."""

_MONTHS = {
    name: place
    for place, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−─﹣", "-") | {"○": "〇", "零": "〇"})
_BETWEEN = r" ?[-/.年月日\\,、。 ] ?"
_TIME = (
    r"(?P<half>上午|下午|凌晨|早上|中午|晚上|AM|PM)? ?(?P<hour>\d{1,2})[:时点](?P<minute>\d{2})"
    r"(?:[:分](?P<second>\d{2})(?:\.\d{1,9})?秒?)? ?(?P<late>AM|PM)? ?"
    r"(?P<zone>Z|UTC|GMT|(?:GMT|UTC)?[+-]\d{2}:?\d{2})?"
)
_WEEKDAY = r"(?: ?\(?(?:星期|周|礼拜)[一二三四五六日天]\)?)?"
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}}){_BETWEEN}(?P<month>\d{{1,2}}){_BETWEEN}(?P<day>\d{{1,2}}) ?[日号]?"
    rf"{_WEEKDAY}(?:[T ]? ?{_TIME})?(?: ?出?生|\.)?",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?"
    r"(?:\.0)?"
)
_MONTH_WORDS = "|".join(_MONTHS)
_JAVA = re.compile(
    rf"[a-z]{{3}} (?P<word>{_MONTH_WORDS}) (?P<day>\d{{1,2}}) (?P<hour>\d{{2}}):(?P<minute>\d{{2}}):"
    r"(?P<second>\d{2}) (?P<zone>CST|CDT|UTC|GMT|(?:GMT|UTC)[+-]\d{2}:?\d{2}) (?P<year>\d{4})",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    rf"[a-z]{{3}} (?P<word>{_MONTH_WORDS}) (?P<day>\d{{1,2}}) (?P<year>\d{{4}})(?: (?P<hour>\d{{2}}):"
    r"(?P<minute>\d{2}):(?P<second>\d{2}) (?P<zone>(?:GMT|UTC)[+-]\d{4})(?: \([^()]{0,40}\))?)?",
    re.IGNORECASE,
)
_FIGURES = "〇一二三四五六七八九"
_CHINESE = re.compile(
    rf"([{_FIGURES}]{{4}})年([一二三四五六七八九十]{{1,2}})月"
    r"([一二三四五六七八九十廿卅]{1,3})[日号]?(?:出?生)?"
)
_SERIAL = re.compile(r"\d{4,5}(?:\.\d{1,15})?")

_REASONS = tuple(
    (re.compile(pattern, re.IGNORECASE), (code, words))
    for pattern, code, words in (
        (
            r".*(?:农历|阴历|正月|腊月|初[一二三四五六七八九十]).*",
            "day_lunar",
            S_(
                "day_lunar",
                '"%(text)s" is a day of the lunar calendar. Enter the day that stands on the card, for example '
                "2016-09-01.",
            ),
        ),
        (
            rf"(?:\d{{4}}|[{_FIGURES}]{{4}}) ?年?(?:[-/.年 ]? ?[\d一二三四五六七八九十]{{1,2}}月?)?",
            "day_missing",
            S_("day_missing", 'In "%(text)s" the day is missing. Write year, month and day, for example 2016-09-01.'),
        ),
        (
            r"\d{1,2} ?[-/. ] ?\d{1,2} ?[-/. ] ?\d{4}",
            "day_year_last",
            S_(
                "day_year_last",
                '"%(text)s" can be read in two ways. Write the year first, then month and day, for example 2016-09-01.',
            ),
        ),
        (
            rf"(?:\d{{1,2}}[- /.])?(?:{_MONTH_WORDS})[a-z]*[- /.,]+(?:\d{{1,2}}[- /.,]+)?(?:\d{{4}}|\d{{2}})",
            "day_month_word",
            S_(
                "day_month_word",
                'In "%(text)s" the month is a word. Write year, month and day in figures, for example 2016-09-01.',
            ),
        ),
        (
            r"\d{1,2} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2} ?日?",
            "day_short_year",
            S_("day_short_year", 'The year in "%(text)s" has two digits. Write it with four, for example 2016-09-01.'),
        ),
    )
)


@dataclass(frozen=True)
class DayParts:
    """A day as written, with the time of day and the offset from UTC in minutes where they are said."""

    year: int
    month: int
    day: int
    time: timedelta = timedelta()
    offset: int | None = None


def plain_day(text: str) -> str:
    """Return the text half width, with one kind of dash and blank, without marks that nobody sees."""
    text = unicodedata.normalize("NFKC", text[: LONGEST + 1]).translate(_DASHES)
    if not text.isprintable():
        text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return " ".join(text.split()).lstrip("'‘’`")


def parts_of(text: str) -> DayParts | None:
    """Return the parts of a text that `plain_day` made, or None when it is no day."""
    if len(text) > LONGEST:
        return None
    for pattern in (_YEAR_FIRST, _COMPACT, _JAVA, _SCRIPT):
        if match := pattern.fullmatch(text):
            return _parts(match.groupdict())
    if match := _CHINESE.fullmatch(text):
        year = int("".join(str(_FIGURES.index(sign)) for sign in match[1]))
        return DayParts(year, _figure(match[2]), _figure(match[3]))
    return None


def _parts(said: Mapping[str, str | None]) -> DayParts:
    month = _MONTHS[word.lower()] if (word := said.get("word")) else int(said["month"] or 0)
    hour = int(said.get("hour") or 0)
    half = (said.get("half") or said.get("late") or "").upper()
    if half in ("上午", "凌晨", "早上", "AM") and hour == 12:
        hour = 0
    elif half in ("下午", "晚上", "PM") and hour < 12:
        hour += 12
    minute, second = int(said.get("minute") or 0), int(said.get("second") or 0)
    if hour > 24 or minute > 59 or second > 59:
        return DayParts(0, 0, 0)  # no day has such a time
    return DayParts(
        int(said["year"] or 0),
        month,
        int(said["day"] or 0),
        timedelta(hours=hour, minutes=minute, seconds=second),
        _offset(said.get("zone")),
    )


def _offset(zone: str | None) -> int | None:
    """Minutes before UTC; None for no zone and for CST, which a Chinese program means as the time of China."""
    if zone is None or zone.upper() in ("CST", "CDT"):
        return None
    digits = re.sub(r"[^0-9+-]", "", zone)
    if not digits:
        return 0
    return (-1 if digits[0] == "-" else 1) * (int(digits[1:3]) * 60 + int(digits[3:5]))


def _figure(text: str) -> int:
    """十 10, 十二 12, 二十 20, 廿一 21, 卅 30."""
    text = text.replace("廿", "二十").replace("卅", "三十")
    if "十" not in text:
        return int("".join(str(_FIGURES.index(sign)) for sign in text))
    tens, _ten, ones = text.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return 99
    return 10 * (_FIGURES.index(tens) if tens else 1) + (_FIGURES.index(ones) if ones else 0)


def day_of(parts: DayParts) -> date:
    """Return the day in China. Raises ValueError or OverflowError when there is none."""
    moment = datetime.combine(date(parts.year, parts.month, parts.day), time()) + parts.time
    if parts.offset is not None:
        zone = timezone(timedelta(minutes=parts.offset)) if parts.offset else UTC
        moment = moment.replace(tzinfo=zone).astimezone(CHINA).replace(tzinfo=None)
    return nearest_day(moment)


def nearest_day(moment: datetime) -> date:
    """The day of a moment; within two minutes before midnight it is the next day."""
    try:
        return (moment + TWO_MINUTES).date()
    except OverflowError:
        return moment.date()


def is_serial(text: str) -> bool:
    """True for the shape of a spreadsheet's number of a day."""
    return len(text) <= LONGEST and _SERIAL.fullmatch(text) is not None


def reason_of(text: str) -> tuple[str, str] | None:
    """Why a text is no day that can be read: (code, words), or None for no particular reason."""
    if len(text) > LONGEST:
        return None
    return next((why for pattern, why in _REASONS if pattern.fullmatch(text)), None)
