"""What a child's file may say: pure checks of the basics, of disabilities, of the home."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

from app.children.facts import ChildFacts, DisabilityFacts, GuardianFacts, HomeFacts
from app.children.groups import ETHNIC_GROUPS
from app.children.types import DisabilityCategory, DocumentKind
from app.kernel.identifiers import ResidentId, check_certificate, check_resident_id, normalise_number
from app.kernel.names import check_name
from app.kernel.problems import N_, S_, Checked, Problem, Severity
from app.kernel.telephones import check_telephone

ID_SHAPED = (DocumentKind.RESIDENT_ID, DocumentKind.RESIDENCE_PERMIT)
OLDEST = 30
"""Years; nobody older is a child of this register."""
AREA_CODE = re.compile(r"[1-9][0-9]{5}(?:[0-9]{3}(?:[0-9]{3})?)?")
WEST, EAST, SOUTH, NORTH = 105.2, 110.3, 28.1, 32.3
"""The box around Chongqing, in degrees, for home points."""


def check_basics(
    facts: ChildFacts, *, today: date, allow_demo: bool = False, number_kept: bool = False
) -> tuple[Problem, ...]:
    """Return what is wrong with the basics, bound to the form's fields; warnings ask to be looked at and pass.

    `number_kept`: the file has a document number already and the form leaves it as it is.
    """
    named = check_name(facts.name).on("name")
    found = list(named.problems)
    if named.ok and not named.value:  # signs that nobody sees are none either
        found.append(Problem("name_missing", N_("Enter the child's name as on the card."), field="name"))
    if facts.former_name:
        found += check_name(facts.former_name).on("former_name").problems
    found += birth_problems(facts.birth_on, today)
    found += check_document(facts, today=today, allow_demo=allow_demo, number_kept=number_kept)
    if facts.distance_km is not None and not 0 <= facts.distance_km <= 500:
        found.append(
            Problem("distance", N_("Enter the way to school in whole kilometres, 0 to 500."), field="distance_km")
        )
    found += check_telephone(facts.phone).on("phone").problems
    for name in ("town_code", "hukou_code"):
        if (code := getattr(facts, name)) and not AREA_CODE.fullmatch(code):
            found.append(
                Problem(
                    "area_code_shape",
                    N_("An area code has 6 digits for a district, 9 for a town or 12 for a village."),
                    field=name,
                )
            )
    if facts.ethnic_group and facts.ethnic_group not in ETHNIC_GROUPS:
        found.append(
            Problem(
                "ethnic_group_unknown",
                N_("No ethnic group of the national list has this name. Write it in full, like 土家族; else 其他."),
                field="ethnic_group",
            )
        )
    return tuple(found)


def births(today: date) -> tuple[date, date]:
    """The first and the last birth date that is no problem."""
    return date(today.year - OLDEST, 1, 1), today


def birth_problems(birth_on: date, today: date) -> list[Problem]:
    """What is wrong with a birth date, typed or in a sheet."""
    if birth_on > today:
        return [Problem("birth_future", N_("The birth date lies in the future. Check the year."), field="birth_on")]
    if birth_on.year < today.year - OLDEST:
        return [Problem("birth_old", N_("The birth date is more than 30 years ago. Check the year."), field="birth_on")]
    return []


def check_document(
    facts: ChildFacts, *, today: date, allow_demo: bool = False, number_kept: bool = False
) -> list[Problem]:
    """Check the identity document: a right number, or the reason why there is none (facts 3.1)."""
    kind, number = facts.document_kind, normalise_number(facts.document_number)
    if kind == DocumentKind.NONE:
        if number:
            return [
                Problem(
                    "document_kind", N_("Choose the kind of document this number stands on."), field="document_kind"
                )
            ]
        return _reason_problems(facts)
    if not number:
        return [] if number_kept else _reason_problems(facts)
    if kind in ID_SHAPED or kind == DocumentKind.FOREIGN_CARD and len(number) == 18:
        checked = check_resident_id(number, allow_demo=allow_demo, today=today)
        found = list(checked.on("document_number").problems)
        return found + (_id_against(facts, checked.value) if checked.value else [])
    if not re.fullmatch(r"[0-9A-Z()\-/]{5,40}", number):
        return [
            Problem(
                "document_shape",
                N_("Enter the number of the document, 5 to 40 letters and digits."),
                field="document_number",
            )
        ]
    return []


def _reason_problems(facts: ChildFacts) -> list[Problem]:
    if facts.document_missing_reason:
        return []
    return [
        Problem(
            "document_reason",
            N_("Say why there is no number yet, for example: birth not yet registered."),
            field="document_missing_reason",
        )
    ]


def _id_against(facts: ChildFacts, number: ResidentId) -> list[Problem]:
    found = []
    if number.birth != facts.birth_on:
        found.append(
            Problem(
                "birth_differs",
                N_("The ID number says born on %(day)s. Correct the date or the number."),
                {"day": number.birth.isoformat()},
                "birth_on",
            )
        )
    if number.sex.value != facts.sex.value:
        found.append(
            Problem(
                "sex_differs",
                S_(
                    "sex_differs",
                    "The ID number is a girl's: its last digit but one is even. Look at the card, then correct the "
                    "sex or the number.",
                )
                if number.sex.value == "female"
                else S_(
                    "sex_differs.boy",
                    "The ID number is a boy's: its last digit but one is odd. Look at the card, then correct the sex "
                    "or the number.",
                ),
                field="sex",
                severity=Severity.WARNING,
            )
        )
    return found


def check_guardians(rows: tuple[GuardianFacts, ...], *, today: date, allow_demo: bool = False) -> tuple[Problem, ...]:
    """Check every family member; problems are bound to `guardians-<n>-<field>`."""
    found: list[Problem] = []
    for place, row in enumerate(rows):
        at = f"guardians-{place}"
        named = check_name(row.name).on(f"{at}-name")
        found += named.problems
        if named.ok and not named.value:
            found.append(Problem("guardian_name_missing", N_("Enter the name."), field=f"{at}-name"))
        found += check_telephone(row.phone).on(f"{at}-phone").problems
        found += (
            check_resident_id(row.document_number, allow_demo=allow_demo, today=today)
            .on(f"{at}-document_number")
            .problems
        )
    return tuple(found)


def check_row_ids(sent: Iterable[object], live: Collection[object]) -> tuple[Problem, ...]:
    """Every row that names an entry must name one of this file that still holds, and none twice; no name is a new row.

    Anything else would end an entry and begin another without a word.
    """
    named = [one for one in sent if one is not None]
    if len(set(named)) == len(named) and all(one in live for one in named):
        return ()
    return (
        Problem(
            "row_unknown",
            N_(
                "One of these rows is not, or no longer, an entry of this file. Open the page again and make your "
                "change there; nothing was saved."
            ),
        ),
    )


CATEGORIES = tuple(member for member in DisabilityCategory if member != DisabilityCategory.OTHER)
"""The categories in the order of the certificate's digit (1 visual … 7 multiple)."""


def check_disability(
    row: DisabilityFacts, child_number: str | None, *, today: date, allow_demo: bool = False
) -> Checked[DisabilityFacts]:
    """Check one disability and fill category and grade from its certificate number (facts 3.3).

    A certificate whose digits say something else than the chosen category or grade is refused; one that carries
    another ID, or that has run out, is only warned of. A child without a certificate is as welcome.
    """
    checked = check_certificate(row.certificate, child_number, allow_demo=allow_demo, today=today)
    found = list(checked.on("certificate").problems)
    category, grade = row.category, row.grade
    if checked.value:
        said, heavy = CATEGORIES[checked.value.category - 1], checked.value.grade
        if category and category != said:
            found.append(
                Problem(
                    "category_differs",
                    S_(
                        "category_differs.form",
                        "The certificate number names another category. Choose the one on the certificate.",
                    ),
                    field="category",
                )
            )
        if grade and grade != heavy:
            found.append(
                Problem(
                    "grade_differs",
                    S_("grade_differs.form", "The certificate number says grade %(grade)s. Correct one of them."),
                    {"grade": heavy},
                    "grade",
                )
            )
        category, grade = category or said, grade or heavy
    elif category is None:
        found.append(Problem("category_missing", N_("Choose the category of the disability."), field="category"))
    if row.certificate_ends_on and row.certificate_ends_on <= today:
        found.append(
            Problem(
                "certificate_over",
                N_("This certificate has run out. Ask the family to renew it."),
                field="certificate_ends_on",
                severity=Severity.WARNING,
            )
        )
    found += _screening_problems(row)
    kept = DisabilityFacts(
        category=category,
        grade=grade,
        certificate=checked.value.number if checked.value else None,
        certificate_ends_on=row.certificate_ends_on,
        disability_id=row.disability_id,
        certificate_issuer=row.certificate_issuer,
    )
    if row.suspected:
        kept = replace(kept, suspected=True, screening_due_on=row.screening_due_on, screening_by=row.screening_by)
    return Checked(kept, tuple(found))


def _screening_problems(row: DisabilityFacts) -> list[Problem]:
    """A suspicion has a day and a person for the screening, and no certificate or grade; only a suspicion has them."""
    if not row.suspected:
        if (row.screening_due_on or row.screening_by) and not (row.certificate or row.grade):
            return [
                Problem(
                    "not_suspected",
                    N_(
                        "A screening is set only for what is suspected. Tick that, or empty "
                        "the screening's day and person."
                    ),
                    field="suspected",
                )
            ]
        return []  # assessed now: the screening has done its work
    found = []
    if row.certificate or row.grade or row.certificate_issuer or row.certificate_ends_on:
        found.append(
            Problem(
                "suspected_certified",
                N_(
                    "What is certified or graded is not suspected any more. Take "
                    "the tick away, or empty certificate and grade."
                ),
                field="suspected",
            )
        )
    if row.screening_due_on is None:
        found.append(
            Problem("screening_due", N_("Set the day until which the child is screened."), field="screening_due_on")
        )
    if not row.screening_by:
        found.append(Problem("screening_by", N_("Say who sees to the screening."), field="screening_by"))
    return found


def check_home(home: HomeFacts) -> tuple[Problem, ...]:
    """Check a home point: inside the box around Chongqing, a walk of at most five hours, months 1 to 12."""
    found = []
    if not WEST <= home.longitude <= EAST:
        found.append(
            Problem("longitude", N_("The longitude of Chongqing lies between 105.2 and 110.3."), field="longitude")
        )
    if not SOUTH <= home.latitude <= NORTH:
        found.append(Problem("latitude", N_("The latitude of Chongqing lies between 28.1 and 32.3."), field="latitude"))
    if not 0 <= home.walk_minutes <= 300:
        found.append(Problem("walk_minutes", N_("Enter the walk in minutes, 0 to 300."), field="walk_minutes"))
    return tuple(found)
