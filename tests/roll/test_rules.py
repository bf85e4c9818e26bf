"""The state machine, grades and days of the roll."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.labels import label_of
from app.roll import rules, types
from app.roll.types import MovementKind, RollStatus, TransferStep

S = RollStatus
# The table of the facts (2.6), written out again by hand: the rules must say the same.
WAYS = {
    ("registered", "deferred"),
    ("registered", "placed"),
    ("deferred", "placed"),
    ("placed", "active"),
    ("active", "suspended"),
    ("suspended", "active"),
    ("suspended", "suspended"),
    ("active", "transferring"),
    ("transferring", "active"),
    ("active", "dropout"),
    ("dropout", "active"),
    ("missing", "active"),
    ("active", "abroad"),
    ("abroad", "active"),
    ("active", "graduated"),
    ("active", "completed"),
    ("missing", "deceased"),
} | set(
    product(
        ("registered", "deferred", "placed", "active", "suspended", "transferring", "dropout", "abroad"),
        ("deceased", "missing"),
    )
)
days = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(("before", "after"), list(product(S, S)), ids=lambda s: s.value)
def test_every_pair_of_states_is_as_the_table_says(before, after):
    assert rules.allowed(before, after) == ((before.value, after.value) in WAYS)


@pytest.mark.parametrize("word", ["withdraw", "expul", "expel", "exempt", "quit", "dismiss"])
def test_no_state_and_no_movement_is_a_withdrawal_expulsion_or_exemption(word):
    members = [*S, *(kind for kind in MovementKind if kind != MovementKind.TRANSFER_WITHDRAWN)]  # of a request only
    names = [*members, *(label_of(member).lower() for member in (*S, *MovementKind))]
    assert not [name for name in names if word in name]


def test_no_code_of_a_forbidden_movement_is_used():
    assert not {"16", "18", "31", "42"} & set(types.MOVEMENT_CODES.values())
    assert not {"03", "04", "14"} & set(types.CODES.values())


@given(st.sampled_from(list(S)), st.lists(st.sampled_from(list(S)), max_size=12))
def test_nobody_comes_back_from_the_end(start, targets):
    state = start
    for target in targets:
        if rules.allowed(state, target):
            assert state not in rules.TERMINAL
            state = target


def test_a_suspension_needs_a_paper_and_two_people():
    codes = [p.code for p in rules.check_move(S.ACTIVE, S.SUSPENDED, proof=" ", two_people=False)]
    assert codes == ["proof_missing", "second_person"]
    assert rules.check_move(S.ACTIVE, S.SUSPENDED, proof="county hospital", two_people=True) == []


def test_a_suspended_child_is_told_to_resume_before_a_transfer():
    (problem,) = rules.check_move(S.SUSPENDED, S.TRANSFERRING, proof=None, two_people=False)
    assert problem.code == "suspended"


@given(days, days, days, days)
def test_a_day_is_taken_only_between_the_last_movement_and_today(on, today, birth, since):
    taken = not rules.check_day(on, today=today, birth=birth, since=since)
    assert taken == (birth < on and since <= on <= today)


@given(st.integers(1, 9), st.integers(-2, 12))
def test_after_a_suspension_same_grade_or_next(before, after):
    assert (not rules.check_resumed_grade(before, after)) == (after in (before, before + 1) and 1 <= after <= 9)


@given(st.integers(1, 9), st.integers(-2, 12), st.booleans())
def test_only_special_pupils_go_down_and_only_one_grade(before, after, special):
    fine = after == before or (special and after == before - 1)
    assert (not rules.check_grade_change(before, after, special=special)) == (fine and 1 <= after <= 9)


@given(days, st.integers(1, 24), st.integers(-30, 900))
def test_a_suspension_ends_within_the_districts_maximum(on, months, length):
    due = on + timedelta(days=length)
    assert (not rules.check_suspension_end(on, due, months)) == (on < due <= rules.add_months(on, months))


@given(days, st.integers(0, 40))
def test_months_keep_the_day_or_end_the_month(day, months):
    later = rules.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@given(days, st.integers(-10, 800))
def test_a_deferral_ends_at_the_next_31_august(on, length):
    due = on + timedelta(days=length)
    limit = rules.next_august(on)
    assert (limit.month, limit.day) == (8, 31) and timedelta(0) < limit - on <= timedelta(days=366)
    assert (not rules.check_deferral_end(on, due)) == (on < due <= limit)


def test_an_extension_is_asked_for_before_the_end():
    assert rules.check_extension(date(2026, 4, 1), date(2026, 4, 1)) == []
    assert rules.check_extension(date(2026, 4, 1), date(2026, 4, 2))[0].code == "ran_out"


def test_only_grade_nine_leaves_and_not_before_the_years_end():
    ends = date(2026, 7, 1)
    assert rules.check_leaving(9, ends, ends) == []
    assert rules.check_leaving(8, ends, ends)[0].code == "grade_nine"
    assert rules.check_leaving(9, date(2026, 6, 30), ends)[0].code == "year_runs"


def test_four_parties_in_their_order():
    chain, step = [], TransferStep.RECEIVING_SCHOOL
    while step:
        chain.append(step.value)
        step = rules.step_after(step)
    assert chain == ["receiving_school", "receiving_unit", "sending_school", "sending_unit"]


@pytest.mark.parametrize(
    ("today", "left", "colour"),
    [
        (date(2026, 4, 27), 10, ""),
        (date(2026, 5, 8), 3, "wait"),
        (date(2026, 5, 13), 0, "wait"),
        (date(2026, 5, 14), 0, "bad"),
    ],
)
def test_a_clock_turns_amber_near_its_end_and_red_after_it(today, left, colour):
    assert rules.clock_colour(date(2026, 5, 13), today, left) == colour


def test_a_first_roll_is_late_after_two_months():
    assert not rules.is_late(date(2026, 3, 2), date(2026, 5, 2), None)
    assert rules.is_late(date(2026, 3, 2), date(2026, 5, 3), 2)
