"""Figures of timetables in words: how good one is, beside another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import ngettext

from app.kernel.problems import N_, from_stored
from app.routing import say, say_stored
from app.teams.rules import SEX_WORDS
from app.timetables.figures import Figures
from app.timetables.queries.continuity import own_share
from app.timetables.rules.gathering import weeks_of
from app.timetables.rules.loads import gini
from app.web.filters import day as day_words
from app.web.filters import label
from app.web.i18n import gettext as _


def told(one: Mapping) -> str:
    """A reason or a remedy of the engine in the reader's language, with its word for a woman or a man too."""
    known = from_stored(one)
    values = {name: _worded(value) if isinstance(value, str) else value for name, value in known.values.items()}
    return say(known.message, values, _)


def _worded(text: str) -> str:
    for sex, word in SEX_WORDS.items():
        if word in text:
            text = text.replace(word, str(label(sex)))
    return text


def share(part: float, whole: float) -> float:
    """Per cent of a whole; 100 of nothing."""
    return 100 * part / whole if whole else 100.0


def own_team(row: Any) -> float | None:
    """Per cent of a timetable's visits by the child's own team; None before its visits are there."""
    return None if row.figures.placed is None else share(*own_share(row))


def beside_words(former: Any) -> dict[str, str]:
    """Figures of the last published timetable, as notes under those of another, by their name."""
    if former is None or former.figures.placed is None:
        return {}
    f = former.figures
    notes = {"own": own_team(former), "road": road_hours(f), "spread": f.spread / 100 if f.spread else None}
    forms = {"own": "%.0f%%", "road": "%.1f", "spread": "%.2f"}
    return {
        name: _("published, %(month)s: %(value)s", month=former.month, value=forms[name] % value)
        for name, value in notes.items()
        if value is not None
    }


def counted_from(row: Any) -> date:
    """The first day whose visits are in the figures of a timetable: the month's, or its own."""
    begins = weeks_of(int(row.month[:4]), int(row.month[5:]))[0]
    return begins if row.figures.whole else max(begins, row.first_on)


def counted_words(row: Any) -> str:
    """From which day on the visits of a timetable's figures are, where they are not of the whole month."""
    first = counted_from(row)
    if row.figures.placed is None or first == weeks_of(int(row.month[:4]), int(row.month[5:]))[0]:
        return ""
    return _("Counted are the visits from %(day)s on.", day=day_words(first, "full"))


def road_hours(figures: Figures) -> float | None:
    """Hours on the road of a team on a day out."""
    return (figures.travel or 0) / 60 / figures.team_days if figures.team_days else None


def unevenness(figures: Figures) -> float | None:
    """Gini of the loads of the teams that have visits; None where loads were not kept."""
    loads = [one.load for one in figures.loads or () if one.visits]
    return gini(loads) if loads else None


def kilometres(figures: Figures) -> int | None:
    """Estimated kilometres of all teams; None where loads were not kept."""
    return sum(one.km for one in figures.loads) if figures.loads else None


def bound_words(figures: Figures) -> str:
    """How far from the best possible at most, as proven; empty where nothing was proven."""
    return " ".join(say_stored(one, _) for one in figures.bound)


def figure_rows(a: Any, b: Any) -> list[tuple[str, str, str]]:
    """The figures of two timetables side by side: (what, first, second)."""
    return [(words, read(a), read(b)) for words, read in _rows()]


def _rows() -> list[tuple[str, Callable[[Any], str]]]:
    def told(value: object, form: str) -> str:
        return "–" if value is None else form % value

    def figure(read: Any, form: str) -> Callable[[Any], str]:
        return lambda row: told(read(row.figures), form)

    return [
        (_("days counted"), lambda row: f"{day_words(counted_from(row), 'iso')} – {day_words(row.last_on, 'iso')}"),
        (
            _("visits placed"),
            lambda row: "–" if row.figures.placed is None else f"{row.figures.placed} / {row.figures.asked}",
        ),
        (_("visits not placed"), figure(lambda f: f.unserved, "%d")),
        (_("by the child's own team"), lambda row: told(own_team(row), "%.1f%%")),
        (_("hours of travel in all"), figure(lambda f: None if f.travel is None else f.travel / 60, "%.1f")),
        (_("hours of travel per team and day"), figure(road_hours, "%.2f")),
        (_("kilometres, estimated"), figure(kilometres, "%d")),
        (_("busiest team to average"), figure(lambda f: f.spread / 100 if f.spread else None, "%.2f")),
        (_("unevenness of the loads (Gini, 0 = even)"), figure(unevenness, "%.2f")),
    ]


def easing_words(relaxations: Any) -> list[str]:
    """The rules eased for a run, in the reader's language."""
    return [say_stored(one, _) for one in relaxations]


_FAILED = {
    "search": N_("The search ended early because of an error of the program. This is the best plan it had by then."),
    "join": N_(
        "Plans found side by side could not be put together because of an error of the program. This is the "
        "best of them."
    ),
    "room": N_("Because of an error of the program nobody was moved to make room for visits lost to closed days."),
    "check": N_("Because of an error of the program some visits would have broken a rule. They were taken out."),
    "explain": N_("Because of an error of the program it could not be said why visits are missing."),
    "bound": N_("Because of an error of the program it could not be said how near to the best possible this is."),
}


def failure_words(row: Any) -> list[str]:
    """What ended in an error while a timetable was made, in the reader's language."""
    return [_(_FAILED[part]) for part in row.figures.failures if part in _FAILED]


def change_words(change: Any, teams: Mapping[str, str], spell: Any) -> str:
    """One visit's change: from where to where. `spell(visit, whole=)` says day and time, and the end where the length
    differs."""
    before, after = change.before, change.after
    whole = bool(before and after and before.end - before.start != after.end - after.start)
    if before is None:
        return _("new: %(when)s, %(team)s", when=spell(after), team=teams.get(after.team, ""))
    if after is None:
        return _("gone: %(when)s, %(team)s", when=spell(before), team=teams.get(before.team, ""))
    if before.team == after.team:
        return _("%(before)s → %(after)s", before=spell(before, whole=whole), after=spell(after, whole=whole))
    return _(
        "%(before)s, %(team)s → %(after)s, %(other)s",
        before=spell(before, whole=whole),
        after=spell(after, whole=whole),
        team=teams.get(before.team, ""),
        other=teams.get(after.team, ""),
    )


def settings_words(timetable: Any, run: Any) -> list[str]:
    """How a timetable was made: time, seed, moves of the search, inputs."""
    found = [_("seed %(seed)s", seed=timetable.seed)]
    if run:
        found.append(ngettext("%(num)s second of search", "%(num)s seconds of search", run.seconds))
    if timetable.figures.iterations:
        found.append(ngettext("%(num)s step of search", "%(num)s steps of search", timetable.figures.iterations))
    if run and run.follows_id:
        found.append(_("keeps teams and weekdays of the month before"))
    if timetable.figures.stopped:
        found.append(_("stopped early"))
    if timetable.input_hash:
        found.append(_("inputs %(hash)s", hash=timetable.input_hash[:8]))
    return found
