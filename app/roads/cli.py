"""`flask roads`: an extract of OpenStreetMap or a road server, and what was measured with it."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from app.access import SYSTEM
from app.children.responsible import begin_day
from app.db import db
from app.kernel.problems import Refused
from app.roads.actions.roads import load_extract, refresh_roads, set_road_service
from app.roads.queries.legs import find_service, list_roads
from app.roads.types import RoadServiceKind
from app.schools.queries import find_unit_by_code, units_on
from app.web.filters import moment, today

group = AppGroup("roads", help="Minutes by road between schools and homes.")


def _units(code: str | None) -> list:
    """The unit of a code, or all of today's."""
    begin_day()
    if code is None:
        return units_on(today())
    unit = find_unit_by_code(code)
    if unit is None:
        raise click.ClickException(f"There is no unit with the code {code}. flask roads list shows the codes.")
    return [unit]


def _refuse(refused: Refused) -> click.ClickException:
    return click.ClickException(" ".join(problem.text() for problem in refused.problems))


@group.command("load")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--unit", "code", help="code of one unit, else all that have homes or teams on the map")
def load_command(file: Path, code: str | None) -> None:
    """Read roads from an OpenStreetMap extract (.osm.pbf, .osm) and measure the ways with them."""
    units = _units(code)
    names = {unit.id: (unit.code, unit.name) for unit in units}
    try:
        found = load_extract(SYSTEM, file, units)
    except Refused as refused:
        raise _refuse(refused) from None
    for unit_id, measured in found.items():
        off = len(measured.times.far) + len(measured.times.cut_off)
        click.echo(
            f"{' '.join(names[unit_id])}: {len(measured.places)} places, {off} of them not on a road, by "
            f"{measured.name}{' of ' + measured.day if measured.day else ''}"
        )
    if not found:
        click.echo("No unit has a place near these roads.")


@group.command()
@click.argument("kind", type=click.Choice([kind.value for kind in RoadServiceKind]))
@click.argument("address", default="")
def service(kind: str, address: str) -> None:
    """Ask the OSRM or Valhalla server at ADDRESS for minutes by road; without an address none is asked any more."""
    db.write()
    try:
        row = set_road_service(SYSTEM, RoadServiceKind(kind), address)
    except Refused as refused:
        raise _refuse(refused) from None
    db.session.commit()
    click.echo(
        f"{row.address} is asked from now on. Measure with: flask roads measure"
        if row.address
        else "No road server is asked any more."
    )


@group.command()
@click.option("--unit", "code", help="code of one unit, else all")
def measure(code: str | None) -> None:
    """Measure the ways anew, after homes were entered or the server was changed."""
    for unit_id, name in [(unit.id, unit.name) for unit in _units(code)]:
        try:
            if refresh_roads(SYSTEM, unit_id, always=True):
                click.echo(f"{name}: measured")
        except Refused as refused:
            raise _refuse(refused) from None


@group.command("list")
def list_command() -> None:
    """Say what minutes by road are known, by unit."""
    asked, known = find_service(), list_roads()
    click.echo(f"Road server: {asked.kind.value} {asked.address}" if asked else "No road server is set.")
    for unit in units_on(today()):
        row = known.get(unit.id)
        told = (
            f"{len(row.places)} places by {row.source_name} {row.source_day or ''}, {moment(row.measured_at)}"
            if (row)
            else "nothing measured, estimates only"
        )
        click.echo(f"{unit.code} {unit.name}: {told}")
