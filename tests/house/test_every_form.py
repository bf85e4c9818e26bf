"""Every form of every role with each field missing, unknown, huge, negative, of the wrong kind, with control signs.

Grows by itself: the forms are those that a role meets on its way through the demo, and every page that takes a post is
tried with ids met on that way. An answer is a redirect, a page or a refusal in words, never an error of the program;
and what was refused has written nothing. `YIAN_TEST_EVERY_FORM=all` tries every value in every field (ten minutes).
"""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.access import PERMISSIONS, Permission
from app.access.pages import NEEDS
from app.accounts.models import User
from app.db import Base, db
from app.files.views.lists import NAMES as FILTERS
from tests.conftest import close, make_app
from tests.house.forms import Form, forms_of, ids_of, walk
from tests.house.queries import sent_names
from tests.support import people

ROLES = ("district", "school", "teacher", "parent", "expert", "admin")
ENDS = {
    "accounts.sign_out",
    "accounts.sign_out_everywhere",
    "accounts.change_password",
    "accounts.set_active",
    "accounts.end_role",
    "accounts.end_sessions",
    "accounts.reset_password",
    "home.switch_language",
}
"""Posts that would end the walk: the session or the account of who walks."""
ODD = {
    "missing": None,
    "empty": "",
    "unknown": "zzz",
    "huge": "长" * 20_000,
    "digits": "9" * 20,
    "endless": "9" * 5000,
    "negative": "-1",
    "zero": "0",
    "power": "1e309",
    "nan": "nan",
    "control": "a\x00\x07\x1b\x7f\x85\u202e\ufffeb",
    "raised": "²",
    "id": "00000000-0000-0000-0000-000000000000",
    "no day": "2026-02-30",
    "no time": "25:99",
    "breaks": "a\r\nb\tc",
    "list": ["1", "2", "zzz"],
    "path": "../../x",
    "arabic": "٣",
    "comma": "1,5",
    "pair": "a|b|c",
    "slot": "2026-11-30/zzz",
}
POSTS = 400
"""How many posts are tried for each role, drawn by a fixed seed: every field of every form is among the first."""
NO_HALVES = {"attempts", "sign_ins"}
"""Tables that keep what was refused: failed guesses, when a session was last seen."""
TOKENS = {"csrf_token", "form_key"}


@pytest.fixture(scope="module")
def stage(tmp_path_factory, demo_district):
    folder = tmp_path_factory.mktemp("forms") / "demo"
    shutil.copytree(demo_district, folder)
    app = make_app(folder)  # an error of the program comes through as it is
    app.config["WTF_CSRF_ENABLED"] = False
    reader = sqlite3.connect(f"file:{folder / 'yian.db'}?mode=ro", uri=True)
    yield SimpleNamespace(app=app, reader=reader)
    reader.close()
    close(app)


def signed_in(stage, username: str):
    """A client of a demo account, and its permissions."""
    client = stage.app.test_client()
    with stage.app.app_context():
        user = db.session.scalar(select(User).where(User.username == username))
        held = {Permission.PUBLIC, Permission.SIGNED_IN}.union(*(PERMISSIONS[grant.role] for grant in user.roles))
        db.session.expunge(user)
    people.sign_in(client, user)
    return client, held


def version(stage) -> int:
    """A number that changes when something was written."""
    return stage.reader.execute("PRAGMA data_version").fetchone()[0]


def rows(stage) -> dict[str, int]:
    """How many rows each table has."""
    names = [name for (name,) in stage.reader.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {
        name: stage.reader.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for name in names
        if name not in NO_HALVES
    }


def all_forms(stage, client, held) -> list[Form]:
    """The forms met on the way; of pages not met the form they show; of posts without a page a form of usual names."""
    pages = list(walk(client))
    ids = ids_of(stage.app, pages)
    rules = [
        rule
        for rule in stage.app.url_map.iter_rules()
        if "POST" in rule.methods
        and rule.endpoint not in ENDS
        and NEEDS[rule.endpoint] in held
        and rule.arguments <= set(ids)
    ]
    met = {form.endpoint for form in forms_of(stage.app, pages)}
    bare = []
    for rule in rules:
        path = rule.build({name: ids[name] for name in rule.arguments}, append_unknown=False)[1]
        if rule.endpoint not in met and "GET" in rule.methods:
            answer = client.get(path, base_url="https://localhost")
            if answer.status_code == 200:
                pages.append((path, answer.get_data(as_text=True)))
        elif rule.endpoint not in met:
            bare.append(Form(rule.endpoint, path, dict.fromkeys(sent_names(), "1")))
    return [form for form in [*forms_of(stage.app, pages), *bare] if form.endpoint not in ENDS]


def trials(forms: list[Form], dice: random.Random) -> list[tuple[Form, str, str]]:
    """(form, field or * for all of them, kind of odd value), drawn."""
    every = [(form, name, kind) for form in forms for name in ("*", *form.fields) for kind in ODD if name not in TOKENS]
    dice.shuffle(every)
    if os.environ.get("YIAN_TEST_EVERY_FORM") == "all":
        return every
    first, rest, seen = [], [], set()
    for trial in every:
        where = trial[0].endpoint, re.sub("[0-9a-f-]{36}|[0-9]+", "", trial[1])
        (rest if where in seen else first).append(trial)
        seen.add(where)
    return (first + rest)[:POSTS]


def odd(form: Form, name: str, kind: str) -> dict:
    """The form as it is filled in, with an odd value in one field, or in all of them."""
    fields = {one: value for one, value in form.fields.items() if one not in TOKENS}
    for one in list(fields) if name == "*" else [name]:
        fields[one] = ODD[kind]
    return {one: value for one, value in fields.items() if value is not None}


def fault_of(stage, client, form: Form, fields: dict) -> str:
    """What is wrong with the answer to a post; empty when nothing is."""
    before, counted = version(stage), None
    if form.endpoint:
        counted = rows(stage) if stage.__dict__.get("at") != before else stage.counted
    try:
        answer = client.post(
            form.action, data=fields, base_url="https://localhost", headers={"Origin": "https://localhost"}
        )
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:120]} {_place(error)}"
    stage.at = version(stage)
    stage.counted = counted if stage.at == before else rows(stage)
    if answer.status_code >= 500:
        return str(answer.status_code)
    if answer.status_code >= 400 and stage.counted != counted:
        return f"{answer.status_code}, and yet rows of {[t for t in counted if counted[t] != stage.counted[t]]} changed"
    if answer.status_code >= 400 and answer.mimetype == "text/html" and len(answer.get_data()) < 20:
        return f"{answer.status_code} without words"
    return ""


def _place(error: BaseException) -> str:
    """The last line of ours in an error's trace."""
    trace, found = error.__traceback__, ""
    while trace:
        name = trace.tb_frame.f_code.co_filename
        found = f"{name.rpartition('/app/')[2]}:{trace.tb_lineno}" if "/app/" in name else found
        trace = trace.tb_next
    return found


@pytest.mark.parametrize("username", ROLES)
def test_odd_values_are_refused_in_words(stage, username):
    client, held = signed_in(stage, username)
    forms = all_forms(stage, client, held)
    faults: dict[str, str] = {}
    for form, name, kind in trials(forms, random.Random(f"{username} 9")):
        if fault := fault_of(stage, client, form, odd(form, name, kind)):
            faults.setdefault(fault, f"{form.endpoint} {name} {kind}")
    assert len(forms) > 1 and not faults, "\n".join(f"{where}: {fault}" for fault, where in faults.items())


PLACES = ("zzz", "0", "-1", "9" * 20, "²", "a%0Ab", "x" * 3000, "%F0%9F%98%80", "draft", "1.5")
"""What may stand in an address in the place of a word or a number."""


@pytest.mark.parametrize("username", ["district", "parent", "admin"])
def test_odd_words_and_numbers_in_addresses_lead_nowhere(stage, username):
    client, held = signed_in(stage, username)
    ids, faults = ids_of(stage.app, list(walk(client))) | {"token": "x", "code": "x", "number": 1, "part": "x"}, []
    for rule in stage.app.url_map.iter_rules():
        words = [name for name in rule.arguments if not name.endswith("_id")]
        if (
            rule.endpoint in ENDS | {"static"}
            or not words
            or not rule.arguments <= set(ids)
            or NEEDS[rule.endpoint] not in held
        ):
            continue
        plain = rule.build({name: ids[name] for name in rule.arguments}, append_unknown=False)[1]
        for name in words:
            for place in PLACES:
                address = plain.replace(f"/{ids[name]}", f"/{place}")
                for method in rule.methods & {"GET", "POST"}:
                    try:
                        status = client.open(address, method=method, base_url="https://localhost").status_code
                    except Exception as error:
                        status = f"{type(error).__name__}: {error} {_place(error)}"
                    if not isinstance(status, int) or status >= 500:
                        faults.append(f"{method} {address[:120]}: {status}")
    assert not faults, "\n".join(faults)


CANARY = "never-asked-for"


@pytest.mark.parametrize("username", ["district", "school", "teacher", "parent", "admin"])
def test_a_form_sets_only_the_fields_that_it_shows(stage, username):
    """Every form with the name of every column of every table beside its own fields: none of them reaches a row.

    A value of the wrong kind would be refused by a column of numbers, days or ids with an error, which fails too.
    """
    columns = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    client, held = signed_in(stage, username)
    forms, faults = all_forms(stage, client, held), []
    for form in forms:
        shown = {re.sub(r"^.*-", "", name) for name in form.fields} | set(form.fields) | TOKENS
        shown |= set(FILTERS) if form.endpoint == "files.keep_filter" else set()  # they are what it keeps
        fields = odd(form, "csrf_token", "missing") | dict.fromkeys(columns - shown - set(sent_names()), CANARY)
        if fault := fault_of(stage, client, form, fields):
            faults.append(f"{form.endpoint}: {fault}")
    names = [name for (name,) in stage.reader.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in names:
        faults += [
            f"a row of {table} took it in"
            for row in stage.reader.execute(f'SELECT * FROM "{table}"')
            if any(isinstance(value, str) and CANARY in value for value in row)
        ]
    assert len(forms) > 1 and not faults, "\n".join(sorted(set(faults)))


@pytest.mark.parametrize("username", ROLES)
def test_what_was_not_offered_is_not_taken(stage, username):
    """A choice that a page does not offer (forged, or gone since) is refused; it does not become "none"."""
    client, held = signed_in(stage, username)
    taken = []
    for form in all_forms(stage, client, held):
        for name in sorted(name for name in form.chosen if "__n__" not in name):  # the row that a button would add
            for kind in ("unknown", "id", "no time"):
                answer = client.post(
                    form.action,
                    data=odd(form, name, kind),
                    base_url="https://localhost",
                    headers={"Origin": "https://localhost"},
                )
                if answer.status_code < 400 and not _says_no(client, answer):
                    taken.append(f"{form.endpoint} {name}={ODD[kind]}: {answer.status_code}")
    assert not taken, "\n".join(taken)


def _says_no(client, answer) -> bool:
    """Whether the page that is led to refuses in words."""
    page = client.get(answer.headers["Location"], base_url="https://localhost").get_data(as_text=True)
    return 'class="notice bad"' in page
