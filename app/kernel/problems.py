"""What went wrong, said to a person: problems, their severity and the refusal that carries them.

A problem is data: a stable ``code`` for programs and tests, an English message id with named
``%(name)s`` placeholders for people, and the values that fill it. It is translated where it is
shown, so that the pure code needs no web framework.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from app.kernel.sentences import code_of, present, sentence_of

T = TypeVar("T")


def N_(message: str) -> str:
    """Mark ``message`` for the translation catalogue and return it unchanged."""
    return message


def S_(code: str, message: str) -> str:
    """Mark ``message`` like N_, and declare ``code`` under which rows keep it; return the message unchanged.

    For sentences that are stored and do not stand beside the code of their problem.
    """
    return message


_DAY = re.compile(r"[12]\d{3}-\d{2}-\d{2}")
_DAY_SHAPE = N_("%(year)s-%(month)s-%(day)s")


def filled_in(values: Mapping[str, object], translate: Callable[[str], str]) -> dict[str, object]:
    """The values of a message as people read them: a problem in words, a day as the language writes days.

    Days may be kept as text (2026-09-01), as stored messages have them. What a person typed (`text`) stays as typed.
    """
    return {
        name: value.text(translate)
        if isinstance(value, Problem)
        else value
        if name == "text"
        else day_said(value, translate)
        for name, value in values.items()
    }


def day_said(value: object, translate: Callable[[str], str]) -> object:
    """A day as the language writes days; everything else as it is."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return value
    if not isinstance(value, date) or isinstance(value, datetime):
        return value
    shape = translate(_DAY_SHAPE)
    if shape in (_DAY_SHAPE, None):
        return value.isoformat()
    return str(shape) % {"year": value.year, "month": value.month, "day": value.day}


class Severity(Enum):
    """How grave a problem is: an error stops the action, a warning is shown and passes."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """One thing wrong with an input or a request.

    ``code`` is stable and in lower_snake_case; ``message`` is the English message id; ``values``
    fills its placeholders; ``field`` names the form field concerned, or None for the whole.
    """

    code: str
    message: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)
    field: str | None = None
    severity: Severity = Severity.ERROR

    @property
    def is_error(self) -> bool:
        """True when this problem stops the action."""
        return self.severity is Severity.ERROR

    def text(self, translate: Callable[[str], str] = N_) -> str:
        """Return the message, translated by ``translate`` (msgid -> text), with its values filled.

        A value that is itself a Problem is translated too, and a day is written as the language writes days.
        """
        # Filling even without values keeps "%%" right in every message.
        return str(translate(self.message)) % filled_in(self.values, translate)

    def on(self, field_name: str | None) -> Problem:
        """Return the same problem bound to the form field ``field_name``."""
        return replace(self, field=field_name)

    def __str__(self) -> str:
        return self.text()


_PLACE = re.compile(r"%\((\w+)\)")


def to_stored(problem: Problem) -> dict[str, Any]:  # JSON
    """A problem as rows keep it: its code and its plain values; a problem among them likewise.

    ``said`` is the sentence's code where that is another than the problem's, ``severity`` stands with a warning. Only
    a text that no sentence of ours is (the words of another program) is kept as ``message``.
    """
    code = code_of(problem.message, problem.code)
    kept: dict[str, object] = {"code": problem.code}
    if code is None:
        kept["message"] = problem.message
    elif code != problem.code:
        kept["said"] = code
    if not problem.is_error:
        kept["severity"] = problem.severity.value
    kept["values"] = {
        name: to_stored(value) if isinstance(value, Problem) else _plain(value)
        for name, value in problem.values.items()
    }
    return kept


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float) or value is None else str(value)


def from_stored(kept: Mapping[str, Any]) -> Problem:
    """The problem that a row keeps, in the words of today; also from rows that kept its English text.

    A value that such a row lacks is shown as "…", a code that this version does not know as it is.
    """
    code, text = kept.get("code", ""), kept.get("message")
    message = (sentence_of(kept.get("said") or code) or code) if text is None else present(text, code)
    values = {
        name: from_stored(value) if isinstance(value, Mapping) else value for name, value in kept["values"].items()
    }
    for name in _PLACE.findall(message):
        values.setdefault(name, "…")
    return Problem(code, message, values, severity=Severity(kept.get("severity", Severity.ERROR.value)))


class Refused(Exception):
    """An action was refused; ``problems`` says why (at least one, in order).

    Accepts problems one by one or in iterables: ``Refused(p)``, ``Refused(p, q)``, ``Refused([p, q])``.
    """

    problems: tuple[Problem, ...]

    def __init__(self, *problems: Problem | Iterable[Problem]) -> None:
        flat: list[Problem] = []
        for item in problems:
            if isinstance(item, Problem):
                flat.append(item)
            else:
                flat.extend(item)
        if not flat:
            raise ValueError("Refused needs at least one Problem")
        self.problems = tuple(flat)
        super().__init__("; ".join(problem.text() for problem in flat))


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return only the problems that stop an action, in order."""
    return tuple(problem for problem in problems if problem.is_error)


def warnings(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return only the problems that are shown and pass, in order."""
    return tuple(problem for problem in problems if not problem.is_error)


def refuse_if(problems: Iterable[Problem]) -> None:
    """Raise Refused when any of ``problems`` is an error (all of them are carried)."""
    found = tuple(problems)
    if errors(found):
        raise Refused(found)


@dataclass(frozen=True)
class Checked(Generic[T]):
    """The result of reading or checking one input: a value, or the reasons why there is none.

    Every ``check_*`` and ``parse_*`` function of the kernel returns one. ``value`` is None exactly when
    ``problems`` holds an error or the input was empty where empty is allowed; warnings stand beside a value.
    """

    value: T | None
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """True when no problem is an error (warnings may be there)."""
        return not errors(self.problems)

    @property
    def problem(self) -> Problem | None:
        """The first error, or None."""
        return next(iter(errors(self.problems)), None)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The warnings, in order."""
        return warnings(self.problems)

    def value_or_refuse(self) -> T | None:
        """Return the value, or raise Refused with all problems when there is an error."""
        refuse_if(self.problems)
        return self.value

    def needed(self) -> T:
        """Return the value of a check that takes nothing empty, or raise Refused with all problems."""
        refuse_if(self.problems)
        if self.value is None:
            raise ValueError("empty is allowed here: use value_or_refuse")
        return self.value

    def on(self, field_name: str) -> Checked[T]:
        """Return the same result with every problem bound to the form field ``field_name``."""
        return Checked(self.value, tuple(problem.on(field_name) for problem in self.problems))


def refused(code: str, message: str, **values: object) -> Checked[T]:
    """Return a Checked without a value, with one error."""
    return Checked(None, (Problem(code, message, values),))
