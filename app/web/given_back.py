"""A form that was posted after its session had ended, given back after signing in, also without scripts.

Nothing is kept on the server: what was posted goes out sealed in the page that says that the session has ended, bound
to the account that the signed cookie names, and comes back with the signing in. Only that account opens it, for an
hour; its holder sees the form again, filled, and nothing is written before it is sent anew.
"""

from __future__ import annotations

import json
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, g, redirect, request, session
from flask.typing import ResponseReturnValue

from app.access.pages import View
from app.db import db
from app.db.sealed import vault
from app.kernel import clock
from app.web.places import opens
from app.web.reading import known_id

AGAIN = "given_back"
ACCOUNT = "account"
"""Key of the signed cookie: whose session it was. It says so still when the session is over."""
LASTS = timedelta(hours=1)
MOST = 200_000
OURS = {"csrf_token", "form_key", AGAIN}


@dataclass(frozen=True)
class KeptForm:
    """Where a form goes, and its fields in order."""

    to: str
    fields: tuple[tuple[str, str], ...]


def sealed_form() -> str | None:
    """What was posted, sealed for the account whose session has ended; None where nobody is known, where the form's
    page does not open by a link, and for files and passwords, which are never kept."""
    owner, to = known_id(session.get(ACCOUNT)), request.full_path.rstrip("?")
    if request.method != "POST" or owner is None or request.files or not opens(to) or "HX-Request" in request.headers:
        return None
    fields = [[name, value] for name, value in request.form.items(multi=True) if name not in OURS]
    said = json.dumps({"to": to, "at": clock.now().isoformat(), "fields": fields}, ensure_ascii=False)
    if not fields or len(said) > MOST or any("password" in name for name, _value in fields):
        return None
    return urlsafe_b64encode(vault().seal("kept_forms", "fields", owner, said)).decode("ascii")


def open_form(account: uuid.UUID, sealed: str | None) -> KeptForm | None:
    """What was sealed for this account within the hour; None for anything else."""
    try:
        kept = json.loads(vault().open("kept_forms", "fields", account, urlsafe_b64decode(sealed or "")))
        age = clock.now() - datetime.fromisoformat(kept["at"])
    except Exception:  # somebody else's, of a key that is gone, cut, made up: all of it is nothing
        return None
    if not timedelta() <= age <= LASTS or not opens(kept["to"]):
        return None
    return KeptForm(kept["to"], tuple((name, value) for name, value in kept["fields"]))


def run_given_back(view: View, args: tuple[object, ...], values: dict[str, object]) -> ResponseReturnValue:
    """Show a form that was given back: every form refuses itself (app.web.forms), and whatever a page without one would
    have done is undone."""
    g.given_back = True
    response = current_app.make_response(view(*args, **values))
    if response.status_code >= 400:
        return response
    db.session.rollback()
    session.pop("_flashes", None)
    return redirect(request.full_path.rstrip("?") if opens(request.full_path.rstrip("?")) else "/", 303)
