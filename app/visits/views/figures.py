"""Figures of timetables in words: how good one is, beside another."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import ngettext

from app.kernel.problems import N_
from app.routing import say
from app.visits.rules.loads import gini
from app.visits.rules.wishes import SEX_WORDS
from app.web.filters import label
from app.web.i18n import gettext as _


def told(one: Mapping) -> str:
    """A reason or a remedy of the engine in the reader's language, with its word for a woman or a man too."""
    values = {name: _worded(value) if isinstance(value, str) else value for name, value in one["values"].items()}
    return say(one["message"], values, _)


def _worded(text: str) -> str:
    for sex, word in SEX_WORDS.items():
        if word in text:
            text = text.replace(word, str(label(sex)))
    return text


def share(part: float, whole: float) -> float:
    """Per cent of a whole; 100 of nothing."""
    return 100 * part / whole if whole else 100.0


def own_team(figures: Mapping) -> float | None:
    """Per cent of the visits by the child's main team."""
    placed = figures.get("placed")
    return None if placed is None else share(placed - figures.get("other_team", 0), placed)


def road_hours(figures: Mapping) -> float | None:
    """Hours on the road of a team on a day out."""
    days = figures.get("team_days")
    return figures.get("travel", 0) / 60 / days if days else None


def unevenness(figures: Mapping) -> float | None:
    """Gini of the loads of the teams that have visits; None where loads were not kept."""
    loads = [one["minutes"] + one["travel"] for one in figures.get("loads", ()) if one["visits"]]
    return gini(loads) if loads else None


def kilometres(figures: Mapping) -> int | None:
    """Estimated kilometres of all teams; None where loads were not kept."""
    return sum(one["km"] for one in figures["loads"]) if figures.get("loads") else None


def bound_words(figures: Mapping) -> str:
    """How far from the best possible at most, as proven; empty where nothing was proven."""
    return " ".join(say(one["message"], one["values"], _) for one in figures.get("bound") or ())


def figure_rows(a, b) -> list[tuple[str, str, str]]:
    """The figures of two timetables side by side: (what, first, second)."""
    return [(words, read(a.figures), read(b.figures)) for words, read in _rows()]


def _rows():
    def told(value, form: str) -> str:
        return "–" if value is None else form % value

    return [
        (_("visits placed"), lambda f: f"{f['placed']} / {f['asked']}" if "placed" in f else "–"),
        (_("visits not placed"), lambda f: told(f.get("unserved"), "%d")),
        (_("by the child's own team"), lambda f: told(own_team(f), "%.1f%%")),
        (_("hours of travel in all"), lambda f: told(f["travel"] / 60 if "travel" in f else None, "%.1f")),
        (_("hours of travel per team and day"), lambda f: told(road_hours(f), "%.2f")),
        (_("kilometres, estimated"), lambda f: told(kilometres(f), "%d")),
        (_("busiest team to average"), lambda f: told(f["spread"] / 100 if f.get("spread") else None, "%.2f")),
        (_("unevenness of the loads (Gini, 0 = even)"), lambda f: told(unevenness(f), "%.2f")),
    ]


def easing_words(relaxations) -> list[str]:
    """The rules eased for a run, in the reader's language."""
    return [say(one["message"], one["values"], _) for one in relaxations]


_FAILED = {
    "search": N_("The search ended early because of an error of the program. This is the best plan it had by then."),
    "join": N_("Plans found side by side could not be put together because of an error of the program. This is the "
               "best of them."),
    "room": N_("Because of an error of the program nobody was moved to make room for visits lost to closed days."),
    "check": N_("Because of an error of the program some visits would have broken a rule. They were taken out."),
    "explain": N_("Because of an error of the program it could not be said why visits are missing."),
    "bound": N_("Because of an error of the program it could not be said how near to the best possible this is."),
}


def failure_words(row) -> list[str]:
    """What ended in an error while a timetable was made, in the reader's language."""
    return [_(_FAILED[part]) for part in row.figures.get("failures", ()) if part in _FAILED]


def change_words(change, teams: Mapping[str, str], spell) -> str:
    """One visit's change: from where to where. `spell(visit)` says day and time."""
    before, after = change.before, change.after
    if before is None:
        return _("new: %(when)s, %(team)s", when=spell(after), team=teams.get(after.team, ""))
    if after is None:
        return _("gone: %(when)s, %(team)s", when=spell(before), team=teams.get(before.team, ""))
    if before.team == after.team:
        return _("%(before)s → %(after)s", before=spell(before), after=spell(after))
    return _("%(before)s, %(team)s → %(after)s, %(other)s", before=spell(before), after=spell(after),
             team=teams.get(before.team, ""), other=teams.get(after.team, ""))


def settings_words(timetable, run) -> list[str]:
    """How a timetable was made: time, seed, moves of the search, inputs."""
    found = [_("seed %(seed)s", seed=timetable.seed)]
    if run:
        found.append(ngettext("%(num)s second of search", "%(num)s seconds of search", run.seconds))
    if timetable.figures.get("iterations"):
        found.append(ngettext("%(num)s step of search", "%(num)s steps of search", timetable.figures["iterations"]))
    if timetable.figures.get("follows"):
        found.append(_("keeps teams and weekdays of the month before"))
    if timetable.figures.get("stopped"):
        found.append(_("stopped early"))
    if timetable.input_hash:
        found.append(_("inputs %(hash)s", hash=timetable.input_hash[:8]))
    return found
