"""Joins attachments to the application: slices' pages may list them, the backup brings their files along, and
files that got no row are taken away when the request is over."""

from __future__ import annotations

from contextlib import suppress

from flask import Flask, g

from app.attachments.actions import drop_taken
from app.attachments.copying import copy_beside, missing_bytes
from app.attachments.queries import attachments_of
from app.db.backup import brings
from app.db.faults import Fault


def init_app(app: Flask) -> None:
    app.jinja_env.globals["attachments_of"] = attachments_of
    brings("attachments", missing_bytes, copy_beside)

    @app.teardown_request
    def take_away(_error: BaseException | None) -> None:
        with suppress(*Fault):  # the command finds what is left then
            drop_taken(g.pop("taken_in", ()))
