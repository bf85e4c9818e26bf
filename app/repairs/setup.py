"""Joins repairs to the application: visits are called off when a child leaves; what a repair knows of its draft; what a
family said of a visit."""

from __future__ import annotations

from flask import Flask

from app.children.actions import hands_out
from app.children.leaving import when_child_leaves
from app.teams.hooks import hooks as teams
from app.timetables.hooks import hooks as timetables
from app.visits.hooks import hooks as visits
from app.web.navigation import stands_under
from app.web.upward import opens


def init_app(app: Flask) -> None:
    from app.repairs.actions.answers import carry_wishes, end_links
    from app.repairs.actions.calling_off import call_off
    from app.repairs.actions.happenings import inputs_of_draft, note_happenings
    from app.repairs.actions.standins import put_back_teams
    from app.repairs.queries.answers import asks_to_move, has_confirmed, with_links
    from app.repairs.queries.concerned import after_discard_url, concerned, repeat_url
    from app.repairs.queries.repairs import base_of, visits_in_leave

    stands_under("timetables", "repairs.")
    opens("repair", "repairs.new_repair", "timetable_id")
    opens("repair_made", "repairs.show_repair", "repair_id")
    opens("phones", "repairs.list_phones", "timetable_id")
    when_child_leaves(call_off)
    hands_out(with_links, end_links)
    teams.in_leave = visits_in_leave
    timetables.base_of, timetables.inputs_of_draft, timetables.concerned = base_of, inputs_of_draft, concerned
    timetables.repeat_url, timetables.after_discard_url = repeat_url, after_discard_url
    timetables.before_publishing, timetables.after_publishing = [note_happenings], [carry_wishes, put_back_teams]
    timetables.after_discarding = [put_back_teams]
    visits.confirmed, visits.asks = has_confirmed, asks_to_move
