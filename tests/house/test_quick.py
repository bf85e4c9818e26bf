"""The quick ways past libraries (app/web/quick) write whole pages as the libraries do, and stand in one folder."""

from __future__ import annotations

import ast
import re
import shutil
from collections import deque
from contextlib import contextmanager
from difflib import unified_diff
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
import time_machine
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from wtforms.widgets import Input, html_params

from app.accounts.models import User
from app.db import db
from app.kernel import clock
from app.web.i18n import words
from app.web.quick import switch
from app.web.quick.templates import Templates
from app.web.urls import addresses
from tests.conftest import close, make_app
from tests.support import people
from tests.support.client import ORIGIN, InspectingClient

APP = Path(__file__).resolve().parents[2] / "app"
NO_PAGES = re.compile(r"^static$|\b(sign_out|print_\w+|download_\w+)$")
HREF = re.compile(r'<a\b[^>]*?\shref="([^"#]+)')
ANEW = re.compile(
    r'(?<=name="csrf-token" content=")[^"]+|(?<=name="csrf_token" value=")[^"]+|(?<=name="form_key" value=")[^"]+'
    r'|(?<=name="form_key" type="hidden" value=")[^"]+|(?<=name="csrf_token" type="hidden" value=")[^"]+'
    r'|(?<=nonce=")[^"]+'
)
"""What is another one each time: keys of forms, nonces."""


@pytest.fixture(autouse=True)
def turned_on_again():
    yield
    switch.on = True


@contextmanager
def demo(folder: Path, source: Path, username: str, language: str, **settings):
    """A client of a person on a copy of the demo."""
    shutil.copytree(source, folder)
    app = make_app(folder, **settings)
    app.test_client_class = InspectingClient
    client = app.test_client()
    client.inspects = False
    with app.app_context():
        user = db.session.query(User).filter_by(username=username).one()
        db.session.expunge(user)
    user.language = language
    people.sign_in(client, user)
    yield app, client
    close(app)


def walk(app, client):
    """(endpoint, path, page) of the pages that a person reaches by links, one of each endpoint."""
    router, asked = app.url_map.bind("localhost"), set()
    waiting, known = deque(["/"]), {"/"}
    while waiting:
        path = waiting.popleft()
        try:
            endpoint, _values = router.match(urlsplit(path).path, method="GET")
        except HTTPException:
            continue
        if NO_PAGES.search(endpoint) or endpoint in asked:
            continue
        asked.add(endpoint)
        answer = client.get(path, follow_redirects=True)
        page = answer.get_data(as_text=True)
        yield endpoint, path, f"{answer.status_code} {page}"
        for link in HREF.findall(page):
            address = urljoin(ORIGIN + path, link.replace("&amp;", "&")).removeprefix(ORIGIN)
            if address.startswith("/") and address not in known:
                known.add(address)
                waiting.append(address)


@pytest.mark.parametrize(
    ("username", "language", "least"), [("district", "zh_Hans", 60), ("school", "en", 40), ("parent", "zh_Hans", 3)]
)
def test_every_page_is_the_same_without_the_quick_ways(tmp_path, demo_district, username, language, least):
    told = []
    with time_machine.travel(clock.now(), tick=False):
        for quick in (True, False):
            with demo(tmp_path / str(quick), demo_district, username, language, QUICK=quick) as (app, client):
                assert isinstance(app.jinja_env, Templates) is quick
                told.append([(endpoint, path, ANEW.sub("", page)) for endpoint, path, page in walk(app, client)])
    for ours, theirs in zip(*told, strict=True):
        assert ours[:2] == theirs[:2]
        assert ours[2] == theirs[2], "\n".join(unified_diff(ours[2].splitlines(), theirs[2].splitlines(), ours[1], n=0))
    assert len({endpoint for endpoint, _path, _page in told[0]}) >= least


def test_the_switch_turns_each_of_them_off(app):
    tricky = {"data_x": Markup('<i title="x">'), "b": True}
    for quick in (True, False):
        switch.on = quick
        with app.test_request_context():
            assert Input.html_params(**tricky) == html_params(**tricky)
            assert hasattr(addresses("files.show_child", "child_id"), "__self__") is quick  # the format of a text
            words._said.clear()
            assert words.gettext("Children") == "儿童" and bool(words._said) is quick


ALLOWED = {
    "_fields": "WTForms and named tuples have no other name for it",
    "_mapping": "SQLAlchemy documents it",
    "_replace": "of a named tuple",
    "_get_current_object": "Werkzeug documents it",
    "_value_": "of an enumeration",
    "_annotate": "marks a condition with what scopes it; SQLAlchemy has no public way",
    "_exit": "of os",
    "_numba_type_": "numba documents it",
    "_getvalue": "of what numba's code generator makes; it has no other name for the value",
}


GIVEN = re.compile(r"(?:def |self\.|^\s*)(_[a-z]\w*)", re.M)


def test_private_names_of_libraries_are_used_in_the_quick_folder_only():
    """A private name is used on `self`, or is one that the house gave, or stands here with its reason."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(APP.rglob("*.py"))}
    given = {name for text in texts.values() for name in GIVEN.findall(text)}
    found = [
        f"{path.relative_to(APP)}:{node.lineno} {node.attr}"
        for path, text in texts.items()
        if not path.is_relative_to(APP / "web/quick")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and re.match(r"_[a-z]", node.attr)
        and node.attr not in given | set(ALLOWED)
        and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))
        and not (isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "super")
    ]
    assert not found
