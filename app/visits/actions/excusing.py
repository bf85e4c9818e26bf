"""Minutes of a past month that need not be made up: the district says so, with a reason."""

from __future__ import annotations

from datetime import date

from app.access import Actor, Permission, require
from app.children.models import Child
from app.children.sight import require_write
from app.children.timeline import tell
from app.children.types import EventKind
from app.db import audit, db
from app.kernel import clock
from app.kernel.problems import N_, S_, Problem, Refused, refuse_if
from app.visits.models import MinutesExcused
from app.visits.queries.owed import owed_services
from app.visits.rules.minutes import check_excuse
from app.visits.steps.owed import settle_minutes


def excuse_minutes(actor: Actor, child: Child, month: str, reason: str, *, shown: int, today: date) -> int:
    """Excuse all minutes of a month that are still owed to a child in sight; `shown`: how many the page said. Returns
    how many. Raises Refused when nothing is owed, when it is another number by now, or without a reason."""
    require(actor, Permission.TIMETABLES_WRITE)
    require_write(actor, child)
    refuse_if(check_excuse(reason))
    owed = owed_services(child.id, month, today)
    if not owed:
        raise Refused(Problem("nothing_owed", N_("Nothing is owed of this month any more.")))
    if (total := sum(owed.values())) != shown:
        raise Refused(
            Problem(
                "owed_changed",
                N_("By now %(minutes)s minutes are owed of this month. Look at them and send again."),
                {"minutes": total},
            )
        )
    by = {"reason": reason.strip(), "by_id": actor.user_id, "by_name": actor.name, "at": clock.now()}
    db.session.add_all(
        MinutesExcused(child_id=child.id, service_key=key, month=month, minutes=minutes, **by)
        for key, minutes in owed.items()
    )
    audit.record(actor, "excuse_minutes", "child", child.id, child_id=child.id, month=month, minutes=total)
    tell(
        actor,
        child.id,
        EventKind.VISIT,
        S_("told.minutes_excused", "%(minutes)s minutes owed of %(month)s need not be made up."),
        on=today,
        minutes=total,
        month=month,
    )
    db.session.flush()
    settle_minutes(actor, child.id, "excuse_minutes", today)
    return total
