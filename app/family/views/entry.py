"""Getting in by a printed letter. Opening the address changes nothing, so a preview of the link does not use it up."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission
from app.accounts import passwords, throttle
from app.accounts.views import enter as start_session
from app.family import actions, queries
from app.family.forms import EnterForm, PasswordForm
from app.family.views.pages import pages
from app.kernel.names import mask_name
from app.kernel.problems import Refused
from app.web.filters import today


@pages.form("/enter/<token>", needs=Permission.PUBLIC)
def enter(token: str) -> ResponseReturnValue:
    found = queries.own.find_invitation(token)
    if found is None or not actions.still_invited(found[0], today()):
        if throttle.guessed("letter"):
            return render_template("family/entry_over.html", waits=True), 429
        return render_template("family/entry_over.html", waits=False), 404
    form, (link, name) = EnterForm(), found
    if form.validate_on_submit():
        try:
            user = actions.use_invitation(link, today=today())
        except Refused:
            return render_template("family/entry_over.html", waits=False), 404
        start_session(user)
        return redirect(url_for("family.show_children"), 303)
    return render_template("family/enter.html", form=form, name=mask_name(name))


def _hash_ahead() -> None:
    form = PasswordForm()
    if form.validate_on_submit() and not queries.own.has_password(g.actor):
        passwords.ahead(form.password.data)


@pages.form("/family/password", needs=Permission.FAMILY_READ, before=_hash_ahead)
def choose_password() -> ResponseReturnValue:
    """A name and a password to come again with; whoever has one changes it on the page for everybody."""
    username = queries.own.username_of(g.actor)
    if queries.own.has_password(g.actor):
        return redirect(url_for("accounts.change_password"), 303)
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            actions.choose_password(g.actor, form.password.data)
            flash(_("Saved. Next time sign in with the name %(name)s and your password.", name=username), "ok")
            return redirect(url_for("family.show_children"), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template(
        "family/choose_password.html", form=form, username=username
    ), 422 if form.is_submitted() else 200
