"""What home-delivered teaching rests on: documents, and each term's answer whether the child can come to school now."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.demo import words
from app.demo.dice import Dice, Rows

if TYPE_CHECKING:
    from app.demo.people import DemoChild

ANSWERS = (("no", 86), ("partly", 11), ("yes", 3))


def add_evidence(dice: Dice, rows: Rows, child: DemoChild, by: str) -> None:
    """The two documents of the child's decision."""
    decided = child.decision["decided_on"]
    papers = (
        ("医院诊断证明书", dice.choice(words.HOSPITALS), decided - timedelta(days=dice.randrange(20, 90))),
        (
            "专家委员会入户评估报告",
            f"{child.unit.name}残疾人教育专家委员会",
            decided - timedelta(days=dice.randrange(8, 19)),
        ),
    )
    for position, (name, issuer, day) in enumerate(papers, 1):
        rows.add(
            "placement_evidence",
            id=dice.id(),
            decision_id=child.decision_id,
            position=position,
            name=name,
            issuer=issuer,
            dated_on=day,
            recorded_by=by,
            recorded_at=dice.moment(decided),
        )


def answer_term(dice: Dice, rows: Rows, child: DemoChild, term: tuple[date, date], on: date) -> None:
    """This term's answer of most children at home; some are not asked yet."""
    first = max(term[0], child.decision["decided_on"])
    on = min(on, rows.today)
    if first > on or not dice.often(0.92):
        return
    day, answer = dice.day(first, on), dice.weighted(ANSWERS)
    teacher = child.team.teachers[0].name if child.team else f"{child.unit.name}特教资源中心"
    rows.add(
        "return_tests",
        id=dice.id(),
        child_id=child.id,
        decision_id=child.decision_id,
        school_year=term[0].year if term[0].month >= 8 else term[0].year - 1,
        term=1 if term[0].month >= 8 else 2,
        answered_on=day,
        answer=answer,
        words=dice.choice(words.RETURN_WORDS[answer]),
        answered_by=teacher,
        recorded_by=teacher,
        recorded_at=dice.moment(day),
    )
