"""Building the demo: the whole of it, in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from app.access import SYSTEM
from app.children.models import Child
from app.db import audit, db
from app.demo import places, standing, visits
from app.demo.accounts import make_accounts
from app.demo.dice import Dice, Numbers, Rows
from app.demo.home import answer_term
from app.demo.people import DemoChild, full_name, make_child
from app.demo.plans import DemoPlan, make_earlier, make_plan
from app.demo.terms import add_terms, days_of
from app.demo.weeks import Weeks, add_family_times, limits_on
from app.kernel import clock
from app.kernel.problems import N_, Problem, Refused
from app.schools.models import School, Term

HOME_UNIT = "500243"
"""彭水苗族土家族自治县: the district that the demo accounts work in, known for its mountain paths."""


@dataclass(frozen=True)
class Scale:
    """How much of everything."""

    children: int
    receiving: int
    special: int
    teams: int
    merged: int
    whole: bool


SCALES = {
    "district": Scale(children=640, receiving=72, special=1, teams=27, merged=2, whole=False),
    "municipality": Scale(children=30_000, receiving=2_700, special=40, teams=1_250, merged=60, whole=True),
}


def build(scale: Scale, seed: int, on: date, say: Callable[[str], None] = lambda _text: None) -> dict[str, int]:
    """Fill an empty, migrated database as it would stand on `on`. Return rows by table.

    Places, plans and visits are those of the nearest term, known or assumed; of one to come nothing is recorded.
    Raises Refused when schools or children are there already.
    """
    if db.session.scalar(select(func.count()).select_from(School)) or db.session.scalar(
        select(func.count()).select_from(Child)
    ):
        raise Refused(
            Problem(
                "not_empty",
                N_(
                    "The database holds schools or children already. The demo only fills an "
                    "empty database; nothing was changed."
                ),
            )
        )
    known = [
        (term.starts_on, term.ends_on)
        for term in db.session.scalars(select(Term).where(Term.unit_id.is_(None)).order_by(Term.starts_on))
    ]
    db.session.rollback()
    db.write()
    dice, numbers = Dice(seed), Numbers()
    rows = Rows(db.session.connection(), on)
    terms = add_terms(dice, rows, known, on)
    rows.flush()
    term, before, on = _term_of(terms, on)
    units = sorted(places.units_on(on, dice), key=lambda unit: unit.code != HOME_UNIT)
    if not scale.whole:
        units = units[:1]
    shares = _shares(units, scale)
    school_number = child_number = 0
    for unit, share in zip(units, shares, strict=True):
        say(f"{unit.name}: {share.children}")
        school_number = places.make_schools(dice, rows, unit, share.receiving, share.special, school_number)
        school_number = places.merge_some(dice, rows, unit, share.merged, school_number)
        places.make_teams(dice, rows, unit, share.teams)
        _fill(dice, rows, numbers, unit, share.children, child_number, (term, before, on))
        child_number += share.children
        rows.flush()
    rows.add("file_numbers", id=dice.id(), year=2000 + _year(term) % 100, last=child_number)
    rows.flush()
    audit.record(SYSTEM, "fill_demo", "database", None, seed=seed, on=on.isoformat(), children=child_number)
    db.session.commit()
    return dict(rows.counts)


def _term_of(terms: list[tuple[date, date]], on: date) -> tuple[tuple[date, date], tuple[date, date], date]:
    """The term of `on` (else the nearest), the one before it, and the day moved inside."""
    nearest = min(terms[1:], key=lambda t: max((t[0] - on).days, (on - t[1]).days, 0))
    inside = min(max(on, nearest[0] + timedelta(days=20)), nearest[1])
    return nearest, terms[terms.index(nearest) - 1], inside


def _year(term: tuple[date, date]) -> int:
    return term[0].year if term[0].month >= 8 else term[0].year - 1


def _shares(units: list[places.DemoUnit], scale: Scale) -> list[Scale]:
    """Split the numbers over the units by their towns; the parts add up exactly."""
    if len(units) == 1:
        return [scale]
    weights = [len(unit.towns) + 8 for unit in units]

    def split(total: int, least: int = 0) -> list[int]:
        left, whole, parts = total - least * len(units), sum(weights), []
        for weight in weights:
            parts.append(least + left * weight // whole)
        for n in range(total - sum(parts)):
            parts[n % len(parts)] += 1
        return parts

    columns = zip(
        split(scale.children),
        split(scale.receiving),
        split(scale.special, 1),
        split(scale.teams, 2),
        split(scale.merged),
        strict=True,
    )
    return [Scale(*numbers, whole=True) for numbers in columns]


def _fill(
    dice: Dice,
    rows: Rows,
    numbers: Numbers,
    unit: places.DemoUnit,
    count: int,
    first: int,
    when: tuple[tuple[date, date], tuple[date, date], date],
) -> None:
    """Make a unit's children with their standing, plans and visits."""
    term, before, on = when
    children = [make_child(dice, rows, numbers, unit, first + n + 1, on) for n in range(count)]
    home = [child for child in children if child.placement == "home"]
    weeks = Weeks(unit, home, term, limits_on(unit, term[0]))
    for child in home:
        weeks.assign(dice, child)
    weeks.settle()
    for child in children:
        standing.settle(dice, rows, child, on)
        if child.team:
            standing.deliver(dice, rows, child, before[0])
            add_family_times(dice, rows, child)
        if child.placement == "home":
            answer_term(dice, rows, child, term, on)
    writers = _writers(dice, rows, unit, home)
    if unit.code == HOME_UNIT:
        _ask_the_expert(dice, rows, children, on)
    for child in children:
        make_earlier(dice, rows, child, term, before, writers)
    rows.flush()
    planned: list[tuple[DemoChild, DemoPlan]] = []
    for child in children:
        plan = make_plan(dice, rows, child, term, writers)
        if plan and child.team:
            planned.append((child, plan))
    visits.make_months(dice, rows, unit, planned, weeks, days_of(unit.id, term, on), on, writers[1][1])


def _writers(dice: Dice, rows: Rows, unit: places.DemoUnit, home: list[DemoChild]) -> tuple[tuple, tuple]:
    """Who writes and who approves plans: in the accounts' district the demo accounts, elsewhere names only."""
    if unit.code != HOME_UNIT:
        return (None, full_name(dice)), (None, full_name(dice))
    team = max(unit.teams, key=lambda t: (sum(map(len, t.week.values())), -unit.teams.index(t)))
    child = next(child for child in home if child.team is team and child.slots)
    ordinary = max(
        (s for s in unit.schools if not s.special), key=lambda s: (sum(1 for c in home if c.school is s), s.code)
    )
    special = next(s for s in unit.schools if s.special)
    made = make_accounts(dice, rows, unit, ordinary, special, team.teachers[0], child)
    team.teachers[0].user_id = made["teacher"][0]
    rows.change("teachers", team.teachers[0].id, user_id=made["teacher"][0])
    return made["special"], made["district"]


def _ask_the_expert(dice: Dice, rows: Rows, children: list[DemoChild], on: date) -> None:
    """Ask the demo's expert about the children without a placement and a few others."""
    expert = rows.find("users", username="expert")
    for number, child in enumerate(children):
        if child.placement is None or number % 40 == 0:
            rows.add(
                "sights",
                id=dice.id(),
                child_id=child.id,
                kind="expert",
                holder_id=expert,
                because="referral",
                because_id=None,
                valid_from=min(on, rows.today) - timedelta(days=7),
                valid_to=None,
            )


def today_of(text: str | None) -> date:
    """The day of `--on`, or today."""
    return date.fromisoformat(text) if text else clock.today()
