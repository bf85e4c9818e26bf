"""A team that is switched off while its visits stand: the repair names it and says what to do."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from app.db import db
from app.teams.models import Team
from tests.repairs.steps import FRIDAY, MONDAY, begin, busiest, change_plan, live


def test_a_repair_names_the_teams_whose_visits_nobody_moves(app, town, coordinator):
    away, _visits = busiest(app, town, MONDAY, MONDAY + timedelta(days=4))
    child = next(one for one in town.children if any(v.child_id == one.id for v in live(app, town)))
    path = begin(app, coordinator, town, "family_cancels", child_id=str(child.id), first_on=MONDAY.isoformat())
    assert "do not visit any more" not in coordinator.get(path).get_data(as_text=True)
    with app.app_context():
        db.write()
        db.session.execute(update(Team).where(Team.id == away).values(active=False))
        name = db.session.get(Team, away).name
        db.session.commit()
    stand = [v for v in live(app, town) if v.team_id == away and v.day > FRIDAY]
    change_plan(app, child, MONDAY + timedelta(days=7), times=1, minutes=60)
    path = begin(app, coordinator, town, "plan_changed", child_id=str(child.id))
    page = coordinator.get(path).get_data(as_text=True)
    said = page.partition("do not visit any more")[2].partition("</ul>")[0]
    assert name in said and f"{len(stand)} visits, from" in said and "switched off" in said
    assert f"/teams/{away}" in said and "plan the month anew" in page
