"""A school with pupils is not closed without a word: how many there are is said, and nothing is changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import time_machine

from app.kernel.problems import Refused
from app.roll import actions as roll
from app.schools import actions
from app.schools.rules import FACT_FIELDS
from app.schools.types import SchoolFacts
from tests.factories import roll as make
from tests.factories.roll import TODAY


@pytest.fixture
def clock():
    with time_machine.travel(f"{TODAY}T02:00:00+00:00", tick=False) as traveller:
        yield traveller


def facts_of(school) -> SchoolFacts:
    return SchoolFacts(**{name: getattr(school, name) for name in FACT_FIELDS})


def close(school, **more) -> None:
    actions.save_school(make.of_city(), replace(facts_of(school), closed_on=TODAY, **more), today=TODAY,
                        school_id=school.id)


@pytest.mark.both_databases
def test_closing_names_the_pupils_that_are_still_there(session, clock):
    town = make.make_town()
    make.make_enrolled(town)
    make.make_enrolled(town, delivering_id=town.b.id)
    for school, count in ((town.a, 2), (town.b, 1)):
        with pytest.raises(Refused) as refused:
            close(school)
        problem = refused.value.problems[0]
        assert (problem.code, problem.values["count"], problem.field) == ("school_has_pupils", count, "closed_on")
        assert school.closed_on is None
    close(town.c)
    assert town.c.closed_on == TODAY


@pytest.mark.both_databases
def test_a_transfer_on_the_way_holds_a_school_open(session, clock):
    town = make.make_town()
    child = make.make_enrolled(town)
    transfer = roll.open_transfer(make.of_city(), child, roll.Opening(town.c.id, 3, "搬家", date(2026, 5, 6)),
                                  today=TODAY)
    with pytest.raises(Refused) as refused:
        close(town.c)
    assert refused.value.problems[0].code == "school_has_transfers"
    for _ in range(4):
        roll.answer_transfer(make.of_city(), transfer.id, True, None, today=TODAY)
    with pytest.raises(Refused) as refused:
        close(town.c)
    assert refused.value.problems[0].code == "school_has_pupils"
