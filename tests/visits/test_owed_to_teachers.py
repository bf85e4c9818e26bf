"""What a visiting teacher is owed, in whole fen: only confirmed visits, each at the rate of its own day."""

from __future__ import annotations

import uuid
from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.timetables.rules.loads import expected_allowance
from app.timetables.types import Confirmation
from app.visits.rules.attendance import CONFIRMED
from app.visits.rules.owed_to_teachers import ClaimLine, claim_of

TEACHER = uuid.UUID(int=1)


def line(confirmation, fen):
    return ClaimLine(
        visit_id=uuid.UUID(int=fen),
        child_name="冉一",
        day=date(2026, 11, 2),
        start=540,
        minutes=60,
        team="一组",
        confirmation=confirmation,
        explanation=None,
        fen=fen,
    )


LINES = st.lists(st.builds(line, st.sampled_from(Confirmation), st.integers(0, 50_000)), max_size=12)


@given(LINES)
def test_every_given_visit_is_owed_or_waits_and_none_is_both(lines):
    claim = claim_of(TEACHER, "何晓燕", "熊家小学", lines)
    assert Counter(claim.lines + claim.waiting) == Counter(lines)
    assert all(one.confirmed for one in claim.lines) and not any(one.confirmed for one in claim.waiting)
    assert claim.fen == sum(one.fen for one in lines if one.confirmation in CONFIRMED)


@pytest.mark.parametrize(
    ("visits", "teachers", "rate", "fen"),
    [(4, 2, 8_050, 64_400), (0, 2, 8_000, 0), (4, 0, 8_000, 0), (4, 2, None, 0), (1, 1, 1, 1)],
)
def test_what_a_team_will_be_owed(visits, teachers, rate, fen):
    assert expected_allowance(visits, teachers, rate) == fen
