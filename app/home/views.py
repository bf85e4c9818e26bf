"""Today's page, language, health."""

from __future__ import annotations

from flask import g, redirect, render_template, request, session
from sqlalchemy import text

from app.access import Pages, Permission
from app.accounts.views import safe_next
from app.db import db
from app.web.i18n import LANGUAGES

pages = Pages("home", __name__)


@pages.get("/", needs=Permission.SIGNED_IN)
def today():
    return render_template("home/today.html", tasks=())


@pages.post("/language", needs=Permission.PUBLIC)
def switch_language():
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if g.actor.signed_in:
            from app.accounts.models import User

            db.session.get(User, g.actor.user_id).language = chosen
    return redirect(safe_next(request.form.get("next")), 303)


@pages.get("/health", needs=Permission.PUBLIC)
def health():
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}
