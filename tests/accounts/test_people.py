"""The administrator's pages, the first administrator, the audit trail's page."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from app.access import Role
from app.accounts.models import User
from app.db import db
from tests.factories.accounts import PASSWORD, make_account, sign_in
from tests.support.databases import run_command


@pytest.fixture
def administrator(app, client):
    make_account(app, "admin", Role.ADMINISTRATOR)
    sign_in(client, "admin")
    return client


def user_id(app, name):
    with app.app_context():
        return db.session.scalar(select(User.id).where(User.username == name))


def test_the_first_link_makes_the_first_administrator_once(app, client):
    link = run_command(app, "admin", "first-link").strip()
    assert re.fullmatch(r"/first/\S{32,}", link)
    page = client.submit(link, username="chief", name="田主任", password="three brown kettles")
    assert page.request.path == "/" and "田主任" in page.get_data(as_text=True)
    assert client.get("/people").status_code == 200
    assert app.test_client().get(link).status_code == 404
    said = run_command(app, "admin", "first-link")
    assert "There is an administrator already" in said and "/first/" not in said


def test_a_refused_first_form_does_not_use_up_the_link(app, client):
    link = run_command(app, "admin", "first-link").strip()
    assert client.submit(link, username="chief", name="田主任", password="short").status_code == 422
    assert client.submit(link, username="chief", name="田主任", password="three brown kettles").status_code == 200


def test_a_new_account_must_change_its_password_first(app, administrator):
    page = administrator.submit("/people/new", username="ran", name="冉䶮一").get_data(as_text=True)
    first = re.search(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}(?![0-9a-f-])", page)[0]
    ran = app.test_client()
    assert sign_in(ran, "ran", first).request.path == "/account/password"
    assert ran.get("/", follow_redirects=True).request.path == "/account/password"
    ran.submit("/account/password", old_password=first, password="three brown kettles")
    assert ran.get("/account").status_code == 200


def test_a_first_password_is_shown_once_and_is_in_no_cookie(app, administrator):
    """A session's cookie is signed, not sealed: what lies in it can be read on the administrator's computer."""
    pages = [administrator.submit("/people/new", username="ran", name="冉䶮一")]
    uid = user_id(app, "ran")
    pages.append(administrator.submit(f"/people/{uid}", form=f"/people/{uid}/password"))
    found = [
        re.search(r"[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}(?![0-9a-f-])", page.get_data(as_text=True))[0] for page in pages
    ]
    assert found[0] != found[1] and {page.status_code for page in pages} == {200}
    with administrator.session_transaction(base_url="https://localhost") as held:
        assert not any(password in repr(dict(held)) for password in found)
    assert not any(password in administrator.get(f"/people/{uid}").get_data(as_text=True) for password in found)
    assert not any(password in page.request.path for password in found for page in pages)
    assert administrator.get(pages[0].request.path).status_code == 404, "it is another one by now"
    assert administrator.get(pages[1].request.path + "x").status_code == 404
    assert sign_in(app.test_client(), "ran", found[0]).status_code == 401
    assert sign_in(app.test_client(), "ran", found[1]).request.path == "/account/password"


@pytest.mark.parametrize("later", [timedelta(minutes=6), timedelta(minutes=5)])
def test_a_first_password_is_shown_for_some_minutes(request, time_machine, later):
    time_machine.move_to("2026-11-23T02:00:00+00:00", tick=False)
    administrator = request.getfixturevalue("administrator")
    page = administrator.submit("/people/new", username="ran", name="冉䶮一")
    assert administrator.get(page.request.path).status_code == 200
    time_machine.move_to(datetime(2026, 11, 23, 2, tzinfo=UTC) + later, tick=False)
    assert administrator.get(page.request.path).status_code == 404
    for odd in ("x", "1", "1.", ".x", "9" * 40 + ".x", "\N{SUPERSCRIPT TWO}.x"):
        assert administrator.get(page.request.path.rpartition("/")[0] + "/" + odd).status_code == 404


def test_a_role_given_and_taken_counts_at_the_next_request(app, administrator):
    make_account(app, "ran", None)
    ran, uid = app.test_client(), user_id(app, "ran")
    sign_in(ran, "ran")
    assert ran.get("/audit").status_code == 403
    administrator.submit(f"/people/{uid}", form=f"/people/{uid}/roles", role="auditor")
    assert ran.get("/audit").status_code == 200
    page = administrator.get(f"/people/{uid}").get_data(as_text=True)
    end = re.search(rf"/people/{uid}/roles/[0-9a-f-]+/end", page)[0]
    administrator.submit(f"/people/{uid}", form=end)
    assert ran.get("/audit").status_code == 403


def test_a_district_role_needs_its_district(app, administrator):
    make_account(app, "ran", None)
    uid = user_id(app, "ran")
    page = administrator.submit(f"/people/{uid}", form=f"/people/{uid}/roles", role="district_coordinator")
    assert page.status_code == 422


def test_one_cannot_disable_oneself_but_another(app, administrator):
    make_account(app, "ran", Role.AUDITOR)
    mine, other = user_id(app, "admin"), user_id(app, "ran")
    administrator.submit(f"/people/{mine}", form=f"/people/{mine}/active")
    assert administrator.get("/people").status_code == 200
    for odd in ("zzz", "", None, "2"):
        answer = administrator.submit(f"/people/{other}", form=f"/people/{other}/active", active=odd)
        assert answer.status_code == 400, "neither on nor off"
    assert sign_in(app.test_client(), "ran", PASSWORD).status_code in (200, 302, 303)
    administrator.submit(f"/people/{other}", form=f"/people/{other}/active")
    assert sign_in(app.test_client(), "ran", PASSWORD).status_code == 401


@pytest.mark.both_databases
def test_the_auditor_sees_deeds_and_checks_the_chain(app, client):
    make_account(app, "auditor", Role.AUDITOR)
    sign_in(client, "auditor")
    page = client.submit("/audit", form="/audit/verify").get_data(as_text=True)
    assert "sign_in" in page and re.search(r"<code>\d+:[0-9a-f]{64}</code>", page)


@pytest.mark.both_databases
def test_the_database_refuses_to_change_or_delete_the_trail(app):
    make_account(app, "he", Role.AUDITOR)
    for statement in ("DELETE FROM audit_entries", "UPDATE audit_entries SET verb = 'x'"):
        with app.app_context(), pytest.raises(Exception, match="frozen"):
            db.session.execute(text(statement))


def test_a_changed_a_missing_and_a_cut_row_are_found_by_name(app):
    for n in range(4):
        make_account(app, f"user{n}", Role.AUDITOR)
    told = run_command(app, "audit", "verify", fails=True)  # the first time no head was kept before
    head = re.search(r"Head: (\S+)", told)[1]
    with app.app_context():
        db.write()
        for trigger in ("audit_entries_no_delete", "audit_entries_no_update"):
            db.session.execute(text(f"DROP TRIGGER {trigger}"))
        db.session.execute(text("UPDATE audit_entries SET actor_name = 'somebody else' WHERE seq = 3"))
        db.session.commit()
    assert "Row 3 is changed" in run_command(app, "audit", "verify", fails=True)
    with app.app_context():
        db.write()
        db.session.execute(text("DELETE FROM audit_entries WHERE seq >= 3"))
        db.session.commit()
    assert "missing" in run_command(app, "audit", "verify", fails=True)
    assert "missing" in run_command(app, "audit", "verify", "--head", head, fails=True)


def test_today_in_the_account_pages_is_a_real_day(administrator, app):
    uid = user_id(app, "admin")
    assert date(2020, 1, 1).isoformat() in administrator.get(f"/people/{uid}").get_data(as_text=True)
