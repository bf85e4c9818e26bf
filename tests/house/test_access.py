"""Every page × every role × own and foreign child: who may not is refused, what is foreign does not exist.

Grows by itself: a new page is tried as soon as it is declared. It needs a row in access.json (a person has looked at
its permission) and, for a new kind of id in its URL, a factory in tests/factories/kinds.py.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import uuid
from hashlib import sha256
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, UUIDConverter

from app.access import PERMISSIONS, Permission, Role
from app.access.pages import NEEDS
from tests.conftest import close, copied_app, make_app, sign_everybody_in
from tests.factories import scene
from tests.factories.kinds import KINDS
from tests.house.access import reviewed, stated
from tests.support import people
from tests.support.texts import text_of

# Words in URLs that are no ids, with a value to try; anything else in a URL is a UUID.
PLAIN = {
    "ticket": "1.x",
    "token": "no-such-token",
    "code": "no-such-code",
    "group": "period",
    "key": "strengths",
    "part": "strengths",
    "change": "up",
    "name": "visits_per_week",
    "school_year": 2026,
    "number": 1,
    "standing": "open",
    "kind": "goal",
}
PLAIN_OF = {
    ("attachments.list_attachments", "kind"): "decision",
    ("files.reveal_number", "kind"): "document",
    ("imports.download_template", "kind"): "children",
    ("plans.mark_reviewed", "kind"): "section",
}

DRAFTS = {"version_id": "draft", "part_id": "draft_goal", "goal_id": "draft_goal"}

# Kinds bound to a child: in another's district they do not exist, for anybody but the city.
CHILDS = {
    "child_id",
    "version_id",
    "part_id",
    "goal_id",
    "guardianship_id",
    "link_id",
    "request_id",
    "transfer_id",
    "visit_id",
    "pin_id",
    "wish_id",
    "closure_id",
    "subject_id",
    "attachment_id",
    "step_id",
    "merge_id",
    "other_id",
}
# Kinds bound to a district's or a school's own work, and to one person.
DISTRICTS = {"timetable_id", "team_id", "leave_id", "leg_id", "village_id", "repair_id", "call_id"}
PERSONS = {"job_id", "import_id", "row_id", "filter_id"}
# Kinds that are no secret: schools and their teachers are a register; people and days are guarded by permission.
OPEN = {"school_id", "teacher_id", "user_id", "grant_id", "day_id"}

SCOPED = (Role.DISTRICT_COORDINATOR, Role.SCHOOL_COORDINATOR, Role.VISITING_TEACHER, Role.EXPERT, Role.GUARDIAN)
CHILDLESS = (Role.ADMINISTRATOR, Role.AUDITOR)

# Ids in the query: page → parameter → kind (besides those of KINDS: assessment, later_assessment, unit_id).
QUERIES = {
    "assessments.compare_assessments": {"earlier": "assessment", "later": "later_assessment"},
    "timetables.compare_runs": {"a": "timetable_id", "b": "timetable_id"},
}

# Lists asked for another district's children outright: page → parameter → kind.
FILTERS = [
    ("/children", "unit", "unit_id"),
    ("/children", "school", "school_id"),
    ("/plans", "unit", "unit_id"),
    ("/coverage/listed", "unit", "unit_id"),
    ("/timetables", "unit", "unit_id"),
    ("/legs", "unit", "unit_id"),
    ("/roll", "school", "school_id"),
    ("/placements/reviews", "unit", "unit_id"),
    ("/placements/lagging", "unit", "unit_id"),
]

# Pages that answer a foreign thing as they answer any: nothing is found, nothing changes, and that is no error.
SILENT = {"files.remove_filter"}


def _rules():
    """(endpoint, rule) of every page, without static files."""
    app = _plain_app()
    return sorted(
        ((rule.endpoint, rule) for rule in app.url_map.iter_rules() if rule.endpoint != "static"),
        key=lambda pair: (pair[0], str(pair[1])),
    )


def _plain_app():
    import tempfile
    from pathlib import Path

    if not _APPS:
        folder = Path(tempfile.mkdtemp(prefix="yian-access-"))
        _APPS.append(make_app(folder))
        close(_APPS[0])
        shutil.rmtree(folder, ignore_errors=True)
    return _APPS[0]


_APPS: list = []
RULES = _rules()
READS = [(endpoint, rule) for endpoint, rule in RULES if "GET" in rule.methods]
WRITES = [(endpoint, rule) for endpoint, rule in RULES if "POST" in rule.methods]


def _named(pairs):
    return [pytest.param(endpoint, rule, id=f"{endpoint} {rule}") for endpoint, rule in pairs]


# --- the table and the structure ------------------------------------------------------------------------------------


def test_the_table_of_pages_and_roles_is_the_reviewed_one():
    """A new page or a changed right fails here until somebody has read it: python -m tests.house.access."""
    assert stated() == reviewed()


def test_every_view_states_its_permission():
    without = [endpoint for endpoint in _plain_app().view_functions if endpoint != "static" and endpoint not in NEEDS]
    assert not without


def test_ids_in_urls_are_uuids():
    wrong = []
    for endpoint, rule in RULES:
        for name, converter in rule._converters.items():
            known = isinstance(converter, UUIDConverter) if name.endswith("_id") else name in PLAIN
            numeric = isinstance(converter, IntegerConverter) and not isinstance(PLAIN.get(name), int)
            if not known or numeric:
                wrong.append(f"{endpoint}: <{name}> is neither a <uuid:…_id> nor a word named in PLAIN")
    assert not wrong


def test_every_kind_of_id_has_a_factory_and_a_scope():
    kinds = {name for _endpoint, rule in RULES for name in rule.arguments if name.endswith("_id")}
    assert not kinds - set(KINDS), "give these kinds a factory in tests/factories/kinds.py"
    assert not kinds - (CHILDS | DISTRICTS | PERSONS | OPEN), "say in tests/house/test_access.py whose these kinds are"


# --- the scene ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stage(tmp_path_factory, migrated):
    """The application with two sides, a client for every role of the own side, and the database file."""
    folder = tmp_path_factory.mktemp("access")
    app = copied_app(folder, migrated)
    from app.db import db

    with app.app_context():
        db.write()
        own, foreign = scene.make_sides()
        users = own.users | scene.users_everywhere()
        db.session.commit()
        for thing in (own, foreign):
            thing.words = thing.canaries
        clients = sign_everybody_in(app, users)
        disabled = people.make_user(Role.CITY_COORDINATOR)
        disabled.active = False
        db.session.commit()
        clients["disabled"] = app.test_client()
        people.sign_in(clients["disabled"], disabled)
    clients[None] = app.test_client()
    yield SimpleNamespace(
        app=app,
        own=own.ids,
        foreign=foreign.ids,
        own_words=own.words,
        foreign_words=foreign.words,
        clients=clients,
        file=folder / "yian.db",
    )
    close(app)


def _address(endpoint: str, rule, ids: dict[str, uuid.UUID]) -> str:
    values = {
        name: ids[name] if name in ids else PLAIN_OF.get((endpoint, name), PLAIN.get(name)) for name in rule.arguments
    }
    _host, path = rule.build(values, append_unknown=False)
    asked = "&".join(f"{name}={ids[kind]}" for name, kind in QUERIES.get(endpoint, {}).items())
    return f"{path}?{asked}" if asked else path


def _ids(ids: dict[str, uuid.UUID], endpoint: str) -> dict[str, uuid.UUID]:
    """One side's ids for a page: plans are tried on the draft, because an approved version refuses every change."""
    return ids | {name: ids[draft] for name, draft in DRAFTS.items()} if endpoint.startswith("plans.") else ids


def _nowhere() -> dict[str, uuid.UUID]:
    return {kind: uuid.uuid4() for kind in (*KINDS, "unit_id", "assessment", "later_assessment")}


def _ask(client: FlaskClient, method: str, path: str):
    return client.open(path, method=method, base_url="https://localhost")


def _neutral(response, ids: dict[str, uuid.UUID]) -> str:
    """The answer without what differs from one request to the next: ids of the URL, form keys, tokens."""
    text = response.get_data(as_text=True)
    text = re.sub(r'(name="(?:csrf_token|form_key|csrf-token|yian-actor)" (?:value|content))="[^"]*"', r"\1", text)
    text = re.sub(r'(id="(?:csrf_token|form_key)"[^>]*value)="[^"]*"', r"\1", text)
    for value in ids.values():
        text = text.replace(str(value), "ID")
    return text


def _may(role, endpoint: str) -> bool:
    needs = NEEDS[endpoint]
    if needs == Permission.PUBLIC:
        return True
    return role in PERMISSIONS and (needs in PERMISSIONS[role] or needs == Permission.SIGNED_IN)


def _contents(file) -> str:
    """A hash of all rows but those of sessions (when they were last seen)."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        lines = (line for line in connection.iterdump() if not line.startswith('INSERT INTO "sign_ins"'))
        return sha256("\n".join(lines).encode()).hexdigest()
    finally:
        connection.close()


# --- who may not is refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("endpoint", "rule"), _named(RULES))
def test_without_the_permission_nothing_opens(stage, endpoint, rule):
    path, faults = _address(endpoint, rule, _ids(stage.own, endpoint)), []
    for role, client in stage.clients.items():
        if _may(role, endpoint):
            continue
        for method in sorted(rule.methods & {"GET", "POST"}):
            signed_in = isinstance(role, Role)
            wanted = 403 if signed_in else 302 if method == "GET" else 401
            answer = _ask(client, method, path)
            if answer.status_code != wanted:
                faults.append(f"{method} as {role}: {answer.status_code} instead of {wanted}")
            if wanted == 302 and "/sign-in" not in answer.headers.get("Location", ""):
                faults.append(f"{method} as {role} leads to {answer.headers.get('Location')}")
    assert not faults


# --- what is foreign does not exist ---------------------------------------------------------------------------------


def _foreign_mixes(stage, rule, kinds) -> list[dict]:
    """Ids to try: all foreign, and each foreign one alone among own ones."""
    own, foreign = _ids(stage.own, rule.endpoint), _ids(stage.foreign, rule.endpoint)
    scoped = [name for name in rule.arguments if name in kinds]
    mixes = [own | {name: foreign[name] for name in scoped}]
    alone = [*(scoped if len(scoped) > 1 else ()), *QUERIES.get(rule.endpoint, {}).values()]
    return mixes + [own | {name: foreign[name]} for name in alone]


def _scoped_pairs(pairs):
    kinds = CHILDS | DISTRICTS | PERSONS
    return _named([(endpoint, rule) for endpoint, rule in pairs if rule.arguments & kinds])


@pytest.mark.parametrize(("endpoint", "rule"), _scoped_pairs(READS))
def test_a_foreign_thing_reads_like_none(stage, endpoint, rule):
    faults = []
    for role in SCOPED:
        if not _may(role, endpoint):
            continue
        client, nowhere = stage.clients[role], _nowhere()
        none = _ask(client, "GET", _address(endpoint, rule, nowhere))
        if none.status_code != 404:
            faults.append(f"{role}: what does not exist answers {none.status_code}")
        for ids in _foreign_mixes(stage, rule, CHILDS | DISTRICTS | PERSONS):
            answer = _ask(client, "GET", _address(endpoint, rule, ids))
            if answer.status_code != 404:
                faults.append(f"{role}: {_address(endpoint, rule, ids)} answers {answer.status_code}")
            elif _neutral(answer, ids) != _neutral(none, nowhere):
                faults.append(f"{role}: the foreign thing answers otherwise than what does not exist")
    assert not faults


@pytest.mark.parametrize(("endpoint", "rule"), _scoped_pairs(WRITES))
def test_a_foreign_thing_cannot_be_written(stage, endpoint, rule):
    faults, before = [], _contents(stage.file)
    for role in SCOPED:
        if not _may(role, endpoint):
            continue
        for ids in _foreign_mixes(stage, rule, CHILDS | DISTRICTS | PERSONS):
            answer = _ask(stage.clients[role], "POST", _address(endpoint, rule, ids))
            if answer.status_code != 404 and endpoint not in SILENT:
                faults.append(f"{role}: POST {_address(endpoint, rule, ids)} answers {answer.status_code}")
    assert not faults
    assert _contents(stage.file) == before, "a refused post changed the database"


@pytest.mark.parametrize(
    ("endpoint", "rule"),
    _named([(endpoint, rule) for endpoint, rule in WRITES if rule.arguments & {"school_id", "day_id"}]),
)
def test_a_school_or_day_of_another_district_is_not_written(stage, endpoint, rule):
    before = _contents(stage.file)
    for role in SCOPED:
        if _may(role, endpoint):
            answer = _ask(stage.clients[role], "POST", _address(endpoint, rule, stage.foreign))
            assert answer.status_code in {403, 404, 422}, f"{role}: {answer.status_code}"
    assert _contents(stage.file) == before


# --- what is one's own opens, and shows nothing else ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("endpoint", "rule"), _named([(endpoint, rule) for endpoint, rule in READS if "child_id" in rule.arguments])
)
def test_ones_own_child_opens(stage, endpoint, rule):
    path = _address(endpoint, rule, stage.own)
    answers = {
        role: _ask(stage.clients[role], "GET", path).status_code
        for role in (*SCOPED, Role.CITY_COORDINATOR)
        if _may(role, endpoint)
    }
    assert answers, "no role may open this page"
    assert not {role: status for role, status in answers.items() if status in {403, 404}}


@pytest.mark.parametrize(("endpoint", "rule"), _named(READS))
def test_no_page_speaks_of_a_foreign_child(stage, endpoint, rule):
    """Lists, search, suggestions, files: the foreign child's name and file number appear nowhere, for no scoped role;
    for administrators and auditors no child's does."""
    path, faults = _address(endpoint, rule, _ids(stage.own, endpoint)), []
    for role in (*SCOPED, *CHILDLESS):
        if not _may(role, endpoint):
            continue
        answer = _ask(stage.clients[role], "GET", path)
        text = text_of(answer)
        words = stage.foreign_words + (stage.own_words if role in CHILDLESS else ())
        faults += [f"{role} reads {word}" for word in words if word in text]
    assert not faults


@pytest.mark.parametrize(("path", "name", "kind"), FILTERS)
def test_no_filter_widens_a_list(stage, path, name, kind):
    for role in SCOPED[:-1]:
        answer = stage.clients[role].get(path, query_string={name: stage.foreign[kind]}, base_url="https://localhost")
        assert not [word for word in stage.foreign_words if word in answer.get_data(as_text=True)], role


@pytest.mark.parametrize("words", ["谭", "tan", "谭㛃二"])
def test_search_finds_no_foreign_child(stage, words):
    for role in (Role.DISTRICT_COORDINATOR, Role.SCHOOL_COORDINATOR, Role.VISITING_TEACHER, Role.EXPERT):
        answer = stage.clients[role].get("/children", query_string={"q": words}, base_url="https://localhost")
        assert answer.status_code == 200
        assert stage.foreign_words[1] not in answer.get_data(as_text=True)
