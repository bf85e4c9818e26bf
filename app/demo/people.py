"""Children and their families."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from app.children.points import point_text
from app.children.tails import tails_of
from app.demo import words
from app.demo.dice import Dice, Numbers, Rows
from app.kernel.dates import school_year_of
from app.kernel.pinyin import pinyin_of, sort_key
from app.roads.types import Spot

if TYPE_CHECKING:
    from app.demo.places import DemoSchool, DemoTeam, DemoUnit

PLACEMENTS = (
    ("regular_class", 0.44),
    ("special_school", 0.30),
    ("home", 0.20),
    ("special_class", 0.02),
    ("welfare", 0.005),
    ("deferred", 0.015),
    (None, 0.02),
)
CATEGORIES = (
    ("intellectual", 38),
    ("psychiatric", 22),
    ("physical", 14),
    ("hearing", 8),
    ("multiple", 9),
    ("speech", 5),
    ("visual", 4),
)
CODE = {"visual": 1, "hearing": 2, "speech": 3, "physical": 4, "intellectual": 5, "psychiatric": 6, "multiple": 7}
_KINDS = {"document_number": "document", "phone": "phone", "certificate": "certificate", "number": "student_number"}


@dataclass(kw_only=True)
class DemoChild:
    """What the later steps need to know of a child."""

    id: uuid.UUID
    file_number: str
    name: str
    sex: str
    birth: date
    number: str | None
    unit: DemoUnit
    home: tuple[float, float]
    grade: int
    category: str
    severity: int
    placement: str | None
    status: str
    school: DemoSchool | None = None
    attending: DemoSchool | None = None
    team: DemoTeam | None = None
    slots: tuple[tuple[int, int], ...] = ()
    spot: Spot | None = None
    """The home as the timetable sees it."""
    ethnic: str = "汉族"
    diagnoses: list[str] = field(default_factory=list)
    guardians: list[tuple[str, str, str, uuid.UUID]] = field(default_factory=list)
    """Guardians as (name, relation, telephone, id)."""
    decision: dict[str, Any] = field(default_factory=dict)
    """The columns of the decision in force; empty before there is one."""
    assessment: dict[str, Any] = field(default_factory=dict)
    decision_id: uuid.UUID | None = None
    two_adults: bool = False
    suspected: bool = False
    versions: int = 0
    keys: dict[tuple, uuid.UUID] = field(default_factory=dict)

    @property
    def taught_by(self) -> DemoTeam:
        """The team of a child that is taught at home."""
        assert self.team
        return self.team

    def key(self, dice: Dice, *name: object) -> uuid.UUID:
        """The key of a goal, objective or service: the same in all versions of the plan."""
        if name not in self.keys:
            self.keys[name] = dice.id()
        return self.keys[name]


def full_name(dice: Dice, family: str = "", sex: str = "") -> str:
    """A name; one in two hundred has a rare character, one in three hundred is an ethnic name with a middle dot."""
    if dice.often(1 / 300):
        return dice.choice(words.ETHNIC_NAMES)
    family = family or dice.weighted(words.SURNAMES)
    if dice.often(1 / 200):
        return family + dice.choice(words.RARE_GIVEN)
    return family + dice.choice(words.GIVEN[sex or dice.choice(("male", "female"))])


@cache
def pinyin_columns(name: str) -> tuple[str, str]:
    """(pinyin, initials) as the tables keep them."""
    reading = pinyin_of(name)
    return reading.full[:240], reading.initials[:60]


def make_child(dice: Dice, rows: Rows, numbers: Numbers, unit: DemoUnit, number: int, on: date) -> DemoChild:
    """Draw one child with its family, disability, home and card. Placement and school come later."""
    entered = school_year_of(on).start_year
    grade = dice.randrange(1, 10)
    birth = dice.day(date(entered - grade - 6, 9, 1), date(entered - grade - 5, 8, 31))
    male = dice.often(0.62)
    family = dice.weighted(words.SURNAMES)
    name = full_name(dice, "" if dice.often(0.01) else family, "male" if male else "female")
    placement = dice.weighted(PLACEMENTS)
    if placement == "deferred":
        grade, birth = 1, dice.day(date(entered - 7, 9, 1), date(entered - 6, 8, 31))
    category = dice.weighted(CATEGORIES)
    severity = 1 if placement == "home" and dice.often(0.8) else dice.weighted(((1, 20), (2, 34), (3, 28), (4, 18)))
    town = dice.choice(unit.towns)[0]
    if placement == "home" and dice.often(0.92):
        town = dice.choice(unit.teams).school.town  # teams are where the children are
    home = unit.ground.near(unit.centres[town], 3.0, 1)[0]
    identity = numbers.give(birth, male) if dice.often(0.985) else None
    child = DemoChild(
        id=dice.id(),
        file_number=f"YA{entered % 100:02d}{number:06d}",
        name=name,
        sex="male" if male else "female",
        birth=birth,
        number=identity,
        unit=unit,
        home=home,
        grade=grade,
        category=category,
        severity=severity,
        placement=placement,
        status={"deferred": "deferred", None: "registered"}.get(placement, "active"),
        ethnic=dice.weighted(words.ETHNIC_GROUPS),
    )
    _add_file(dice, rows, child, town, on)
    _add_disability(dice, rows, child, on)
    _add_family(dice, rows, numbers, child, family, town, on)
    return child


def _add_file(dice: Dice, rows: Rows, child: DemoChild, town: str, on: date) -> None:
    pinyin, initials = pinyin_columns(child.name)
    phone = f"138{dice.randrange(10**8):08d}"
    rows.add_sealed(
        "children",
        sealed={
            "document_number": child.number,
            "phone": phone,
            "address": f"{child.unit.name}某镇某村{dice.randrange(1, 9)}组{dice.randrange(1, 120)}号",
        },
        kinds=_KINDS,
        id=child.id,
        file_number=child.file_number,
        unit_id=child.unit.id,
        name=child.name,
        former_name=None,
        name_pinyin=pinyin,
        name_initials=initials,
        sort_key=sort_key(child.name),
        sex=child.sex,
        birth_on=child.birth,
        document_kind="resident_id" if child.number else "none",
        document_missing_reason=None if child.number else "出生后未办理户口登记，已联系派出所。",
        ethnic_group=child.ethnic,
        nationality="中国",
        hukou_code=child.unit.division,
        hukou_kind="rural" if dice.often(0.8) else "urban",
        health="disabled",
        town_code=town if len(town) > 6 else None,
        preschool=dice.often(0.7),
        left_behind=dice.weighted((("no", 6), ("one_parent", 2), ("both_parents", 2))),
        migrant=dice.often(0.05),
        orphan=dice.often(0.01),
        martyr_family=False,
        needs_aid=dice.often(0.5),
        boarding_aid=dice.often(0.2),
        distance_km=dice.randrange(0, 30),
        travel_mode=dice.weighted((("walk", 4), ("parent", 4), ("public", 2))),
        revision=1,
        created_at=dice.moment(max(date(2024, 9, 1), child.birth + timedelta(days=6 * 365 + 90))),
    )
    for tail in tails_of(child.number):
        rows.add("number_tails", child_id=child.id, source="document", tail=tail)


def _add_disability(dice: Dice, rows: Rows, child: DemoChild, on: date) -> None:
    certified = child.number is not None and dice.often(0.82)
    certificate = f"{child.number}{CODE[child.category]}{child.severity}" if certified else None
    if certificate and dice.often(0.03):
        certificate += "B1"
    # Nobody has assessed some of the children without a certificate yet.
    child.suspected = not certified and child.placement in {None, "regular_class"} and dice.often(0.25)
    since = dice.day(max(child.birth + timedelta(days=400), date(2012, 1, 1)), on - timedelta(days=60))
    rows.add_sealed(
        "disabilities",
        sealed={"certificate": certificate},
        kinds=_KINDS,
        id=dice.id(),
        child_id=child.id,
        position=1,
        category=child.category,
        grade=None if child.suspected else child.severity,
        certificate_issuer=f"{child.unit.name}残疾人联合会" if certified else None,
        certificate_ends_on=on + timedelta(days=dice.randrange(-30, 3000)) if certified else None,
        screening_due_on=on + timedelta(days=dice.randrange(-15, 90)) if child.suspected else None,
        screening_by=f"{child.unit.name}特教资源中心" if child.suspected else None,
        valid_from=since,
        valid_to=None,
    )
    for tail in tails_of(certificate):
        rows.add("number_tails", child_id=child.id, source="certificate", tail=tail)
    if not child.suspected and dice.often(0.7):
        child.diagnoses.append(dice.choice(words.DIAGNOSES[child.category]))
        rows.add(
            "diagnoses",
            id=dice.id(),
            child_id=child.id,
            words=child.diagnoses[0],
            source=dice.choice(words.INSTITUTIONS),
            found_on=since,
        )
    child.two_adults = child.placement == "home" and dice.often(0.3)
    if child.placement == "home" or dice.often(0.1):
        rows.add(
            "safety_cards",
            id=dice.id(),
            child_id=child.id,
            seizure=words.SEIZURE if dice.often(0.25) else None,
            choking=None,
            allergy=dice.choice(words.ALLERGIES) or None,
            medicine=None,
            dog=dice.often(0.3),
            two_adults=child.two_adults,
            other=None,
            revision=1,
        )
    if child.placement == "home":
        _add_home(dice, rows, child)


def _add_home(dice: Dice, rows: Rows, child: DemoChild) -> None:
    """Where a child that is taught at home lives, as the timetable sees it."""
    child.spot = Spot(
        latitude=round(child.home[1] * 1e6),
        longitude=round(child.home[0] * 1e6),
        mode=dice.weighted((("car", 6), ("motorbike", 3), ("bus", 1))),
        walk_minutes=dice.randrange(0, 40, 5),
        closed_months=(7,) if dice.often(0.03) else (),
    )
    home_id = dice.id()
    rows.add_sealed(
        "home_points",
        sealed={"point": point_text(*child.home), "way": dice.choice(words.WAYS)},
        kinds={},
        id=home_id,
        child_id=child.id,
        mode=child.spot.mode,
        walk_minutes=child.spot.walk_minutes,
        closed_months=list(child.spot.closed_months),
        revision=1,
    )


def _add_family(dice: Dice, rows: Rows, numbers: Numbers, child: DemoChild, family: str, town: str, on: date) -> None:
    relations = ("mother", "father") if dice.often(0.75) else ("grandparent",)
    for position, relation in enumerate(relations, 1):
        years = dice.randrange(22, 38) if relation != "grandparent" else dice.randrange(48, 66)
        birth = dice.day(
            child.birth.replace(year=child.birth.year - years, day=1),
            child.birth.replace(year=child.birth.year - years, day=28),
        )
        name = full_name(dice, family if relation == "father" else "", "male" if relation == "father" else "female")
        phone = f"137{dice.randrange(10**8):08d}"
        guardian = dice.id()
        rows.add_sealed(
            "guardians",
            sealed={"document_number": numbers.give(birth, relation == "father"), "phone": phone, "address": None},
            kinds=_KINDS,
            id=guardian,
            name=name,
        )
        rows.add(
            "guardianships",
            id=dice.id(),
            child_id=child.id,
            guardian_id=guardian,
            position=position,
            relation=relation,
            is_guardian=True,
            may_see=True,
            valid_from=child.birth,
            valid_to=None,
        )
        rows.add(
            "sights",
            id=dice.id(),
            child_id=child.id,
            kind="guardian",
            holder_id=guardian,
            because="guardian",
            because_id=None,
            valid_from=child.birth,
            valid_to=None,
        )
        child.guardians.append((name, relation, phone, guardian))
