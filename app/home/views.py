"""Today's page, language, health."""

from __future__ import annotations

from flask import current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.access import Pages, Permission, Role
from app.accounts import throttle
from app.accounts.actions import set_language
from app.accounts.views import safe_next
from app.db import db
from app.home import desk, queries
from app.kernel.rare import find_characters
from app.plans.queries import check_paper as check_code
from app.plans.types import Standing
from app.web.filters import today as local_today
from app.web.i18n import LANGUAGES
from app.web.navigation import navigation
from app.web.processes import read_processes

pages = Pages("home", __name__)


@pages.get("/", needs=Permission.SIGNED_IN)
def today() -> ResponseReturnValue:
    """One list of what waits for the actor. Guardians go to their child's page: they have no desk."""
    if g.actor.roles == {Role.GUARDIAN}:
        return redirect(url_for("family.show_children"), 303)
    day = local_today()
    return render_template(
        "home/today.html",
        desk=desk.what_waits(g.actor, day),
        day=day,
        places=navigation()[1:],
        lists=any(g.actor.may(permission) for permission, _count in queries.COUNTS),
    )


@pages.post("/language", needs=Permission.PUBLIC, always=True)
def switch_language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if g.actor.signed_in:
            set_language(g.actor, chosen)
    return redirect(safe_next(request.form.get("next")), 303)


@pages.get("/health", needs=Permission.PUBLIC)
def health() -> ResponseReturnValue:
    """Whether pages and database are well, and how the processes of this machine stand, without names of anything."""
    db.ping()
    processes, full = read_processes(current_app.config["INSTANCE"]), queries.is_full()
    status = "ok" if all(one.up for one in processes) and not full else "degraded"
    told = [{"kind": one.kind, "up": one.up, "restarts": one.restarts, "ended_at": one.ended_at} for one in processes]
    return {"status": status} | ({"disk": "full"} if full else {}) | ({"processes": told} if told else {})


@pages.get("/server", needs=Permission.ACCOUNTS_MANAGE)
def show_server() -> ResponseReturnValue:
    """How the processes of this machine stand."""
    return render_template(
        "home/show_server.html", processes=read_processes(current_app.config["INSTANCE"]), full=queries.is_full()
    )


@pages.get("/characters", needs=Permission.SIGNED_IN)
def find_character() -> ResponseReturnValue:
    """Candidates for a rare character; `part=1` gives what a dialog shows."""
    q, part = request.args.get("q", ""), bool(request.args.get("part"))
    found = find_characters(q)
    template = "home/_find_character.html" if part else "home/find_character.html"
    return render_template(template, q=q, part=part, found=found.value, problems=found.problems), (
        422 if found.problems else 200
    )


@pages.get("/check/<code>", needs=Permission.PUBLIC)
def check_paper(code: str) -> ResponseReturnValue:
    """Whether a printed paper still holds; guesses are counted by address."""
    paper = check_code(code, local_today())
    if paper.standing == Standing.UNKNOWN:
        if seconds := throttle.guessed("check"):
            return render_template("home/check_paper.html", paper=None, wait=seconds // 60 + 1), 429
        return render_template("home/check_paper.html", paper=paper, wait=0), 404
    return render_template("home/check_paper.html", paper=paper, wait=0)
