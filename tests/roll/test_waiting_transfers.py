"""A transfer agreed for a later day: until then all is as before, on the day everything turns, and it can be undone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.access import Role
from app.children.models import TimelineEvent
from app.children.queries import find_child
from app.children.responsible import unit_on
from app.children.sight import may_write
from app.db import db
from app.files.listing import Wanted, list_rows
from app.files.standing import standing_of
from app.kernel.problems import Refused
from app.roll import actions, queries
from app.roll.actions.waiting import settle_transfers
from app.roll.models import Movement, RollState, Transfer
from app.roll.types import DayState, MovementKind, RollStatus, SchoolLink, TransferState
from tests.factories import roll as make
from tests.factories.roll import TODAY
from tests.roll.conftest import codes
from tests.support import people

BEGINS = date(2026, 5, 6)


@pytest.fixture
def clock():
    with time_machine.travel(f"{TODAY}T02:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def agreed(town, clock):
    """A transfer from school a to school c of the other district, agreed for 6 May."""
    child = make.make_enrolled(town)
    transfer = actions.open_transfer(make.of_city(), child, actions.Opening(town.c.id, 3, "搬家", BEGINS), today=TODAY)
    for _ in range(4):
        actions.answer_transfer(make.of_city(), transfer.id, True, None, today=TODAY)
    return child, transfer


def redate(town, transfer, day, today) -> None:
    """The receiving school proposes another day, the sending school confirms it."""
    actions.propose_day(make.of_school(town.c), transfer.id, day, "改期", today=today)
    actions.answer_day(make.of_school(town.a), transfer.id, True, None, today=today)


def shown(town, child):
    """The roll school as the file, the list and the roll say it today."""
    from app.kernel.clock import today

    day = today()
    listed = [
        school.name
        for school in (town.a, town.b, town.c)
        if any(row.id == child.id for row in list_rows(make.of_city(), Wanted(school=school.code), day, limit=9))
    ]
    row = next(row for row in list_rows(make.of_city(), Wanted(), day, limit=99) if row.id == child.id)
    return {
        standing_of(child.id).roll.name,
        row.school,
        *listed,
        *queries.school_names(queries.live_links(child.id)[SchoolLink.ROLL].school_id).values(),
    }


@pytest.mark.both_databases
def test_nothing_shows_the_new_school_before_the_day_and_everything_on_it(town, agreed, clock):
    child, _transfer = agreed
    sender, receiver = make.of_school(town.a), make.of_school(town.c)
    for day in (TODAY, BEGINS - timedelta(days=1)):
        clock.move_to(f"{day}T02:00:00+00:00")
        assert shown(town, child) == {town.a.name}
        assert may_write(sender, child) and queries.keeps_roll(sender, child)
        assert find_child(receiver, child.id) is None and unit_on(child, day) == town.home.id
    clock.move_to(f"{BEGINS}T02:00:00+00:00")
    assert shown(town, child) == {town.c.name}
    assert may_write(receiver, child) and queries.keeps_roll(receiver, child)
    assert not may_write(sender, child) and not queries.keeps_roll(sender, child)
    assert unit_on(child, BEGINS) == town.far.id


@pytest.mark.both_databases
def test_the_class_may_change_until_the_day_and_the_transfer_stays(town, agreed):
    child, _transfer = agreed
    actions.set_links(
        make.of_school(town.a),
        child,
        actions.Place(school_id=town.a.id, grade=3, class_name="一班"),
        reason="分班",
        on=TODAY,
        today=TODAY,
    )
    assert queries.links_on(child.id, TODAY)[SchoolLink.ROLL].class_name == "一班"
    assert queries.schools_of(child.id, BEGINS - timedelta(days=1)) == {SchoolLink.ROLL: town.a.id}
    assert queries.schools_of(child.id, BEGINS) == {SchoolLink.ROLL: town.c.id}


@pytest.mark.both_databases
@pytest.mark.parametrize("who", ["a", "c"])
def test_what_has_not_begun_can_be_taken_back_by_either_side(town, agreed, clock, who):
    child, transfer = agreed
    actions.take_back_transfer(make.of_school(getattr(town, who)), transfer.id, "不搬了", today=TODAY)
    assert transfer.state == TransferState.REFUSED and queries.status_of(child.id) == RollStatus.ACTIVE
    for day in (TODAY, BEGINS, BEGINS + timedelta(days=30)):
        clock.move_to(f"{day}T02:00:00+00:00")
        assert shown(town, child) == {town.a.name} and unit_on(child, day) == town.home.id
        assert may_write(make.of_school(town.a), child) and find_child(make.of_school(town.c), child.id) is None
    clock.move_to(f"{TODAY}T02:00:00+00:00")
    again = actions.open_transfer(make.of_city(), child, actions.Opening(town.b.id, 3, "又搬", TODAY), today=TODAY)
    assert again.state == TransferState.OPEN


@pytest.mark.both_databases
@pytest.mark.parametrize("then", ["later", "back"])
@pytest.mark.parametrize("since", [date(2026, 3, 9), TODAY, date(2026, 4, 29)])
def test_a_class_changed_while_the_transfer_waits_is_kept(town, agreed, clock, then, since):
    child, transfer = agreed
    between = date(2026, 4, 29)
    clock.move_to(f"{between}T02:00:00+00:00")
    actions.set_links(
        make.of_school(town.a),
        child,
        actions.Place(school_id=town.a.id, grade=3, class_name="四班"),
        reason="分班",
        on=since,
        today=between,
    )
    if then == "later":
        redate(town, transfer, date(2026, 5, 20), between)
    else:
        actions.take_back_transfer(make.of_city(), transfer.id, "不搬了", today=between)
    for day in (between, date(2026, 5, 10)):
        assert queries.links_on(child.id, day)[SchoolLink.ROLL].class_name == "四班"


def test_once_begun_it_is_not_taken_back(town, agreed, clock):
    _child, transfer = agreed
    clock.move_to(f"{BEGINS}T02:00:00+00:00")
    with pytest.raises(Refused) as refused:
        actions.take_back_transfer(make.of_city(), transfer.id, "晚了", today=BEGINS)
    assert codes(refused) == ["begun"]


@pytest.mark.parametrize("day", [date(2027, 4, 28), date(9999, 12, 31), date(2026, 4, 26)])
def test_the_day_has_bounds(town, clock, day):
    child = make.make_enrolled(town)
    with pytest.raises(Refused) as refused:
        actions.open_transfer(make.of_city(), child, actions.Opening(town.c.id, 3, "搬家", day), today=TODAY)
    assert codes(refused) == ["day_past" if day < TODAY else "day_too_far"]


def test_a_second_transfer_waits_until_the_first_is_taken_back(town, agreed):
    child, _transfer = agreed
    with pytest.raises(Refused) as refused:
        actions.open_transfer(make.of_city(), child, actions.Opening(town.b.id, 3, "搬家", TODAY), today=TODAY)
    assert codes(refused) == ["transfer_waits"]


@pytest.mark.both_databases
def test_the_opener_withdraws_an_open_transfer_and_the_sender_does_not(town, clock):
    child = make.make_enrolled(town)
    transfer = actions.open_transfer(
        make.of_school(town.c), child, actions.Opening(town.c.id, 3, "搬家", BEGINS), today=TODAY
    )
    with pytest.raises(Refused) as refused:
        actions.withdraw_transfer(make.of_school(town.a), transfer.id, "不要", today=TODAY)
    assert codes(refused) == ["not_yours"]
    actions.withdraw_transfer(make.of_school(town.c), transfer.id, "弄错了", today=TODAY)
    assert queries.status_of(child.id) == RollStatus.ACTIVE
    assert db.session.get(Transfer, transfer.id).state == TransferState.REFUSED
    kinds = {row.Movement.kind for row in queries.list_movements_of(child.id)}
    assert MovementKind.TRANSFER_WITHDRAWN in kinds and MovementKind.TRANSFER_REFUSED not in kinds


def test_a_district_answers_for_its_school_without_an_account(town, clock):
    child = make.make_enrolled(town)
    transfer = actions.open_transfer(
        make.of_unit(town.far), child, actions.Opening(town.c.id, 3, "搬家", TODAY), today=TODAY
    )
    people.make_user(Role.SCHOOL_COORDINATOR, school_id=town.c.id)
    with pytest.raises(Refused):
        actions.answer_transfer(make.of_unit(town.far), transfer.id, True, None, today=TODAY)
    actions.answer_transfer(make.of_school(town.c), transfer.id, True, None, today=TODAY)
    actions.answer_transfer(make.of_unit(town.far), transfer.id, True, None, today=TODAY)
    actions.answer_transfer(make.of_unit(town.home), transfer.id, True, None, today=TODAY)  # school a has no account
    actions.answer_transfer(make.of_unit(town.home), transfer.id, True, None, today=TODAY)
    assert transfer.state == TransferState.DONE


@pytest.mark.both_databases
def test_the_asking_school_withdraws_its_request(town, clock):
    child = make.make_enrolled(town)
    asked = actions.Asked(
        kind=MovementKind.SUSPENSION, on=TODAY, reason="住院", proof="医院证明", due_on=date(2026, 9, 30)
    )
    row = actions.ask_movement(make.of_school(town.a), child, asked, today=TODAY)
    actions.withdraw_request(make.of_school(town.a), row.id, today=TODAY)
    assert queries.find_open_request(child.id) is None and queries.status_of(child.id) == RollStatus.ACTIVE
    with pytest.raises(Refused) as refused:
        actions.withdraw_request(make.of_school(town.a), row.id, today=TODAY)
    assert codes(refused) == ["answered"]
    actions.ask_movement(make.of_school(town.a), child, asked, today=TODAY)


def kept(child) -> list:
    """The movements of the list of all that hold, newest first, without those before the transfer."""
    rows, _page = queries.list_movements(make.of_city(), queries.MovementFilters(), lambda count: Page(count))
    return [(row.kind, row.effective_on) for row in rows if row.child_id == child.id][:6]


class Page:
    offset, size = 0, 50

    def __init__(self, count: int):
        self.count = count


@pytest.mark.both_databases
def test_what_was_agreed_for_a_day_that_was_moved_holds_no_more_in_the_roll(town, agreed, clock):
    child, transfer = agreed
    later, between = date(2026, 5, 20), date(2026, 4, 28)
    clock.move_to(f"{between}T02:00:00+00:00")
    redate(town, transfer, later, between)
    rows = queries.list_movements_of(child.id)
    moves = {
        (row.Movement.kind, row.Movement.effective_on) for row in rows if row.Movement.id in queries.list_void(rows)
    }
    assert moves == {(MovementKind.TRANSFER_OUT, BEGINS), (MovementKind.TRANSFER_IN, BEGINS)}
    listed = kept(child)
    assert set(listed[:2]) == {(MovementKind.TRANSFER_OUT, later), (MovementKind.TRANSFER_IN, later)}
    assert listed[2] == (MovementKind.TRANSFER_REDATED, between) and BEGINS not in dict(map(reversed, listed))
    clock.move_to("2026-04-29T02:00:00+00:00")
    actions.take_back_transfer(make.of_school(town.a), transfer.id, "不搬了", today=date(2026, 4, 29))
    assert kept(child)[0] == (MovementKind.TRANSFER_WITHDRAWN, date(2026, 4, 29))
    assert not {kind for kind, _day in kept(child)} & {MovementKind.TRANSFER_OUT, MovementKind.TRANSFER_REFUSED}
    assert queries.find_taking_back(transfer).reason == "不搬了"


def test_the_timeline_says_nothing_done_before_its_day(town, agreed):
    child, _transfer = agreed
    events = db.session.scalars(select(TimelineEvent).where(TimelineEvent.child_id == child.id)).all()
    assert {event.happened_on for event in events} <= {TODAY, date(2026, 3, 9), date(2026, 3, 2)}
    assert BEGINS.isoformat() in [event.values.get("due") for event in events]


def test_a_second_transfer_is_told_of_the_open_one(town, clock):
    child = make.make_enrolled(town)
    actions.open_transfer(make.of_school(town.c), child, actions.Opening(town.c.id, 3, "搬家", BEGINS), today=TODAY)
    for who, school in ((make.of_school(town.b), town.b), (make.of_school(town.c), town.c)):
        with pytest.raises(Refused) as refused:
            actions.open_transfer(who, child, actions.Opening(school.id, 3, "搬家", TODAY), today=TODAY)
        assert codes(refused) == ["transfer_open"]
        assert refused.value.problems[0].values["school"] == town.c.name


@pytest.mark.parametrize(
    "kind",
    [MovementKind.SUSPENSION, MovementKind.DROPOUT, MovementKind.ABROAD, MovementKind.MISSING, MovementKind.DEATH],
)
def test_who_leaves_school_another_way_moves_nowhere(town, agreed, clock, kind):
    child, transfer = agreed
    row = actions.propose_day(make.of_school(town.c), transfer.id, date(2026, 5, 20), "改期", today=TODAY)
    due = date(2026, 7, 1) if kind == MovementKind.SUSPENSION else None
    request = actions.ask_movement(
        make.of_school(town.a),
        child,
        actions.Asked(kind=kind, on=TODAY, reason="派出所通报", proof="报案回执", due_on=due),
        today=TODAY,
    )
    assert queries.is_waiting(transfer, TODAY)  # asked is not yet so
    actions.answer_request(make.of_unit(town.home), request.id, True, None, today=TODAY)
    db.session.refresh(row)
    assert transfer.state == TransferState.REFUSED and row.state == DayState.LAPSED
    assert queries.find_taking_back(transfer).reason == "派出所通报"
    later = BEGINS + timedelta(days=1)
    clock.move_to(f"{later}T02:00:00+00:00")
    here = {} if kind == MovementKind.DEATH else {SchoolLink.ROLL: town.a.id}
    assert queries.schools_of(child.id, later) == here and unit_on(child, later) == town.home.id
    assert find_child(make.of_school(town.c), child.id) is None
    told = db.session.scalars(select(TimelineEvent.code).where(TimelineEvent.child_id == child.id)).all()
    assert sum(code.startswith("told.transfer_void") for code in told) == 1


@pytest.mark.both_databases
@pytest.mark.parametrize("agreed", [False, True])
@pytest.mark.parametrize("status", [RollStatus.DECEASED, RollStatus.MISSING, RollStatus.ABROAD])
def test_a_transfer_that_older_versions_left_standing_is_voided_once(town, clock, agreed, status):
    child = make.make_enrolled(town)
    transfer = actions.open_transfer(make.of_city(), child, actions.Opening(town.c.id, 3, "搬家", BEGINS), today=TODAY)
    for _ in range(4 if agreed else 0):
        actions.answer_transfer(make.of_city(), transfer.id, True, None, today=TODAY)
    for row in db.session.scalars(select(RollState).where(RollState.child_id == child.id)):
        row.valid_to = row.valid_to or TODAY
    db.session.flush()
    make.put(child, status, on=TODAY)
    assert settle_transfers(TODAY) == 1 and settle_transfers(TODAY) == 0
    assert (transfer.state, transfer.next_step) == (TransferState.REFUSED, None)
    assert queries.links_on(child.id, BEGINS)[SchoolLink.ROLL].school_id == town.a.id
    told = db.session.scalars(
        select(Movement).where(Movement.child_id == child.id, Movement.kind == MovementKind.TRANSFER_WITHDRAWN)
    ).one()
    assert (told.by_name, told.to_status) == ("system", status)
