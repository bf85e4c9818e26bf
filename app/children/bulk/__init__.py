"""The one writer of a child's file, for one child as for thirty thousand: set by set, not child by child.

Here stands what is derived from what is said: sealed columns and their blind indexes, readings of names, endings of
numbers, the revision. The caller has checked the facts, looked for doubles, asked for permission, and tells the
timeline and the trail.
"""

from app.children.bulk.changing import change_children
from app.children.bulk.families import (
    Persons,
    SealedPerson,
    change_duties,
    end_duties,
    insert_families,
    seal_families,
    update_persons,
)
from app.children.bulk.opening import FILLED, insert_children, name_columns
from app.children.bulk.ready import ReadyFiles
from app.children.bulk.rows import (
    change_homes,
    end_disabilities,
    end_sights,
    insert_diagnoses,
    insert_disabilities,
    insert_events,
    insert_homes,
    insert_sights,
    keep_disabilities,
)
from app.children.bulk.units import UnitOf, begin_units, keep_towns
from app.children.bulk.values import (
    FACTS,
    ChangedDuty,
    ChangedHome,
    ChildChange,
    DisabilityOf,
    Ended,
    HomeOf,
    KeptDisability,
    NewChild,
    NewDiagnosis,
    NewDisability,
    NewEvent,
    NewFamily,
    NewGuardian,
    NewHome,
    NewSight,
    PersonFacts,
)

__all__ = [
    "FACTS",
    "FILLED",
    "ChangedDuty",
    "ChangedHome",
    "ChildChange",
    "DisabilityOf",
    "Ended",
    "HomeOf",
    "KeptDisability",
    "NewChild",
    "NewDiagnosis",
    "NewDisability",
    "NewEvent",
    "NewFamily",
    "NewGuardian",
    "NewHome",
    "NewSight",
    "PersonFacts",
    "Persons",
    "ReadyFiles",
    "SealedPerson",
    "UnitOf",
    "begin_units",
    "change_children",
    "change_duties",
    "change_homes",
    "end_disabilities",
    "end_duties",
    "end_sights",
    "insert_children",
    "insert_diagnoses",
    "insert_disabilities",
    "insert_events",
    "insert_families",
    "insert_homes",
    "insert_sights",
    "keep_disabilities",
    "keep_towns",
    "name_columns",
    "seal_families",
    "update_persons",
]
