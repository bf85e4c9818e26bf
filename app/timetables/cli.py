"""`flask timetables solve PROBLEM.json`: the engine on a file, without the database."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from flask_babel import gettext, ngettext

from app.kernel.problems import S_, Problem, Refused
from app.routing import bound, bound_report
from app.routing import solve as make_plan
from app.routing.formats import read_problem, write_solution
from app.routing.telling import say

PROVING = 20.0  # seconds for the bound at least
LONGEST = 200 << 20  # bytes; the travel table of 5,000 places takes about 100 MB
TOO_LONG = S_("too_long.district", "This file is larger than %(most)s MB. Divide the district.")
NO_UTF8 = S_(
    "no_utf8", "This file is no text in UTF-8: byte %(byte)s cannot be read. Save it in UTF-8, or export it again."
)
group = AppGroup("timetables", help="Timetables of home visits.")


@group.command()
@click.argument("problem", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seconds", type=click.FloatRange(min=0.1), default=10.0, show_default=True, help="time to search")
@click.option("--seed", type=int, default=0, show_default=True, help="first random number")
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="file for the plan")
@click.option("--bound", "prove", is_flag=True, help="say how far from the best possible the plan can be at most")
@click.option("--explain", "why", is_flag=True, help="say why visits are missing, and what would help")
@click.option("--substitutes", is_flag=True, help="allow a named substitute where a child would go without")
def solve(
    problem: Path, seconds: float, seed: int, out: Path | None, prove: bool, why: bool, substitutes: bool
) -> None:
    """Make a timetable of the district in PROBLEM (visit-timetable/1) and print its figures; exit 1 when the file is
    refused. Without --out the plan goes to standard output."""
    try:
        task = replace(read_problem(_text(problem)), substitutes=substitutes)
        plan = make_plan(task, seconds=seconds, seed=seed)
    except Refused as refused:
        for finding in refused.problems:
            click.echo(finding.text(gettext), err=True)
        sys.exit(1)
    text = write_solution(task, plan)
    if out is None:
        click.echo(text)
    else:
        out.write_text(text, encoding="utf-8")
    missing = sum(u.missing for u in plan.unserved)
    click.echo(
        ngettext("%(num)s visit missing", "%(num)s visits missing", missing)
        + ", "
        + gettext("%(minutes)s minutes of travel, %(moves)s moves", minutes=plan.score.travel, moves=plan.iterations),
        err=True,
    )
    if why:
        _explain(task, plan)
    if prove:
        for line in bound_report(task, plan, max(PROVING, seconds), gettext):
            click.echo(line, err=True)


def _text(file: Path) -> str:
    """The text of a file. Raises `Refused` where it is longer than any district, or not written in UTF-8."""
    if file.stat().st_size > LONGEST:
        raise Refused(Problem("too_long", TOO_LONG, {"most": LONGEST >> 20}))
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as wrong:
        raise Refused(Problem("no_utf8", NO_UTF8, {"byte": wrong.start + 1})) from wrong


def _explain(task: Any, plan: Any) -> None:
    """Print the reasons, the cheapest remedy of each child, and what the district lacks."""
    for one in plan.unserved:
        for reason in one.reasons:
            click.echo(f"{one.child}: {say(reason.message, reason.values, gettext)}", err=True)
        for remedy in one.remedies[:1]:
            click.echo("    " + say(remedy.message, remedy.values, gettext), err=True)
    for shortage in plan.shortages:
        click.echo(say(shortage.message, shortage.values, gettext), err=True)


@group.command("warm-up")
def warm_up() -> None:
    """Compile the engine where that is still to be done (half a minute, once after an upgrade)."""
    task = read_problem(
        json.dumps(
            {
                "format": "visit-timetable/1",
                "days": 5,
                "travel": [[0, 9, 9], [9, 0, 9], [9, 9, 0]],
                "teams": [{"id": "T", "place": 0, "skills": [], "shifts": [[[480, 1050]]] * 5, "day_cap": 480}],
                "children": [
                    {
                        "id": f"C{i}",
                        "place": i,
                        "needs": [],
                        "minutes": 60,
                        "visits": 2,
                        "min_gap": 2,
                        "windows": [[[480, 1050]]] * 5,
                    }
                    for i in (1, 2)
                ],
            }
        )
    )
    make_plan(task, iterations=50)
    bound(task, seconds=1)
