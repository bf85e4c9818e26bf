"""Pages of accounts: signing in and out, the password, own sessions."""

from __future__ import annotations

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from app.access import SYSTEM, Permission, Role
from app.accounts import passwords, queries, throttle
from app.accounts.actions import close_session, close_sessions, grant_role, make_user, open_session, use_link
from app.accounts.forms import FirstAdministratorForm, NewPasswordForm, SignInForm
from app.accounts.queries import find_link, find_user, list_sign_ins, own_user
from app.accounts.setup import SignedIn
from app.accounts.types import LinkPurpose
from app.accounts.views.pages import pages
from app.db import audit, db
from app.db.sealed import digest
from app.kernel.problems import Refused
from app.web.filters import today
from app.web.given_back import ACCOUNT, open_form
from app.web.places import page_behind
from app.web.upward import address_of


def ask_to_sign_in() -> ResponseReturnValue:
    """Send a reader to the sign-in page and back; a write or a script gets 401 so that nothing typed is dropped."""
    if request.method == "GET" and "HX-Request" not in request.headers:
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")), 302)
    return render_template("errors/401.html"), 401


def safe_next(address: str | None) -> str:
    """A page of our own that opens by a link (or the nearest above it), else the first page."""
    return page_behind(address) or address_of("today")


@pages.record_once
def _lead_strangers(state: BlueprintSetupState) -> None:
    """Tell the gate of every page where somebody goes who is not signed in."""
    state.app.extensions["yian.ask_to_sign_in"] = ask_to_sign_in


def _too_many(form: SignInForm | NewPasswordForm, seconds: int) -> None:
    form.form_errors.append(_("Too many attempts. Try again in %(minutes)s minutes.", minutes=-(-seconds // 60)))


def _compare_ahead() -> None:
    """Compare the password while no lock is held; a guess beyond the allowance is not compared at all."""
    form = SignInForm()
    if not form.validate_on_submit() or throttle.wait("password", form.username.data):
        return
    user = find_user(form.username.data)
    known = user.password_hash if user and user.active else None
    passwords.verify_ahead(known, form.password.data)
    if known and passwords.outdated(known) and passwords.verify(known, form.password.data):
        passwords.ahead(form.password.data)


@pages.form("/sign-in", needs=Permission.PUBLIC, always=True, before=_compare_ahead)
def sign_in() -> ResponseReturnValue:
    form = SignInForm(next=request.args.get("next"))
    db.ping()  # nobody types a password into a page behind which there is no database
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422 if form.is_submitted() else 200
    name = form.username.data
    if seconds := throttle.wait("password", name):
        _too_many(form, seconds)
        return render_template("accounts/sign_in.html", form=form), 429
    user = find_user(name)
    right = passwords.verify(user.password_hash if user and user.active else None, form.password.data)
    if user is None or not right:
        throttle.failed("password", name)
        form.form_errors.append(_("Name or password is not right. Check both and try again."))
        return render_template("accounts/sign_in.html", form=form), 401
    throttle.forget("password", name)
    throttle.remember_device(name)
    if user.password_hash and passwords.outdated(user.password_hash):
        user.password_hash = passwords.make_hash(form.password.data)
    kept = open_form(user.id, form.kept.data)
    enter(user)
    if kept is None:
        return redirect(safe_next(form.next.data), 303)
    g.pop("csrf_token", None)  # that of the session before
    return render_template("accounts/given_back.html", kept=kept, onward=safe_next(form.next.data))


def enter(user: queries.User) -> None:
    """Start a session for a user who has shown a secret: a new cookie, nothing of the old one but the language."""
    language = user.language or session.get("language")
    token = open_session(
        user,
        hours=int(current_app.config["SESSION_HOURS"]),
        address=request.remote_addr or "",
        browser=request.user_agent.string,
    )
    session.clear()
    if language:
        session["language"] = language
    session[ACCOUNT] = str(user.id)
    login_user(SignedIn(token))


def _hash_ahead_of_first(token: str) -> None:
    form = FirstAdministratorForm()
    if form.validate_on_submit() and find_link(token, LinkPurpose.FIRST_ADMINISTRATOR):
        passwords.ahead(form.password.data)


@pages.form("/first/<token>", needs=Permission.PUBLIC, before=_hash_ahead_of_first)
def first_administrator(token: str) -> ResponseReturnValue:
    link = find_link(token, LinkPurpose.FIRST_ADMINISTRATOR)
    if link is None:
        if throttle.guessed("first"):
            return render_template("accounts/link_over.html", waits=True), 429
        return render_template("accounts/link_over.html", waits=False), 404
    form = FirstAdministratorForm()
    if form.validate_on_submit():
        try:
            use_link(link)
            user = make_user(
                SYSTEM, username=form.username.data, name=form.name.data, password=form.password.data, must_change=False
            )
            grant_role(SYSTEM, user, Role.ADMINISTRATOR, on=today())
            enter(user)
            return redirect(address_of("today"), 303)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template("accounts/first_administrator.html", form=form), 422 if form.is_submitted() else 200


@pages.post("/sign-out", needs=Permission.SIGNED_IN, always=True)
def sign_out() -> ResponseReturnValue:
    language = session.get("language")
    close_session(g.actor, current_user.token)
    logout_user()
    session.clear()
    if language:
        session["language"] = language
    response = redirect(url_for("accounts.sign_in"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@pages.get("/account", needs=Permission.SIGNED_IN)
def my_account() -> ResponseReturnValue:
    own = digest(current_user.token)
    rows = list_sign_ins(g.actor)
    return render_template(
        "accounts/my_account.html", sign_ins=rows, own_id=next((row.id for row in rows if row.token_hash == own), None)
    )


@pages.post("/account/sign-out-everywhere", needs=Permission.SIGNED_IN, always=True)
def sign_out_everywhere() -> ResponseReturnValue:
    count = close_sessions(g.actor, g.actor.user_id, but=current_user.token)
    flash(_("%(count)s other sessions were ended.", count=count), "ok")
    return redirect(url_for("accounts.my_account"), 303)


def _hash_ahead_of_change() -> None:
    """Compare the old password and hash the new one while no lock is held."""
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return
    user = own_user(g.actor)
    if throttle.wait("password", user.username):
        return
    passwords.verify_ahead(user.password_hash, form.old_password.data)
    if passwords.verify(user.password_hash, form.old_password.data):
        passwords.ahead(form.password.data)


@pages.form("/account/password", needs=Permission.SIGNED_IN, before=_hash_ahead_of_change)
def change_password() -> ResponseReturnValue:
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return render_template("accounts/change_password.html", form=form), 422 if form.is_submitted() else 200
    user = own_user(g.actor)
    if seconds := throttle.wait("password", user.username):
        _too_many(form, seconds)
        return render_template("accounts/change_password.html", form=form), 429
    if not passwords.verify(user.password_hash, form.old_password.data):
        throttle.failed("password", user.username)
        form.old_password.errors = [_("This is not your present password.")]
        return render_template("accounts/change_password.html", form=form), 422
    try:
        passwords.check(form.password.data, (user.username, user.name))
    except Refused as refused:
        form.refuse(refused.problems)
        return render_template("accounts/change_password.html", form=form), 422
    user.password_hash, user.must_change_password = passwords.make_hash(form.password.data), False
    close_sessions(g.actor, user.id)
    audit.record(g.actor, "change_password", "user", user.id)
    enter(user)
    flash(_("Your password is changed; other sessions were ended."), "ok")
    return redirect(url_for("accounts.my_account"), 303)
