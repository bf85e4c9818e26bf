"""Fixtures for every test: a database of its own, the application, the inspecting client, a server, a browser.

Databases are migrated once and copied for each test. A test marked `both_databases` runs on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.factories import numbers
from tests.support import clock, made_once, people
from tests.support.browser import CHROMIUM_ARGUMENTS, DESKTOP, axe, chromium_path, served, watching
from tests.support.client import InspectingClient
from tests.support.databases import Postgresql, once, postgresql_server, run_command, settle_sqlite

# How quick a machine is says nothing of what is tested on it.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

made_once.share_addresses()
made_once.take_dialects_as_equal()

# The settings of a test are its own, never those of the shell it runs in; the clock is set already.
for _name in [name for name in os.environ if name.startswith("YIAN_") and not name.startswith("YIAN_TEST_")]:
    if _name != "YIAN_CLOCK":
        del os.environ[_name]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests marked both_databases once on each."""
    if "database_kind" in metafunc.fixturenames and metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("database_kind", ["sqlite", "postgresql"], indirect=True, scope="function")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser journeys share one browser: keep them in one process, and mark them."""
    for item in items:
        if "page" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(autouse=True)
def set_clock() -> None:
    """Refuse the real date, also after a test that travelled and did not come back."""
    clock.check()


@pytest.fixture(autouse=True)
def restart_numbers() -> None:
    """What a test makes has the same numbers whichever tests ran before."""
    numbers.restart()


# --- databases ------------------------------------------------------------------------------------------------------


def make_app(folder: Path, url: str = "", **settings):
    """Return an application whose database and keys are in `folder`, or whose database is at `url`."""
    from app import create_app
    from app.printing.fonts import DEFAULT_FOLDER  # one for all tests: reading the fonts takes most of a second

    # Searches end by moves, not by the clock: a busy machine makes the same plans as an idle one.
    # An unexpected error fails the test with its own trace; set it to False to see the page of error 500.
    app = create_app(
        {
            "TESTING": True,
            "PROPAGATE_ERRORS": True,
            "DEMO": True,
            "CLOCK": timedelta(),
            "SEARCH_APART": False,
            "SEARCH_MOVES": 4000,
            "INSTANCE": folder,
            "KEYS": folder / "keys.json",
            "DATABASE_URL": url,
            "PRINTING": DEFAULT_FOLDER,
            **settings,
        }
    )
    made_once.share_templates(app.jinja_env)
    made_once.share_statements(app.extensions["yian.engine"])
    return app


def copied_app(folder: Path, migrated: Path, **settings):
    """Return an application without form tokens on a copy of the migrated database, in a folder that a test gives."""
    for name in ("yian.db", "keys.json"):
        shutil.copy2(migrated / name, folder)
    app = make_app(folder)
    app.config.update(WTF_CSRF_ENABLED=False, **settings)
    return app


def sign_everybody_in(app, users: dict) -> dict:
    """A client for each role, signed in as its user."""
    clients = {role: app.test_client() for role in users}
    for role, user in users.items():
        people.sign_in(clients[role], user)
    return clients


def close(app) -> None:
    """Give back every connection of the application."""
    app.extensions["yian.engine"].dispose()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, worker_id: str) -> Path:
    """A folder that all test processes of this run share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def migrated(shared_folder: Path) -> Path:
    """A folder with a migrated, empty SQLite database and its keys."""

    def make(folder: Path) -> None:
        app = make_app(folder)
        run_command(app, "db", "upgrade")
        close(app)
        settle_sqlite(folder / "yian.db")

    return once(shared_folder, "migrated", make)


@pytest.fixture(scope="session")
def demo_district(shared_folder: Path, migrated: Path) -> Path:
    """A folder with the demo district (seed 1) in SQLite and its keys."""

    def make(folder: Path) -> None:
        shutil.copytree(migrated, folder, dirs_exist_ok=True)
        app = make_app(folder)
        run_command(app, "demo", "--scale", "district", "--seed", "1")
        close(app)
        settle_sqlite(folder / "yian.db")

    return once(shared_folder, "demo-district", make)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A PostgreSQL server for throw-away databases."""
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql: Postgresql, tmp_path_factory) -> Iterator[str]:
    """The name of a migrated, empty database to copy."""
    url = postgresql.create()
    app = make_app(tmp_path_factory.mktemp("postgresql"), url.render_as_string(hide_password=False))
    run_command(app, "db", "upgrade")
    close(app)
    yield url.database
    postgresql.drop(url)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite`, or `postgresql` in the second run of a test marked both_databases."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def instance(tmp_path: Path, migrated: Path) -> Path:
    """The instance folder of this test, with the keys of the migrated database."""
    folder = tmp_path / "instance"
    folder.mkdir()
    if (migrated / "keys.json").exists():
        shutil.copy2(migrated / "keys.json", folder)
    return folder


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, instance: Path, migrated: Path) -> Iterator[str]:
    """The address of a migrated, empty database that is this test's alone."""
    if database_kind == "sqlite":
        shutil.copy2(migrated / "yian.db", instance)
        yield f"sqlite:///{instance / 'yian.db'}"
        return
    server: Postgresql = request.getfixturevalue("postgresql")
    url = server.create(template=request.getfixturevalue("migrated_postgresql"))
    yield url.render_as_string(hide_password=False)
    server.drop(url)


# --- the application ------------------------------------------------------------------------------------------------


@pytest.fixture
def app(database_url: str, instance: Path) -> Iterator:
    """The application on an empty, migrated database of its own, with its inspecting client."""
    application = make_app(instance, database_url)
    application.test_client_class = InspectingClient
    yield application
    close(application)


@pytest.fixture
def app_context(app) -> Iterator:
    """An application context around the test, for queries and actions."""
    with app.app_context():
        yield app


@pytest.fixture
def session(app_context):
    """The database session of the test's application context."""
    from app.db import db

    return db.session


@pytest.fixture
def client(app) -> InspectingClient:
    """A browser-like client that nobody is signed in to; it inspects every page it gets."""
    return app.test_client()


@pytest.fixture
def sign_in(app, client) -> Callable:
    """`sign_in(role, unit_id=…, school_id=…, guardian_id=…)` or `sign_in(user=…)`: sign the client in; return the user.

    Pages are English unless `language="zh_Hans"` is given; `client=app.test_client()` signs in a second browser.
    """

    def enter(role: str | None = None, *, user=None, client: InspectingClient = client, **scope):
        from app.db import db
        from tests.support import people

        if user is None:
            with app.app_context():
                db.write()
                user = people.make_user(role, **scope)
                db.session.commit()
        people.sign_in(client, user)
        return user

    return enter


@pytest.fixture
def demo_app(tmp_path: Path, demo_district: Path) -> Iterator:
    """The application on a copy of the demo district that is this test's alone."""
    folder = tmp_path / "demo"
    shutil.copytree(demo_district, folder)
    application = make_app(folder)
    application.test_client_class = InspectingClient
    yield application
    close(application)


# --- server and browser ---------------------------------------------------------------------------------------------


@pytest.fixture
def live_server(app) -> Iterator[str]:
    """The address of a server on the test's own empty database."""
    with served(app) as address:
        yield address


@pytest.fixture
def demo_server(demo_app) -> Iterator[str]:
    """The address of a server on the test's own copy of the demo district."""
    with served(demo_app) as address:
        yield address


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """The system's Chromium, without the network."""
    return {**browser_type_launch_args, "executable_path": chromium_path(), "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    """A desktop window of a Chinese user; a phone is `browser.new_context(**PHONE)`."""
    return {**browser_context_args, **DESKTOP, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def page(page) -> Iterator:
    """A page that must not complain: script errors and policy violations fail the test at its end."""
    with watching(page) as complaints:
        yield page
    assert not complaints, "\n".join(complaints)


@pytest.fixture(name="axe")
def axe_fixture() -> Callable:
    """`axe(page)`: no accessibility violation on the page as it stands."""
    return axe
