"""The language of imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any
from uuid import UUID

from app.kernel.labels import describe
from app.kernel.problems import N_, Problem
from app.schools.types import SchoolKind


class ImportKind(StrEnum):
    SCHOOLS = "schools"
    CHILDREN = "children"


class ImportState(StrEnum):
    READING = "reading"
    PREVIEW = "preview"
    APPLYING = "applying"
    APPLIED = "applied"
    REFUSED = "refused"


class RowOutcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    DOUBTFUL = "doubtful"
    REFUSED = "refused"


describe(ImportKind, schools=N_("Schools"), children=N_("Children"))
describe(
    ImportState,
    reading=N_("Being checked"),
    preview=N_("Preview: nothing written yet"),
    applying=N_("Being taken over"),
    applied=N_("Taken over"),
    refused=N_("File refused"),
)
describe(
    RowOutcome,
    new=N_("New"),
    changed=N_("Changed"),
    same=N_("Unchanged"),
    doubtful=N_("Doubtful: a person decides"),
    refused=N_("Refused"),
)


@dataclass(frozen=True)
class Column:
    """One column of a sheet: its heading in the national wording, our key, other accepted headings, its closed list.

    `choices` maps every accepted wording to the value we keep; the first wording of a value is the one we write.
    """

    key: str
    heading: str
    required: bool = False
    synonyms: tuple[str, ...] = ()
    choices: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Sheet:
    """The columns of one kind of import, in the order of the template."""

    kind: ImportKind
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        """The column of our key. Raises KeyError when there is none."""
        return self.by_key[key]

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """All columns by key."""
        return {column.key: column for column in self.columns}


@dataclass(frozen=True)
class Header:
    """Where the headings were found: the line of the last heading row, column keys by position, what was ignored."""

    line: int
    places: tuple[str | None, ...]
    ignored: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowProblem:
    """A problem of one row at one column (key, or None for the whole row)."""

    column: str | None
    problem: Problem
    doubtful: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolPlace:
    """A school as matching needs it; keys are 32 hexadecimal characters. `now`: code and name of the school that goes
    on, where this one was merged; `kind` says which grades it has."""

    id: str
    unit_id: str
    name: str
    closed_on: date | None
    now: str = ""
    kind: SchoolKind | None = None


@dataclass(slots=True, kw_only=True)
class CheckedRow:
    """One row after the rules: plain values by column key (only those that say something), and what is wrong.

    `cells` are the texts as they stood in the file, kept for rows that are not applied. `changes` is None for a row
    that was compared with no file. `candidates` are files that may be of the same child; `answer` is what a person has
    decided about that, `answered` by whom and when, `ours` the columns in which the file's words stay. `key` is that
    of the kept row.
    """

    line: int
    cells: dict[str, str]
    values: dict[str, Any]
    problems: list[RowProblem] = field(default_factory=list)
    outcome: RowOutcome | None = None
    subject: str | None = None
    changes: dict[str, tuple[object, object]] | None = None
    candidates: tuple[str, ...] = ()
    answer: str | None = None
    key: UUID | None = None
    answered: tuple | None = None
    ours: tuple[str, ...] = ()

    @property
    def differs(self) -> dict[str, tuple[object, object]]:
        """What the row changes in the file it was compared with; nothing where it has none."""
        return {} if self.changes is None else self.changes

    @property
    def became(self) -> RowOutcome:
        """The outcome of a row that was matched: every one has one then."""
        assert self.outcome
        return self.outcome

    @property
    def child(self) -> str:
        """The file (or school) that the row was matched with or has opened."""
        assert self.subject
        return self.subject

    def refuse(self, column: str | None, problem: Problem) -> None:
        """Take the row out: it cannot be applied."""
        self.problems.append(RowProblem(column, problem))
        self.outcome = RowOutcome.REFUSED

    def doubt(self, column: str | None, problem: Problem) -> None:
        """Hold the row back until a person has decided."""
        self.problems.append(RowProblem(column, problem, doubtful=True))
        if self.outcome is not RowOutcome.REFUSED:
            self.outcome = RowOutcome.DOUBTFUL

    def warn(self, column: str | None, problem: Problem) -> None:
        """Say something without holding the row back."""
        self.problems.append(RowProblem(column, problem))
