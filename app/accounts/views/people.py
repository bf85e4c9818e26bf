"""People and access, for administrators: users, their roles, their sessions."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import Permission, Role
from app.accounts import actions, passwords, queries
from app.accounts.forms import NewUserForm, RoleForm
from app.accounts.views.pages import pages
from app.db import db
from app.kernel.problems import S_, Problem, Refused
from app.web.filters import today
from app.web.paging import asked_page
from app.web.requests import sent_switch

MANAGE = Permission.ACCOUNTS_MANAGE


@pages.get("/people", needs=MANAGE)
def list_users() -> ResponseReturnValue:
    words = request.args.get("q", "").strip()
    users, page = queries.list_users(g.actor, words, asked_page)
    return render_template(
        "accounts/list_users.html",
        users=users,
        page=page,
        words=words,
        today_on=today(),
        scopes=queries.scope_names(users),
    )


def _fresh_password(**_values: object) -> None:
    """Make a password and its hash while no lock is held."""
    g.fresh_password = passwords.fresh()


def _to_password(user: queries.User) -> ResponseReturnValue:
    return redirect(url_for("accounts.show_password", user_id=user.id, ticket=g.fresh_password[2]), 303)


@pages.get("/people/<uuid:user_id>/first-password/<ticket>", needs=MANAGE)
def show_password(user_id: uuid.UUID, ticket: str) -> ResponseReturnValue:
    """A fresh password, for some minutes and as long as it is unchanged. No cookie holds it; the ticket in the address
    is worth nothing without this server's key."""
    user = queries.get_user(g.actor, user_id)
    password = passwords.shown_by(ticket, user.password_hash) if user.must_change_password else None
    return render_template("accounts/first_password.html", user=user, password=password), 200 if password else 404


@pages.form("/people/new", needs=MANAGE, before=_fresh_password)
def new_user() -> ResponseReturnValue:
    form = NewUserForm()
    if form.validate_on_submit():
        try:
            user = actions.make_user(g.actor, username=form.username.data, name=form.name.data, password=None)
            actions.reset_password(g.actor, user, g.fresh_password[1])
            return _to_password(user)
        except Refused as refused:
            form.refuse(refused.problems)
    return render_template("accounts/new_user.html", form=form), 422 if form.is_submitted() else 200


def _show(user: queries.User, form: RoleForm, status: int = 200) -> ResponseReturnValue:
    return render_template(
        "accounts/edit_user.html", user=user, form=form, scopes=queries.scope_names([user]), today_on=today()
    ), status


def _role_form() -> RoleForm:
    form = RoleForm()
    form.unit_id.choices = [("", ""), *queries.unit_choices(today())]
    return form


@pages.get("/people/<uuid:user_id>", needs=MANAGE)
def edit_user(user_id: uuid.UUID) -> ResponseReturnValue:
    return _show(queries.get_user(g.actor, user_id), _role_form())


@pages.post("/people/<uuid:user_id>/roles", needs=MANAGE)
def give_role(user_id: uuid.UUID) -> ResponseReturnValue:
    user, form = queries.get_user(g.actor, user_id), _role_form()
    if not form.validate_on_submit():
        return _show(user, form, 422)
    try:
        _give(user, form)
    except Refused as refused:
        db.session.rollback()
        form.refuse(refused.problems)
        return _show(queries.get_user(g.actor, user_id), form, 422)
    flash(_("The role is given; it counts from now on."), "ok")
    return redirect(url_for("accounts.edit_user", user_id=user_id), 303)


def _give(user: queries.User, form: RoleForm) -> None:
    role, unit, school = form.role.data, None, None
    if role in (Role.DISTRICT_COORDINATOR, Role.EXPERT) and form.unit_id.data:
        unit = uuid.UUID(form.unit_id.data)
    if role == Role.SCHOOL_COORDINATOR:
        school = queries.find_school_id(form.school_code.data or "")
        if school is None:
            raise Refused(
                Problem(
                    "no_school",
                    S_("no_school.account", "No school has this code. Enter the ten digits of its code."),
                    field="school_code",
                )
            )
    if role == Role.VISITING_TEACHER:
        actions.link_teacher(
            g.actor, user, school_code=form.school_code.data or "", number=form.teacher_number.data or ""
        )
    actions.grant_role(g.actor, user, role, on=today(), unit_id=unit, school_id=school)


@pages.post("/people/<uuid:user_id>/roles/<uuid:grant_id>/end", needs=MANAGE)
def end_role(user_id: uuid.UUID, grant_id: uuid.UUID) -> ResponseReturnValue:
    user = queries.get_user(g.actor, user_id)
    if grant_id in {grant.id for grant in user.roles}:
        actions.end_role(g.actor, grant_id, on=today())
        flash(_("The role is taken away."), "ok")
    return redirect(url_for("accounts.edit_user", user_id=user_id), 303)


@pages.post("/people/<uuid:user_id>/active", needs=MANAGE)
def set_active(user_id: uuid.UUID) -> ResponseReturnValue:
    try:
        actions.set_active(g.actor, queries.get_user(g.actor, user_id), sent_switch("active"))
        flash(_("Saved."), "ok")
    except Refused as refused:
        for problem in refused.problems:
            flash(problem.text(_), "bad")
    return redirect(url_for("accounts.edit_user", user_id=user_id), 303)


@pages.post("/people/<uuid:user_id>/password", needs=MANAGE, before=_fresh_password)
def reset_password(user_id: uuid.UUID) -> ResponseReturnValue:
    user = queries.get_user(g.actor, user_id)
    actions.reset_password(g.actor, user, g.fresh_password[1])
    return _to_password(user)


@pages.post("/people/<uuid:user_id>/sign-out", needs=MANAGE)
def end_sessions(user_id: uuid.UUID) -> ResponseReturnValue:
    user = queries.get_user(g.actor, user_id)
    count = actions.close_sessions(g.actor, user.id)
    flash(_("%(count)s sessions were ended.", count=count), "ok")
    return redirect(url_for("accounts.edit_user", user_id=user_id), 303)
