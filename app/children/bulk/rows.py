"""What stands beside a child's basics, many rows at once: disabilities, diagnoses, home points, timeline, sights."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.children.bulk.values import (
    ChangedHome,
    DisabilityOf,
    Ended,
    HomeOf,
    KeptDisability,
    NewDiagnosis,
    NewEvent,
    NewSight,
)
from app.children.models import Diagnosis, Disability, HomePoint, Sight, TimelineEvent
from app.children.points import point_text
from app.children.timeline import kept
from app.db import vault
from app.db.bulk import Bulk, as_json, dashed, day, key, new_keys, ready
from app.kernel import clock

_DISABILITY = (
    "id",
    "child_id",
    "position",
    "category",
    "grade",
    "certificate_sealed",
    "certificate_blind",
    "certificate_issuer",
    "certificate_ends_on",
    "screening_due_on",
    "screening_by",
    "valid_from",
)
_DIAGNOSIS = ("id", "child_id", "words", "source", "found_on")
_HOME = ("id", "child_id", "point_sealed", "mode", "walk_minutes", "way_sealed", "closed_months", "revision")
_EVENT = (
    "id",
    "child_id",
    "kind",
    "happened_on",
    "recorded_at",
    "code",
    "sentence",
    "values",
    "subject_id",
    "by_name",
)
_SIGHT = ("id", "child_id", "kind", "holder_id", "because", "because_id", "valid_from", "right")


def insert_disabilities(session: Session, rows: Sequence[DisabilityOf], *, on: date) -> None:
    """Add disabilities that hold from a day on."""
    box, day_on, made = vault(), on.isoformat(), []
    seal, blind = box.sealer("disabilities", "certificate", len(rows)), box.blinder("certificate")
    for new, (child, position, one) in zip(new_keys(len(rows)), rows, strict=True):
        made.append(
            (
                new,
                key(child),
                position,
                ready(one.category),
                one.grade,
                seal(dashed(new), one.certificate),
                blind(one.certificate) if one.certificate else None,
                one.certificate_issuer,
                day(one.certificate_ends_on),
                day(one.screening_due_on),
                one.screening_by,
                day_on,
            )
        )
    Bulk(session).insert(Disability.__table__, _DISABILITY, made)


def keep_disabilities(session: Session, rows: Sequence[KeptDisability]) -> None:
    """Set place, issuer, end and screening of disabilities that stay."""
    Bulk(session).update(
        Disability.__table__, KeptDisability._fields[1:], [(*map(ready, row[1:]), key(row.id)) for row in rows]
    )


def end_disabilities(session: Session, rows: Sequence[Ended]) -> None:
    """Disabilities that hold no more."""
    Bulk(session).end(Disability.__table__, rows)


def insert_diagnoses(session: Session, rows: Sequence[NewDiagnosis]) -> list[str]:
    """Add doctors' words; return the keys of their rows."""
    keys = new_keys(len(rows))
    Bulk(session).insert(
        Diagnosis.__table__,
        _DIAGNOSIS,
        [
            (new, key(row.child_id), row.words, row.source, day(row.found_on))
            for new, row in zip(keys, rows, strict=True)
        ],
    )
    return keys


def insert_homes(session: Session, rows: Sequence[HomeOf]) -> None:
    """Add the home points of children who have none."""
    seal_point, seal_way = (vault().sealer("home_points", name, len(rows)) for name in ("point", "way"))
    Bulk(session).insert(
        HomePoint.__table__,
        _HOME,
        [
            (
                new,
                key(child),
                seal_point(dashed(new), point_text(home.longitude, home.latitude)),
                ready(home.mode),
                home.walk_minutes,
                seal_way(dashed(new), home.way),
                _months(home.closed_months),
                1,
            )
            for new, (child, home) in zip(new_keys(len(rows)), rows, strict=True)
        ],
    )


def change_homes(session: Session, rows: Sequence[ChangedHome]) -> None:
    """Set home points anew."""
    box, bulk = vault(), Bulk(session)
    for row in rows:
        at, said = dashed(key(row.id)), dict(row.said)
        columns: dict[str, object] = {"revision": row.revision + 1}
        if "longitude" in said:
            point = point_text(said.pop("longitude"), said.pop("latitude"))
            columns["point_sealed"] = box.seal("home_points", "point", at, point)
        if "way" in said:
            way = said.pop("way")
            columns["way_sealed"] = box.seal("home_points", "way", at, way) if way else None
        if "closed_months" in said:
            columns["closed_months"] = _months(said.pop("closed_months"))
        columns |= {name: ready(value) for name, value in said.items()}
        bulk.update(HomePoint.__table__, tuple(columns), [(*columns.values(), key(row.id))])


def _months(months: Sequence[int]) -> str:
    return as_json(sorted(set(months))) if months else "[]"


def insert_events(session: Session, rows: Sequence[NewEvent], *, by_name: str) -> None:
    """Tell on the timeline."""
    bulk = Bulk(session)
    now = bulk.moment(clock.now())
    bulk.insert(
        TimelineEvent.__table__,
        _EVENT,
        [
            (
                new,
                key(child),
                kind,
                day(on),
                now,
                *kept(sentence),
                values if isinstance(values, str) else as_json(values),
                key(subject),
                by_name,
            )
            for new, (child, kind, on, sentence, values, subject) in zip(new_keys(len(rows)), rows, strict=True)
        ],
    )


def insert_sights(session: Session, rows: Sequence[NewSight]) -> None:
    """Open files to holders."""
    Bulk(session).insert(
        Sight.__table__,
        _SIGHT,
        [
            (new, key(child), kind, key(holder), because, key(because_id), day(since), right)
            for new, (child, kind, holder, because, because_id, since, right) in zip(
                new_keys(len(rows)), rows, strict=True
            )
        ],
    )


def end_sights(session: Session, rows: Sequence[Ended]) -> None:
    """Holders see files no more."""
    Bulk(session).end(Sight.__table__, rows)
