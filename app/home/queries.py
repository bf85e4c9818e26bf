"""What waits for somebody: one list with counts, each opening its list. A line of nothing is left out.

Every count is taken from the slice that owns the list, so that number and list cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.access import Actor, Permission
from app.children.screening import Suspected, count_screenings
from app.coverage.queries import count_standing
from app.coverage.types import Standing
from app.db import db
from app.db.remember import remembered
from app.family.queries.answers import count_disagreements
from app.home.types import Press, Work
from app.home.visiting import timetables, visits
from app.imports.waiting import count_waiting
from app.kernel import clock
from app.placements.home import count_home
from app.placements.queries import count_to_decide
from app.placements.types import HomeList
from app.plans.queries import count_plans
from app.plans.types import PlanList
from app.roll.queries import list_days, list_ending, list_requests, list_under_way, list_undone, waits_for
from app.web.i18n import select_locale
from app.web.processes import read_processes

TOLD_FOR = timedelta(days=7)


def list_work(actor: Actor, today: date) -> list[Work]:
    """The actor's work, the most pressing first. At most twenty-one cheap queries, fewer for smaller roles, and one
    while nobody has changed anything since."""
    return sorted([*server_work(actor), *_known_work(actor, today)], key=lambda work: work.press)


def _known_work(actor: Actor, today: date) -> list[Work]:
    key = ("work", actor.user_id, actor.grants, actor.teacher_id, today, select_locale())
    return remembered(key, lambda: _list_work(actor, today))


def _list_work(actor: Actor, today: date) -> list[Work]:
    return [work for permission, count in COUNTS if actor.may(permission) for work in count(actor, today) if work.count]


def server_work(actor: Actor) -> list[Work]:
    """What the server itself asks of the administrator; not kept, because no change of the database tells of it."""
    if not actor.may(Permission.ACCOUNTS_MANAGE):
        return []
    return [*_room(), *_processes()]


def is_full() -> bool:
    """Whether the disk of an embedded database is full; nothing is known of another."""
    return bool(db.room and db.room.is_short())


def _room() -> Iterator[Work]:
    if is_full():
        yield Work(
            1,
            _("The disk of the server is full: nothing is saved until there is room"),
            url_for("home.show_server"),
            Press.URGENT,
        )


def _processes() -> list[Work]:
    since = clock.now() - TOLD_FOR
    ended = [one for one in read_processes(current_app.config["INSTANCE"]) if one.ended and one.ended > since]
    if not ended:
        return []
    down, count = sum(not one.up for one in ended), sum(one.restarts for one in ended)
    text = (
        ngettext(
            "%(num)s process of the server does not run just now",
            "%(num)s processes of the server do not run just now",
            down,
        )
        if down
        else ngettext(
            "%(num)s time a process of the server ended by itself and was started again",
            "%(num)s times a process of the server ended by itself and was started again",
            count,
        )
    )
    return [Work(down or count, text, url_for("home.show_server"), Press.URGENT if down else Press.WAITING)]


def _plans(actor: Actor, today: date) -> Iterator[Work]:
    counts = count_plans(actor, today)

    def work(kind: PlanList, press: Press, text: str) -> Work:
        return Work(counts[kind] or 0, text, url_for("plans.list_plans", list=kind.value), press, f"plans {kind.value}")

    if actor.may(Permission.PLANS_APPROVE):
        yield work(
            PlanList.REVIEW,
            Press.WAITING,
            ngettext("%(num)s plan waits for approval", "%(num)s plans wait for approval", counts[PlanList.REVIEW]),
        )
    yield work(
        PlanList.DUE,
        Press.URGENT,
        ngettext("%(num)s plan is to be reviewed now", "%(num)s plans are to be reviewed now", counts[PlanList.DUE]),
    )
    yield work(
        PlanList.EXPIRING,
        Press.SOON,
        ngettext("%(num)s plan ends within 30 days", "%(num)s plans end within 30 days", counts[PlanList.EXPIRING]),
    )
    yield work(
        PlanList.DRAFTS,
        Press.SOON,
        ngettext("%(num)s plan is being written", "%(num)s plans are being written", counts[PlanList.DRAFTS]),
    )
    if counts[PlanList.MISSING] is not None:  # not counted over the whole municipality
        yield work(
            PlanList.MISSING,
            Press.WAITING,
            ngettext("%(num)s child has no plan", "%(num)s children have no plan", counts[PlanList.MISSING]),
        )


def _answers(actor: Actor, today: date) -> Iterator[Work]:
    number = count_disagreements(actor, today)
    yield Work(
        number,
        ngettext(
            "%(num)s family does not agree with its plan, or only in part",
            "%(num)s families do not agree with their plan, or only in part",
            number,
        ),
        url_for("family.list_disagreements"),
        Press.WAITING,
    )


def _roll(actor: Actor, today: date) -> Iterator[Work]:
    url = url_for("roll.list_movements")
    requests = sum(waits_for(actor, row) for row in list_requests(actor))
    opened, coming = list_under_way(actor)
    transfers, agreed = sum(row.mine for row in opened), len(coming)
    yield Work(
        requests,
        ngettext(
            "%(num)s request about the school roll waits for your answer",
            "%(num)s requests about the school roll wait for your answer",
            requests,
        ),
        url,
        Press.WAITING,
    )
    yield Work(
        transfers,
        ngettext("%(num)s transfer waits for your answer", "%(num)s transfers wait for your answer", transfers),
        url,
        Press.WAITING,
        "transfers",
    )
    days = list_days(actor, today)
    asked, told = sum(row.mine for row in days), sum(row.told for row in days)
    yield Work(
        asked,
        ngettext(
            "%(num)s other day proposed for a transfer waits for your answer",
            "%(num)s other days proposed for transfers wait for your answer",
            asked,
        ),
        url,
        Press.WAITING,
    )
    yield Work(
        told,
        ngettext(
            "%(num)s other day proposed for a transfer was declined, withdrawn or has lapsed",
            "%(num)s other days proposed for transfers were declined, withdrawn or have lapsed",
            told,
        ),
        url,
        Press.WAITING,
    )
    undone = len({row.id for row in list_undone(actor, today)})
    yield Work(
        undone,
        ngettext(
            "%(num)s transfer was moved to another day or taken back",
            "%(num)s transfers were moved to another day or taken back",
            undone,
        ),
        url,
        Press.WAITING,
    )
    yield Work(
        agreed,
        ngettext(
            "%(num)s transfer is agreed and waits for its day",
            "%(num)s transfers are agreed and wait for their day",
            agreed,
        ),
        url,
        Press.SOON,
    )
    yield from _breaks(actor, today)


def _breaks(actor: Actor, today: date) -> Iterator[Work]:
    ending = list_ending(actor, today)
    yield Work(
        len(ending),
        ngettext(
            "%(num)s suspension or deferred entry ends soon or has run out",
            "%(num)s suspensions or deferred entries end soon or have run out",
            len(ending),
        ),
        url_for("roll.list_movements"),
        Press.OVERDUE if ending and ending[0].due_on < today else Press.SOON,
        "breaks",
    )


def _reviews(actor: Actor, today: date) -> Iterator[Work]:
    number, lagging = count_to_decide(actor, today)
    yield Work(
        number,
        ngettext("%(num)s placement is past its review day", "%(num)s placements are past their review day", number),
        url_for("placements.list_reviews"),
        Press.OVERDUE,
        "reviews",
    )
    yield Work(
        lagging,
        ngettext(
            "%(num)s placement decision is to be made anew after a move to another kind of school",
            "%(num)s placement decisions are to be made anew after a move to another kind of school",
            lagging,
        ),
        url_for("placements.list_lagging"),
        Press.URGENT,
    )


def _at_home(actor: Actor, today: date) -> Iterator[Work]:
    counts = count_home(actor, today)

    def work(which: HomeList, press: Press, text: str) -> Work:
        return Work(counts[which], text, url_for("placements.list_at_home", list=which.value), press)

    yield work(
        HomeList.CAN_COME,
        Press.URGENT,
        ngettext(
            "%(num)s child taught at home could come to school now",
            "%(num)s children taught at home could come to school now",
            counts[HomeList.CAN_COME],
        ),
    )
    yield work(
        HomeList.UNASKED,
        Press.WAITING,
        ngettext(
            "%(num)s child taught at home is not asked this term whether it can come to school",
            "%(num)s children taught at home are not asked this term whether they can come to school",
            counts[HomeList.UNASKED],
        ),
    )
    yield work(
        HomeList.EVIDENCE,
        Press.WAITING,
        ngettext(
            "%(num)s decision on home-delivered teaching lacks its two documents",
            "%(num)s decisions on home-delivered teaching lack their two documents",
            counts[HomeList.EVIDENCE],
        ),
    )


def _screenings(actor: Actor, today: date) -> Iterator[Work]:
    found = count_screenings(actor, today)

    def url(which: Suspected) -> str:
        return url_for("files.list_children", suspected=which.value, list=1)

    yield Work(
        found.overdue,
        ngettext(
            "%(num)s suspected child is overdue for its screening",
            "%(num)s suspected children are overdue for their screening",
            found.overdue,
        ),
        url(Suspected.OVERDUE),
        Press.OVERDUE,
        "screenings",
    )
    yield Work(
        found.due,
        ngettext(
            "%(num)s suspected child is to be screened within 30 days",
            "%(num)s suspected children are to be screened within 30 days",
            found.due,
        ),
        url(Suspected.DUE),
        Press.SOON,
        "screenings",
    )


def _imports(actor: Actor, _today: date) -> Iterator[Work]:
    number = count_waiting(actor)
    yield Work(
        number,
        ngettext(
            "%(num)s sheet of yours is checked and not applied yet",
            "%(num)s sheets of yours are checked and not applied yet",
            number,
        ),
        url_for("imports.list_imports"),
        Press.WAITING,
    )


def _without_place(actor: Actor, today: date) -> Iterator[Work]:
    number = count_standing(actor, today, Standing.OPEN)
    yield Work(
        number,
        ngettext("%(num)s child of school age has no place", "%(num)s children of school age have no place", number),
        url_for("coverage.list_standing", standing="open"),
        Press.URGENT,
    )


COUNTS: tuple[tuple[Permission, Callable[[Actor, date], Iterator[Work]]], ...] = (
    (Permission.VISITS_RECORD, visits),
    (Permission.ROLL_WRITE, _roll),
    (Permission.PLANS_WRITE, _plans),
    (Permission.FAMILY_INVITE, _answers),
    (Permission.PLACEMENTS_DECIDE, _reviews),
    (Permission.IMPORTS_RUN, _imports),
    (Permission.TIMETABLES_WRITE, timetables),
    (Permission.CHILDREN_WRITE, _without_place),
    (Permission.CHILDREN_WRITE, _at_home),
    (Permission.CHILDREN_WRITE, _screenings),
)
