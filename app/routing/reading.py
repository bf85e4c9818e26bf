"""Reading JSON of a known shape strictly: what stands where another thing is needed is named with its place, in one
sentence. A number in quotation marks, null, true, NaN or a misspelt name would else be taken for something it is not,
or for nothing.

A *shape* is a function (value, place) -> what it means, raising `Refused`. Places are written as in JavaScript:
`teams[0].shifts[2]`, counted from 0.
"""

import difflib
import json
import math

from app.kernel.problems import N_, Refused
from app.kernel.problems import Problem as Finding

NO_JSON = N_("This file is no JSON: line %(line)s, column %(column)s. Export it again.")
TOO_DEEP = N_("The lists in this file lie too deep in each other. Export it again.")
TWICE = N_("The name %(key)s stands twice in one place of this file. Leave one of the two.")
WHOLE = N_("%(place)s: a whole number from %(least)s to %(most)s is needed, not %(value)s.")
NUMBER = N_("%(place)s: a number is needed, not %(value)s.")
TEXT = N_("%(place)s: a text is needed, not %(value)s.")
LIST = N_("%(place)s: a list is needed, not %(value)s.")
LONG = N_("%(place)s: %(most)s entries are needed, not %(value)s.")
NAMES = N_("%(place)s: names and values in braces are needed, not %(value)s.")
LACKS = N_("%(place)s is missing.")
UNKNOWN = N_("%(place)s is not known.")
UNKNOWN_LIKE = N_("%(place)s is not known. Is %(near)s meant?")
SAME = N_("%(place)s: %(value)s stands at %(other)s already. Give each its own.")


def refuse(code, message, place, **values):
    """Raise `Refused` with a sentence about a place."""
    raise Refused(Finding(code, message, {"place": place, **values}))


def load(text):
    """Return what a JSON text holds. Raises `Refused` where it is none, or where a name stands twice."""
    try:
        return json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_once)
    except json.JSONDecodeError as wrong:
        values = {"line": wrong.lineno, "column": wrong.colno}
        raise Refused(Finding("no_json", NO_JSON, values)) from wrong
    except RecursionError as wrong:
        raise Refused(Finding("no_json", TOO_DEEP)) from wrong
    except ValueError as wrong:  # a number of thousands of digits
        raise Refused(Finding("no_json", NO_JSON, {"line": 1, "column": 1})) from wrong


def _once(pairs):
    found = dict(pairs)
    for key, _ in pairs if len(found) < len(pairs) else ():
        if sum(k == key for k, _ in pairs) > 1:
            raise Refused(Finding("name_twice", TWICE, {"key": shown(key)}))
    return found


def shown(value):
    """A value as it stands in the file, cut short."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:37] + "…"


def whole(least, most):
    """A whole number in that range; `true` is none."""
    def shape(value, place):
        if type(value) is not int or not least <= value <= most:
            refuse("no_number", WHOLE, place, value=shown(value), least=least, most=most)
        return value

    return shape


def minutes_or_hole(most):
    """A number of at most `most`, or None where null stands."""
    def shape(value, place):
        if value is None:
            return None
        if type(value) not in (int, float) or not math.isfinite(value) or abs(value) > most:
            refuse("no_number", NUMBER, place, value=shown(value))
        return value

    return shape


def text(value, place):
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        refuse("no_text", TEXT, place, value=shown(value))
    return value


def any_text(value, place):
    """A text, also an empty one."""
    return value if value == "" else text(value, place)


def anything(value, place):
    """What does not matter here."""
    return value


def many(shape, length=None):
    """A list of things of one shape, of a given length where that is told."""
    def shape_of_list(value, place):
        if not isinstance(value, list):
            refuse("no_list", LIST, place, value=shown(value))
        if length is not None and len(value) != length:
            refuse("bad_length", LONG, place, value=len(value), most=length)
        return [shape(one, f"{place}[{i}]") for i, one in enumerate(value)]

    return shape_of_list


def named(shapes, optional=()):
    """An object with these names, those of `optional` may be left out; no others."""
    def shape(value, place):
        if not isinstance(value, dict):
            refuse("no_names", NAMES, place, value=shown(value))
        inside = f"{place}." if place else ""
        for key in value:
            if key not in shapes:
                near = difflib.get_close_matches(key.lower(), shapes, n=1)
                like = {"near": near[0]} if near else {}
                refuse("unknown_name", UNKNOWN_LIKE if near else UNKNOWN, inside + key[:40], **like)
        for key in shapes:
            if key not in value and key not in optional:
                refuse("lacks_name", LACKS, inside + key)
        return {key: shapes[key](one, inside + key) for key, one in value.items()}

    return shape


def each_its_own(rows, key, place):
    """Refuse rows of which two have the same `key`."""
    seen = {}
    for i, row in enumerate(rows):
        if row[key] in seen:
            other = f"{place}[{seen[row[key]]}].{key}"
            refuse("same_id", SAME, f"{place}[{i}].{key}", value=shown(row[key]), other=other)
        seen[row[key]] = i
    return rows
