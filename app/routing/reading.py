"""Reading JSON of a known shape strictly: what stands where another thing is needed is named with its place, in one
sentence. A number in quotation marks, null, true, NaN or a misspelt name would else be taken for something it is not,
or for nothing.

A *shape* is a function (value, place) -> what it means, raising `Refused`. Places are written as in JavaScript:
`teams[0].shifts[2]`, counted from 0.
"""

from __future__ import annotations

import difflib
import json
import math
import unicodedata
from collections.abc import Callable, Collection, Mapping
from typing import Any, NoReturn

from app.kernel.problems import S_, Refused
from app.kernel.problems import Problem as Finding

NO_JSON = S_("file.no_json", "This file is no JSON: line %(line)s, column %(column)s. Export it again.")
EMPTY = S_("file.empty", "This file is empty. Export it again.")
GOES_ON = S_(
    "file.goes_on", "More stands after the end of this file's content: line %(line)s, column %(column)s. Remove it."
)
TOO_DEEP = S_("file.too_deep", "The lists in this file lie too deep in each other. Export it again.")
TWICE = S_("file.twice", "%(place)s stands twice in this file. Leave one of the two.")
DIGITS = S_("file.digits", "%(place)s: this number is too long (%(digits)s digits). Correct it.")
SIGNS = S_("file.signs", "%(place)s: a sign that cannot be seen stands in %(value)s. Remove it.")
BLANKS = S_("file.blanks", "%(place)s: blanks stand before or after %(value)s. Remove them.")
WHOLE = S_("file.whole", "%(place)s: a whole number from %(least)s to %(most)s is needed, not %(value)s.")
NUMBER = S_("file.number", "%(place)s: a number is needed, not %(value)s.")
TEXT = S_("file.text", "%(place)s: a text is needed, not %(value)s.")
LIST = S_("file.list", "%(place)s: a list is needed, not %(value)s.")
MANY = S_("file.many", "%(place)s: at most %(most)s entries are possible, not %(value)s. Divide the district.")
LONG = S_("file.long", "%(place)s: %(most)s entries are needed, not %(value)s.")
NAMES = S_("file.names", "%(place)s: names and values in braces are needed, not %(value)s.")
LACKS = S_("file.lacks", "%(place)s is missing.")
UNKNOWN = S_("file.unknown", "%(place)s is not known.")
UNKNOWN_LIKE = S_("file.unknown_like", "%(place)s is not known. Is %(near)s meant?")
SAME = S_("file.same", "%(place)s: %(value)s stands at %(other)s already. Give each its own.")

Json = Any
"""What `json.loads` gives, before its shape is known."""
Shape = Callable[[Json, str], Json]

LONGEST = 40  # digits of a number that is still shown and judged as one
UNSEEN = {"Cc", "Cf", "Cs"}  # control signs, signs of formatting, halves of a sign


def refuse(code: str, message: str, place: str, **values: object) -> NoReturn:
    """Raise `Refused` with a sentence about a place."""
    raise Refused(Finding(code, message, {"place": place, **values}))


class _Twice(dict[str, Any]):
    """What stands in braces where one of the names, `key`, stands twice."""

    key = ""


class _Long:
    """A number of more digits than any that could be meant, or too large to be one. `told`: as it stands there."""

    def __init__(self, told: str) -> None:
        self.told, self.digits = told, sum(sign.isdigit() for sign in told)


def load(text: str) -> Json:
    """Return what a JSON text holds. Raises `Refused` where it is none, or where a name stands twice."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise Refused(Finding("no_json", EMPTY))
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_int=_int, parse_float=_float)
    except json.JSONDecodeError as wrong:
        values = {"line": wrong.lineno, "column": wrong.colno}
        raise Refused(Finding("no_json", GOES_ON if wrong.msg == "Extra data" else NO_JSON, values)) from wrong
    except RecursionError as wrong:
        raise Refused(Finding("no_json", TOO_DEEP)) from wrong
    _refuse_twice(value)
    return value


def _int(told: str) -> int | _Long:
    return int(told) if len(told) <= LONGEST else _Long(told)


def _float(told: str) -> float | _Long:
    value = float(told)
    return value if math.isfinite(value) else _Long(told)


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = _Twice(found)
        twice.key = next(name for name in names if names.count(name) > 1)
        return twice
    return found


def _refuse_twice(value: Json) -> None:
    """Name the first place where a name stands twice; without recursion, however deep it lies."""
    left = [(value, "")]
    while left:
        value, place = left.pop()
        if isinstance(value, _Twice):
            refuse("name_twice", TWICE, _inside(place, value.key))
        if isinstance(value, dict):
            left += [
                (one, _inside(place, name)) for name, one in reversed(value.items()) if isinstance(one, dict | list)
            ]
        elif isinstance(value, list):
            left += [
                (one, f"{place}[{i}]") for i, one in reversed(list(enumerate(value))) if isinstance(one, dict | list)
            ]


def _inside(place: str, name: str) -> str:
    """The place of a name; one that is no plain word stands in quotation marks."""
    word = name if name.isidentifier() and name.isprintable() else shown(name)
    return f"{place}.{word}" if place else word


def shown(value: Json) -> str:
    """A value as it stands in the file, cut short; what cannot be seen is written by its number."""
    try:
        text = json.dumps(value, ensure_ascii=False, default=lambda number: number.told[:20])
    except RecursionError:
        return "[[[…"
    if isinstance(value, _Long):
        text = value.told
    text = text if len(text) <= 40 else text[:37] + "…"
    return "".join(one if one.isprintable() else f"\\u{ord(one):04x}" for one in text)


def whole(least: int, most: int) -> Shape:
    """A whole number in that range; `true` is none."""

    def shape(value: Json, place: str) -> int:
        _refuse_long(value, place)
        if type(value) is not int or not least <= value <= most:
            refuse("no_number", WHOLE, place, value=shown(value), least=least, most=most)
        return value

    return shape


def minutes_or_hole(most: float) -> Shape:
    """A number of at most `most`, or None where null stands."""

    def shape(value: Json, place: str) -> Json:
        if value is None:
            return None
        _refuse_long(value, place)
        if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > most:
            refuse("no_number", NUMBER, place, value=shown(value))
        return value

    return shape


def number(most: float) -> Shape:
    """A number between -`most` and `most`."""
    inner = minutes_or_hole(most)

    def shape(value: Json, place: str) -> Json:
        if value is None:
            refuse("no_number", NUMBER, place, value=shown(value))
        return inner(value, place)

    return shape


def _refuse_long(value: Json, place: str) -> None:
    if isinstance(value, _Long) and value.digits > LONGEST:
        refuse("no_number", DIGITS, place, digits=value.digits)


def text(value: Json, place: str) -> str:
    """A text that is not empty, without signs that nobody sees: two ids that look alike would be two."""
    if not isinstance(value, str) or not value.strip():
        refuse("no_text", TEXT, place, value=shown(value))
    if any(unicodedata.category(sign) in UNSEEN for sign in value):
        refuse("unseen", SIGNS, place, value=shown(value))
    if value != value.strip():
        refuse("blanks", BLANKS, place, value=shown(value))
    return value


def any_text(value: Json, place: str) -> str:
    """A text, also an empty one."""
    return value if isinstance(value, str) and not value.strip() else text(value, place)


def anything(value: Json, place: str) -> Json:
    """What does not matter here."""
    return value


def many(shape: Shape, length: int | None = None, most: int | None = None) -> Shape:
    """A list of things of one shape, of a given length, or of at most `most`, where that is told."""

    def shape_of_list(value: Json, place: str) -> list[Json]:
        if not isinstance(value, list):
            refuse("no_list", LIST, place, value=shown(value))
        if length is not None and len(value) != length:
            refuse("bad_length", LONG, place, value=len(value), most=length)
        if most is not None and len(value) > most:
            refuse("too_many", MANY, place, value=len(value), most=most)
        return [shape(one, f"{place}[{i}]") for i, one in enumerate(value)]

    return shape_of_list


def named(shapes: Mapping[str, Shape], optional: Collection[str] = ()) -> Shape:
    """An object with these names, those of `optional` may be left out; no others."""

    def shape(value: Json, place: str) -> dict[str, Json]:
        if not isinstance(value, dict):
            refuse("no_names", NAMES, place, value=shown(value))
        for key in value:
            if key not in shapes:
                near = difflib.get_close_matches(key[:40].lower(), shapes, n=1)
                like = {"near": near[0]} if near else {}
                refuse("unknown_name", UNKNOWN_LIKE if near else UNKNOWN, _inside(place, key[:40]), **like)
        for key in shapes:
            if key not in value and key not in optional:
                refuse("lacks_name", LACKS, _inside(place, key))
        return {key: shapes[key](one, _inside(place, key)) for key, one in value.items()}

    return shape


def each_its_own(rows: Json, key: str, place: str) -> Json:
    """Refuse rows of which two have the same `key`, or one that looks the same (full width, composed letters)."""
    seen: dict[str, int] = {}
    for i, row in enumerate(rows):
        looks = unicodedata.normalize("NFKC", row[key])
        if looks in seen:
            other = f"{place}[{seen[looks]}].{key}"
            refuse("same_id", SAME, f"{place}[{i}].{key}", value=shown(row[key]), other=other)
        seen[looks] = i
    return rows
