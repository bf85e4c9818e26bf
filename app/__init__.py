"""Yian 一人一案: one child, one plan. The map of the house, from the ground up:

kernel      dates, calendars, periods, names, identifiers, money: pure, knows nothing of the app
db          base, types, sealed columns, guards (what the database refuses), the audit trail
access      permissions, the actor, policy, pages that demand a permission
web, printing, jobs, attachments, routing     engines that know no child: pages, paper, work, sealed files, timetables
accounts, schools                users and sign-in | schools, units with dates, teachers, calendars, rules
steps       what is to be done by a day, whose it is, and what becomes of it when nobody does it
children → roll → assessments → placements → plans     a child's file flows this way, each step frozen
teams → roads → timetables → visits → repairs     who goes, how far it is, who goes when, what took place, what changed
closings    a school is closed, merged or given to another unit, with all that is at it
files       a child's file: the list, the first page, how the child stands today
coverage    how many have a place, and who has not
imports     spreadsheets in
family, home     what a guardian sees and says | today, language, check of a paper
demo        made-up data of the size of a district or of the municipality

Rules decide, queries read, actions write, forms ask, views show. A slice looks down, never up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from flask import Flask

SLICES = (
    "accounts",
    "schools",
    "children",
    "steps",
    "roll",
    "assessments",
    "placements",
    "plans",
    "teams",
    "roads",
    "timetables",
    "visits",
    "repairs",
    "closings",
    "files",
    "coverage",
    "imports",
    "family",
    "home",
    "jobs",
    "attachments",
    "demo",
)


def create_app(settings: Mapping[str, object] | None = None) -> Flask:
    """Make the application. `settings` overrides the environment (names as in app/config.py)."""
    from app import cli, config, errors, models  # noqa: F401  models: the metadata is complete from here on
    from app.db import db
    from app.db.rights import close_to_others
    from app.db.sealed import open_vault
    from app.extensions import babel, csrf, login
    from app.kernel import clean_log
    from app.kernel.clock import shift_by
    from app.printing import engine
    from app.web import filters, requests
    from app.web.edge import CleanRequest
    from app.web.i18n import select_locale
    from app.web.quick import switch
    from app.web.quick.templates import Templates

    clean_log.install()
    values = config.load(settings)
    app = Flask(
        __name__,
        template_folder=str(config.ROOT / "templates"),
        static_folder=str(config.ROOT / "static"),
        instance_path=str(values["INSTANCE"]),
    )
    app.request_class = CleanRequest
    app.config.from_mapping(values)
    switch.on = bool(values["QUICK"])
    if switch.on:
        app.jinja_environment = Templates
    shift_by(values["CLOCK"] if values["DEMO"] else timedelta())
    mended, still_open = close_to_others(values["INSTANCE"], crowded=Path(values["ATTACHMENTS"]))
    for path in mended:
        app.logger.warning("%s could be read by other users of this machine; it is closed to them now", path)
    for path in still_open:
        app.logger.error("%s can be read by other users of this machine and is not ours to change", path)
    engine.configure(values["PRINTING"])
    app.extensions["yian.vault"] = vault = open_vault(values["KEYS"])
    app.secret_key = vault.cookie_key
    _trust_proxies(app)
    db.init_app(app)
    babel.init_app(app, locale_selector=select_locale)
    csrf.init_app(app)
    login.init_app(app, add_context_processor=False)  # a page of error may not ask the database who reads it
    requests.init_app(app)
    errors.init_app(app)
    filters.init_app(app)
    for name in SLICES:
        _register(app, name)
    cli.init_app(app)
    return app


def _register(app: Flask, name: str) -> None:
    """Register the slice's pages, its commands and its `init_app`, as far as it has them."""
    package = f"app.{name}"
    for part in ("views", "cli", "setup", "tasks"):
        try:
            module = import_module(f"{package}.{part}")
        except ModuleNotFoundError as missing:
            if missing.name != f"{package}.{part}":
                raise
            continue
        if part == "views":
            app.register_blueprint(module.pages)
        if part == "cli":
            app.cli.add_command(module.group)
        if part == "setup":
            module.init_app(app)


def _trust_proxies(app: Flask) -> None:
    """Believe X-Forwarded-* only from the configured number of proxies."""
    count = int(app.config["TRUSTED_PROXIES"])
    if count:
        from werkzeug.middleware.proxy_fix import ProxyFix

        # Flask's own way of putting something around an application.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )
