"""Writing recommendations, opinions and decisions. All three are frozen when written."""

from __future__ import annotations

import uuid
from dataclasses import asdict
from datetime import date

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.sight import answers_for, end_sight, give_sight, require_write
from app.children.timeline import tell
from app.children.types import EventKind, SightKind
from app.db import audit, db, twins
from app.kernel import clock
from app.kernel.labels import label_of
from app.kernel.problems import N_, S_, Problem, Refused, refuse_if
from app.placements.models import Decision, Evidence, Opinion, Recommendation, ReturnTest
from app.placements.queries import decision_in_force, find_recommendation, grounds_of, list_evidence, running_term
from app.placements.rules import (
    DOCUMENTS,
    DecisionFacts,
    EvidenceFacts,
    OpinionFacts,
    RecommendationFacts,
    ReturnFacts,
    check_decision,
    check_evidence,
    check_opinion,
    check_recommendation,
    check_return,
)
from app.placements.steps import settle_review
from app.placements.types import PlacementKind, ReturnAnswer
from app.roll.actions import change_status
from app.roll.queries import find_state
from app.roll.types import MovementKind, RollStatus


def add_recommendation(actor: Actor, child: Child, facts: RecommendationFacts, *, today: date) -> Recommendation:
    """Record what the expert committee recommends for a child loaded in sight (条例 art. 20). Raises Refused."""
    require(actor, Permission.ASSESSMENTS_WRITE)
    require_write(actor, child)
    refuse_if(check_recommendation(facts, birth=child.birth_on, today=today))
    twins.refuse_twin(
        Recommendation,
        Problem("recommendation_there", N_("This recommendation is in the file already.")),
        child_id=child.id,
        **asdict(facts),
    )
    row = Recommendation(child_id=child.id, recorded_by=actor.name, recorded_at=clock.now(), **asdict(facts))
    db.session.add(row)
    audit.record(actor, "add_recommendation", "recommendation", row.id, child_id=child.id, kind=facts.kind.value)
    tell(
        actor,
        child.id,
        EventKind.PLACEMENT,
        S_("told.recommended", "The committee %(committee)s recommended a placement."),
        on=facts.made_on,
        subject_id=row.id,
        committee=facts.committee,
    )
    db.session.flush()
    return row


def grounds_shown(*grounds: Recommendation | Opinion | None) -> str:
    """What an opinion or a decision rests on, as its form carries it."""
    return " ".join(str(row.id) if row else "-" for row in grounds)


def _refuse_other(about: str | None, *grounds: Recommendation | Opinion | None) -> None:
    """Nobody answers a recommendation, or decides on an opinion, that the page did not show."""
    if about is not None and about != grounds_shown(*grounds):
        raise Refused(
            Problem(
                "grounds_changed",
                N_(
                    "The recommendation or the opinion has changed since you opened this page. Nothing was kept. Read "
                    "what stands here now, then answer."
                ),
            )
        )


def add_opinion(actor: Actor, child: Child, facts: OpinionFacts, *, today: date, about: str | None = None) -> Opinion:
    """Record the guardian's opinion on the open recommendation (条例 art. 21); `about` is the one shown. Raises
    Refused."""
    require(actor, Permission.CHILDREN_WRITE)
    require_write(actor, child)
    recommendation = find_recommendation(child.id)
    _refuse_other(about, recommendation)
    refuse_if(
        check_opinion(facts, recommendation.made_on if recommendation else None, birth=child.birth_on, today=today)
    )
    twins.refuse_twin(
        Opinion,
        Problem("opinion_there", N_("This opinion is in the file already.")),
        child_id=child.id,
        **asdict(facts),
    )
    row = Opinion(child_id=child.id, recorded_by=actor.name, recorded_at=clock.now(), **asdict(facts))
    db.session.add(row)
    audit.record(actor, "add_opinion", "opinion", row.id, child_id=child.id, answer=facts.answer.value)
    tell(
        actor,
        child.id,
        EventKind.PLACEMENT,
        S_("told.opinion_recorded", "The guardian's opinion on the placement was recorded."),
        on=facts.given_on,
        subject_id=row.id,
    )
    db.session.flush()
    return row


def decide(
    actor: Actor,
    child: Child,
    facts: DecisionFacts,
    *,
    school_id: uuid.UUID | None = None,
    today: date,
    about: str | None = None,
) -> Decision:
    """Decide the placement of a child loaded in sight: end the present one on the new one's first day, begin the new.

    A registered or deferred child becomes placed on the roll; the school sees the file from now on. Raises Refused with
    everything that stands against it.
    """
    _require_authority(actor, child)
    before, recommendation, opinion, present = grounds_of(child.id)
    _refuse_other(about, recommendation, opinion)
    refuse_if(check_decision(facts, before, birth=child.birth_on, today=today))
    assert recommendation and opinion  # without them check_decision refuses
    if present is not None:
        _end(actor, child, present, facts, today)
    values = asdict(facts)
    del values["school_is_special"], values["evidence"]
    row = Decision(
        child_id=child.id,
        recommendation_id=recommendation.id,
        opinion_id=opinion.id,
        school_id=school_id,
        recorded_at=clock.now(),
        **values,
    )
    db.session.add(row)
    db.session.flush()
    _keep_evidence(actor, row, facts.evidence)
    if school_id:
        give_sight(child.id, SightKind.SCHOOL, school_id, "placement", on=today, because_id=row.id)
    audit.record(
        actor,
        "decide_placement",
        "decision",
        row.id,
        child_id=child.id,
        kind=facts.kind.value,
        departs=facts.kind != before.recommended,
    )
    tell(
        actor,
        child.id,
        EventKind.PLACEMENT,
        DECIDED[facts.kind],
        on=facts.decided_on,
        subject_id=row.id,
        day=facts.valid_from.isoformat(),
    )
    _place_on_roll(actor, child, facts, school_id, today)
    db.session.flush()
    return row


def add_evidence(actor: Actor, child: Child, rows: tuple[EvidenceFacts, ...], *, today: date) -> None:
    """Add the documents to a decision on home-delivered teaching that was carried over without them; once, then they
    are frozen.

    Raises Refused when the child is not taught at home, the documents are there already, or something lacks in them.
    """
    _require_authority(actor, child)
    decision = decision_in_force(child.id, today)
    if decision is None or decision.kind != PlacementKind.HOME:
        raise Refused(Problem("not_home", N_("The child is not taught at home.")))
    if list_evidence([decision.id]):
        raise Refused(Problem("evidence_there", N_("The documents of this decision are in the file already.")))
    refuse_if(check_evidence(rows, needed=DOCUMENTS, birth=child.birth_on, until=today))
    _keep_evidence(actor, decision, rows)
    audit.record(actor, "add_evidence", "decision", decision.id, child_id=child.id, count=len(rows))
    tell(
        actor,
        child.id,
        EventKind.PLACEMENT,
        S_("told.home_papers_added", "The documents for home-delivered teaching were added."),
        on=today,
        subject_id=decision.id,
    )
    db.session.flush()


def answer_return(actor: Actor, child: Child, facts: ReturnFacts, *, today: date) -> ReturnTest:
    """Record the running term's answer to "can the child come to school now?" for a child who is taught at home.

    A second answer in the same term stands beside the first, the newest counts. Raises Refused.
    """
    require(actor, Permission.CHILDREN_WRITE)
    require_write(actor, child)
    decision, term = decision_in_force(child.id, today), running_term(today)
    if decision is None or decision.kind != PlacementKind.HOME:
        raise Refused(Problem("not_home", N_("The child is not taught at home.")))
    refuse_if(check_return(facts, term_from=term.starts_on if term else None, today=today))
    twins.refuse_twin(
        ReturnTest,
        Problem("return_there", N_("This answer is in the file already.")),
        child_id=child.id,
        decision_id=decision.id,
        **asdict(facts),
    )
    assert term  # without one check_return refuses
    row = ReturnTest(
        child_id=child.id,
        decision_id=decision.id,
        school_year=term.school_year,
        term=term.number,
        recorded_by=actor.name,
        recorded_at=clock.now(),
        **asdict(facts),
    )
    db.session.add(row)
    audit.record(actor, "answer_return", "return_test", row.id, child_id=child.id, answer=facts.answer.value)
    tell(actor, child.id, EventKind.PLACEMENT, ANSWERED[facts.answer], on=facts.answered_on, subject_id=row.id)
    db.session.flush()
    return row


ANSWERED = {
    ReturnAnswer.NO: S_("told.return_no", "Asked whether the child can come to school now: not yet."),
    ReturnAnswer.PARTLY: S_("told.return_partly", "Asked whether the child can come to school now: partly."),
    ReturnAnswer.YES: S_("told.return_yes", "Asked whether the child can come to school now: yes."),
}
DECIDED = {
    PlacementKind.REGULAR_CLASS: S_(
        "told.placed_regular", "Placement decided from %(day)s: learning in a regular class."
    ),
    PlacementKind.SPECIAL_CLASS: S_("told.placed_special_class", "Placement decided from %(day)s: special class."),
    PlacementKind.SPECIAL_SCHOOL: S_("told.placed_special_school", "Placement decided from %(day)s: special school."),
    PlacementKind.HOME: S_("told.placed_home", "Placement decided from %(day)s: home-delivered teaching."),
    PlacementKind.REMOTE: S_("told.placed_remote", "Placement decided from %(day)s: remote teaching."),
    PlacementKind.WELFARE: S_(
        "told.placed_institution", "Placement decided from %(day)s: class in a welfare or rehabilitation institution."
    ),
    PlacementKind.DEFERRED: S_("told.placed_deferred", "Placement decided from %(day)s: deferred entry."),
}


def _require_authority(actor: Actor, child: Child) -> None:
    require(actor, Permission.PLACEMENTS_DECIDE)
    require_write(actor, child)
    if not answers_for(actor, child):
        raise Refused(
            Problem(
                "unit_foreign",
                S_("unit_foreign.placement", "The placement is decided by the district that answers for the child."),
            )
        )


def _keep_evidence(actor: Actor, decision: Decision, rows: tuple[EvidenceFacts, ...]) -> None:
    now = clock.now()
    db.session.add_all(
        Evidence(
            decision_id=decision.id,
            position=position,
            name=row.name.strip(),
            issuer=row.issuer.strip(),
            dated_on=row.dated_on,
            recorded_by=actor.name,
            recorded_at=now,
        )
        for position, row in enumerate((row for row in rows if not row.empty), 1)
    )
    db.session.flush()


def _end(actor: Actor, child: Child, present: Decision, facts: DecisionFacts, today: date) -> None:
    present.ended_on, present.end_reason = facts.valid_from, label_of(facts.kind)
    settle_review(actor, present.id, today)
    if present.school_id:
        end_sight(child.id, present.school_id, "placement", on=max(today, facts.valid_from))
    db.session.flush()


def _place_on_roll(actor: Actor, child: Child, facts: DecisionFacts, school_id: uuid.UUID | None, today: date) -> None:
    """A child not yet on a roll is placed now and waits for its enrolment; a roll that runs is left alone."""
    state = find_state(child.id)
    waiting = state is None or state.status in (RollStatus.REGISTERED, RollStatus.DEFERRED)
    if facts.kind == PlacementKind.DEFERRED or not waiting:
        return
    on = max(facts.decided_on, state.valid_from) if state else facts.decided_on
    change_status(
        actor,
        child,
        RollStatus.PLACED,
        kind=MovementKind.PLACEMENT,
        on=on,
        school_id=school_id,
        reason=facts.decided_by,
        today=today,
    )
