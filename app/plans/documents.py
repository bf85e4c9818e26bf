"""The papers of a plan, and the read view on screen: the same plain texts for both, in the language of the request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from flask import current_app
from flask_babel import format_date
from flask_babel import gettext as _

from app.access import Actor
from app.assessments.instruments import instrument_of
from app.children.types import DisabilityCategory, DocumentKind, GuardianRelation, Sex
from app.placements.types import Agreement, PlacementKind
from app.plans.content import as_day, content_of
from app.plans.curriculum import BY_CODE, name_of
from app.plans.queries.versions import find_force, force_before
from app.plans.rules import completeness, periods
from app.plans.summary import plain_summary
from app.plans.types import Frequency, PromptLevel, SectionKey, ServiceKind, ServicePlace, VersionState
from app.printing.documents import print_document
from app.printing.qr import qr_svg
from app.printing.store import log_print, paper_of
from app.printing.types import Frame, Printed
from app.roll.grades import grade_words
from app.web.filters import LOCAL, label
from app.web.i18n import TAGS, select_locale
from app.web.upward import address_of

TEMPLATE_EDITION = 2

BEFORE_GOALS = (
    SectionKey.STRENGTHS,
    SectionKey.NEEDS,
    SectionKey.CHILD_WORDS,
    SectionKey.FAMILY_WORDS,
    SectionKey.CURRICULUM,
)


@dataclass(frozen=True)
class GoalText:
    """A long-term goal with its facts and the rows of its objectives."""

    title: str
    facts: list[tuple[str, str]]
    rows: list[list[str]]


@dataclass(frozen=True, kw_only=True)
class PlanText:
    """A plan as texts ready to show: on the paper and in the read view."""

    name: str
    number: int
    facts: list[tuple[str, str]]
    assessment: list[tuple[str, str]]
    before: list[tuple[str, str]]
    goals: list[GoalText]
    services: list[list[str]]
    weekly: str
    below_rule_reason: str
    after: list[tuple[str, str]]
    opinion: list[tuple[str, str]]
    parties: list[dict[str, str]]
    stamp: str
    content_hash: str
    approved: str
    masked_id: str
    file_number: str
    school: str


def plan_text(version: Any) -> PlanText:
    """Return the texts of a version: of its frozen content when it is approved, else of the draft as it stands."""
    content = content_of(version)
    child, plan, sections = content["child"], content["plan"], content["sections"]
    school = child["delivering"] or child["attending"] or child["roll"]
    return PlanText(
        name=child["name"],
        number=plan["number"],
        facts=_facts(child, plan, content["approval"]),
        assessment=_assessment(content),
        before=_sections(sections, plan, BEFORE_GOALS),
        goals=_goals(content["goals"], plan["curriculum"]),
        services=[_service(n, one) for n, one in enumerate(content["services"], 1)],
        weekly=completeness.number_text(sum(map(_weekly, content["services"]), Fraction()))
        if content["services"]
        else "0",
        below_rule_reason=plan["below_rule_reason"] or "",
        after=_sections(sections, plan, [key for key in SectionKey if key not in BEFORE_GOALS]),
        opinion=_opinion(content["guardian"]),
        parties=_parties(content, school),
        stamp=_("Education commission of %(unit)s", unit=child["unit"]),
        content_hash=version.content_hash or "",
        approved=_approved(content["approval"]),
        masked_id=child["document_number"] or "",
        file_number=child["file_number"],
        school=school["name"] if school else child["unit"],
    )


def _iso(text: str | None) -> str:
    return text or "—"


def _long(text: str | None) -> str:
    return format_date(as_day(text), "long") if text else ""


def _facts(child: dict, plan: dict, approval: dict) -> list[tuple[str, str]]:
    placement = child["placement"]
    facts = [
        (_("Name"), child["name"]),
        (_("File number"), child["file_number"]),
        (_("Sex"), label(Sex(child["sex"]))),
        (_("Birth date"), _long(child["birth_on"])),
        (label(DocumentKind(child["document_kind"])), child["document_number"] or _("none")),
        (_("Ethnic group"), child["ethnic_group"]),
        (_("District"), child["unit"]),
        (_("On the roll of"), _place(child["roll"])),
        (_("In class at"), _place(child["attending"])),
        (_("Taught at home by"), _place(child["delivering"])),
        (_("Disability"), "；".join(_disability(one) for one in child["disabilities"])),
        (_("Diagnosis"), "；".join(child["diagnoses"])),
        (
            _("Guardians"),
            "；".join(
                f"{one['name']}（{label(GuardianRelation(one['relation']))}）{one['phone']}".strip()
                for one in child["guardians"]
            ),
        ),
        (_("Placement"), label(PlacementKind(placement["kind"])) if placement else ""),
        (_("Reason for home-delivered teaching"), placement["home_reason"] if placement else ""),
        (_("Plan period"), _("%(first)s to %(last)s", first=_long(plan["starts_on"]), last=_long(plan["ends_on"]))),
        (_("In force since"), _late_start(plan, approval)),
        (_("Review on"), _long(plan["review_on"])),
        (_("Curriculum"), BY_CODE[plan["curriculum"]].text(select_locale())),
        (_("Written by"), plan["author"]),
    ]
    return [(words, text) for words, text in facts if text]


def _place(place: dict | None) -> str:
    return " ".join(filter(None, (place["name"], grade_words(place["grade"])))) if place else ""


def _disability(one: dict) -> str:
    figures = "一二三四" if select_locale().startswith("zh") else "1234"
    grade = _("grade %(grade)s of disability", grade=figures[one["grade"] - 1]) if one["grade"] in range(1, 5) else ""
    doubt = _("(suspected, not assessed)") if one.get("suspected") else ""
    return " ".join(filter(None, (label(DisabilityCategory(one["category"])), grade, doubt)))


def _assessment(content: dict) -> list[tuple[str, str]]:
    found = content["assessment"]
    if found is None:
        return []
    instrument = instrument_of(found["instrument"])
    facts = [
        (_("Instrument"), " ".join(filter(None, (_(instrument.name), found["edition"])))),
        (_("Assessed on"), _long(found["assessed_on"])),
        (_("Assessor"), found["assessor"]),
        (_("Results by domain"), "；".join(f"{_(instrument.domain(key))} {value}" for key, value in found["scores"])),
        (_("Strengths"), found["strengths"]),
        (_("Needs"), found["needs"]),
    ]
    return [(words, text) for words, text in facts if text]


def _sections(sections: dict, plan: dict, keys: Iterable[SectionKey]) -> list[tuple[str, str]]:
    found = []
    for key in keys:
        text = sections.get(key.value, "")
        if (
            key == SectionKey.FAMILY_WORDS
            and plan["no_words_reason"]
            and not (text or sections.get(SectionKey.CHILD_WORDS.value))
        ):
            text = _("No words were recorded: %(reason)s", reason=plan["no_words_reason"])
        if text:
            found.append((label(key), text))
    return found


def _goals(goals: list[dict], curriculum: str) -> list[GoalText]:
    made = []
    for number, goal in enumerate(goals, 1):
        facts = [
            (_("Subject and domain"), name_of(curriculum, goal["area"], goal["domain"], select_locale()) or "—"),
            (_("Reached by"), _iso(goal["due_on"])),
            (_("Today (baseline)"), goal["baseline"]),
            (_("Target"), goal["target"]),
            (_("Measured by"), goal["measure"]),
        ]
        rows = [_objective(f"{number}.{place}", one) for place, one in enumerate(goal["objectives"], 1)]
        made.append(GoalText(f"{number}. {goal['words']}", facts, rows))
    return made


def _objective(number: str, one: dict) -> list[str]:
    what = "\n".join(filter(None, (one["condition"], one["behaviour"])))
    return [
        number,
        what,
        one["baseline"],
        one["criterion"],
        label(PromptLevel(one["prompt"])) if one["prompt"] else "—",
        f"{_iso(one['starts_on'])}\n{_iso(one['due_on'])}",
        one["person"],
    ]


def _weekly(one: dict) -> Fraction:
    return completeness.weekly_minutes(one["minutes"], one["times"], Frequency(one["frequency"]))


def _service(number: int, one: dict) -> list[str]:
    often = _("%(times)s × %(frequency)s", times=one["times"], frequency=label(Frequency(one["frequency"])))
    days = "\n".join(filter(None, (one["starts_on"], one["ends_on"]))) or _("whole plan")
    provider = "\n".join(filter(None, (one["provider"], one["needs"])))
    return [
        str(number),
        label(ServiceKind(one["kind"])),
        label(ServicePlace(one["place"])),
        str(one["minutes"]),
        often,
        completeness.number_text(_weekly(one)),
        provider,
        days,
    ]


def _opinion(guardian: dict) -> list[tuple[str, str]]:
    if not guardian["answer"]:
        return []
    facts = [
        (_("The guardian"), label(Agreement(guardian["answer"]))),
        (_("Name"), guardian["name"]),
        (_("Said on"), _long(guardian["on"])),
        (_("In the guardian's words"), guardian["words"]),
    ]
    return [(words, text) for words, text in facts if text]


def _parties(content: dict, school: dict | None) -> list[dict[str, str]]:
    return [
        {"role": _("Guardian"), "name": content["guardian"]["name"] or ""},
        {"role": _("Teachers"), "name": content["plan"]["author"]},
        {"role": _("School"), "name": school["name"] if school else ""},
        {"role": _("District education commission"), "name": content["child"]["unit"]},
    ]


def _approved(approval: dict) -> str:
    if not approval["at"]:
        return ""
    return _("Approved by %(name)s on %(day)s", name=approval["by"], day=format_date(_approval_day(approval), "long"))


def _approval_day(approval: dict) -> date:
    return datetime.fromisoformat(approval["at"]).astimezone(LOCAL).date()


def _late_start(plan: dict, approval: dict) -> str:
    """The day a version came into force that was approved after its planned first day; nothing for any other."""
    planned = as_day(plan["starts_on"])
    if planned is None or not approval["at"]:
        return ""
    start = periods.force_start(planned, _approval_day(approval))
    return format_date(start, "long") if start > planned else ""


# --- the papers -----------------------------------------------------------------------------------------------------


def check_address(version: Any) -> str:
    """The address behind the QR code, at which anybody can ask whether the paper still holds."""
    public = current_app.config["PUBLIC_URL"].rstrip("/")
    if public:
        return public + address_of("check", version.check_code)
    return address_of("check", version.check_code, _external=True)


def plan_pdf(actor: Actor, version: Any, now: datetime) -> bytes:
    """The full plan. An approved version is rendered once and then always the same bytes; drafts carry a watermark."""
    return _handed(actor, "plan", version, "a4", lambda: _print_plan(actor, version, now))


def summary_pdf(actor: Actor, version: Any, now: datetime, *, large: bool, until: date | None = None) -> bytes:
    """The one-page summary for the family, in 18 pt when `large`: as a former holder knows it, up to `until`.

    It names the days on which the plan holds, so that it is another paper when those become others.
    """
    held = _held(version, until)
    size = ":".join(("18" if large else "a4", *(f"{day:%Y%m%d}" for day in held)))
    return _handed(actor, "plan_summary", version, size, lambda: _print_summary(actor, version, held, now, large))


def _held(version: Any, until: date | None) -> tuple[date, date]:
    force = force_before(find_force(version.id), until)
    days = (force.valid_from, force.valid_to) if force else ()
    return periods.days_held(version.starts_on, version.ends_on, *days)


def _handed(actor: Actor, kind: str, version: Any, size: str, make: Callable[[], Printed]) -> bytes:
    if version.state != VersionState.APPROVED:
        printed = make()
        log_print(actor, kind, version.id, version.child_id)
        return printed.pdf
    edition = f"{TEMPLATE_EDITION}:{size}:{select_locale()}"
    return paper_of(actor, kind, version.id, edition, version.child_id, make)


def _print_plan(actor: Actor, version: Any, now: datetime) -> Printed:
    text = plan_text(version)
    frame = _frame(actor, version, text, now, _("Individualized education programme"), authority=text.school)
    return print_document("print/plan.html", {"plan": text, "qr": _qr(version)}, frame)


def _print_summary(actor: Actor, version: Any, held: tuple[date, date], now: datetime, large: bool) -> Printed:
    text, plain = plan_text(version), plain_summary(version, held)
    frame = _frame(
        actor,
        version,
        text,
        now,
        _("The plan of %(name)s in plain words", name=plain.child_name),
        large=large,
        masked=False,
    )
    return print_document("print/summary.html", {"plan": plain, "qr": _qr(version), "opinion": text.opinion}, frame)


def _qr(version: Any) -> str | None:
    if version.state != VersionState.APPROVED:
        return None
    return qr_svg(check_address(version), _("Check whether this paper is valid"))


def _frame(
    actor: Actor,
    version: Any,
    text: PlanText,
    now: datetime,
    title: str,
    *,
    authority: str = "",
    large: bool = False,
    masked: bool = True,
) -> Frame:
    return Frame(
        title=title,
        file_number=text.file_number,
        masked_id=text.masked_id if masked else "",
        version=_("Version %(number)s", number=version.number),
        printed_at=f"{now.astimezone(LOCAL):%Y-%m-%d %H:%M}",
        printed_by=actor.name,
        authority=authority,
        lang=TAGS[select_locale()],
        draft=version.state != VersionState.APPROVED,
        large=large,
    )


def paper_title(version: Any, title: str) -> str:
    """The name of a plan's file: what it is, whose file number, which version; it gives no name away."""
    number = content_of(version)["child"]["file_number"]
    return "-".join((title, number, _("Version %(number)s", number=version.number)))
