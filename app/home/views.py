"""Today's page, language, health."""

from __future__ import annotations

from flask import g, redirect, render_template, request, session
from sqlalchemy import text

from app.access import Pages, Permission
from app.accounts import throttle
from app.accounts.views import safe_next
from app.db import db
from app.plans.queries import check_paper as check_code
from app.plans.types import Standing
from app.web.filters import today as local_today
from app.web.i18n import LANGUAGES
from app.web.requests import begin_write

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


@pages.get("/check/<code>", needs=Permission.PUBLIC)
def check_paper(code):
    """Whether a printed paper still holds; guesses are counted by address."""
    if seconds := throttle.wait("check"):
        return render_template("home/check_paper.html", paper=None, wait=seconds // 60 + 1), 429
    paper = check_code(code, local_today())
    if paper.standing == Standing.UNKNOWN:
        begin_write()
        throttle.failed("check")
        return render_template("home/check_paper.html", paper=paper, wait=0), 404
    return render_template("home/check_paper.html", paper=paper, wait=0)
