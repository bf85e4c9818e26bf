"""Writing rules by district."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select

from app.access import Actor, Permission, require
from app.db import audit, db
from app.errors import NotFound
from app.kernel.problems import N_, Problem, Refused
from app.schools import queries, unit_rules
from app.schools.models import DistrictRule
from app.schools.types import RuleName


def set_rule(
    actor: Actor, unit_id: uuid.UUID | None, name: RuleName, value: int | None, *, source: str, valid_from: date
) -> DistrictRule:
    """Set the value of a rule from a day on, for a unit or (without one) for the municipality.

    None says that there is no such rule here. Setting visits a week empties visits a month, and the reverse. Earlier
    values stay readable with their dates. Raises Refused for a wrong value, a missing source, or a day before the
    last change.
    """
    require(actor, Permission.SETTINGS_WRITE)
    if not queries.may_set(actor, unit_id):
        raise NotFound
    unit_rules.check_rule_value(name, value).on("value").value_or_refuse()
    after = {**queries.rule_values(unit_id, valid_from), name: value}
    unit_rules.check_noon_break(after).on("value").value_or_refuse()
    if not source.strip():
        raise Refused(
            Problem(
                "rule_source_missing",
                N_("Say where this rule comes from: a document, a meeting, a decision."),
                field="source",
            )
        )
    row = _write(unit_id, name, value, source.strip(), valid_from)
    other = unit_rules.OTHER_FREQUENCY.get(name)
    if other and value is not None:
        _write(unit_id, other, None, source.strip(), valid_from)
    audit.record(
        actor,
        "set_rule",
        "district_rule",
        row.id,
        rule=name.value,
        value=value,
        source=source.strip(),
        unit=str(unit_id) if unit_id else None,
        valid_from=valid_from.isoformat(),
    )
    db.session.flush()
    queries.forget_rules()
    return row


def apply_preset(actor: Actor, unit_id: uuid.UUID | None, key: str, *, source: str, valid_from: date) -> None:
    """Set all rules of a published practice from a day on. `source` is the district's own decision to follow it."""
    preset = unit_rules.find_preset(key)
    if preset is None:
        raise NotFound
    for name, value in preset.values.items():
        set_rule(actor, unit_id, name, value, source=source, valid_from=valid_from)


def _live(unit_id: uuid.UUID | None, name: RuleName) -> DistrictRule | None:
    return db.session.scalar(
        select(DistrictRule).where(
            DistrictRule.unit_id.is_(None) if unit_id is None else DistrictRule.unit_id == unit_id,
            DistrictRule.name == name,
            DistrictRule.valid_to.is_(None),
        )
    )


def _write(unit_id: uuid.UUID | None, name: RuleName, value: int | None, source: str, start: date) -> DistrictRule:
    live = _live(unit_id, name)
    if live is not None and live.valid_from > start:
        raise Refused(
            Problem(
                "rule_before_last",
                N_("This rule was last set from %(day)s on. Enter that day or a later one."),
                {"day": live.valid_from.isoformat()},
                field="valid_from",
            )
        )
    if live is not None and live.valid_from == start:
        live.value, live.source = value, source
        return live
    if live is not None:
        live.valid_to = start
        db.session.flush()  # one live row a rule: the old one ends before the new one begins
    row = DistrictRule(unit_id=unit_id, name=name, value=value, source=source, valid_from=start)
    db.session.add(row)
    db.session.flush()
    return row
