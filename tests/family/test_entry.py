"""Letters of invitation: one use, an end, a named guardian, taken back in one tap."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import event, func, select, text, update

from app.accounts.models import OneUseLink, SignIn, User
from app.children.models import Guardianship, Sight
from app.db import db
from app.db.base import make_engine
from app.printing import engine
from app.printing.models import PrintLog
from app.repairs.models import VisitLink


@pytest.fixture
def desk_client(app, sign_in, family):
    """The coordinator's browser."""
    client = app.test_client()
    sign_in(user=family.coordinator, client=client)
    return client


def letter_of(family) -> str:
    return f"{family.tab}/{family.guardianship_id}"


def make_letter(desk_client, family) -> str:
    """Make the letter on the page as a coordinator does; return the address printed in it."""
    answer = desk_client.submit(f"{letter_of(family)}/invitation", form="letter")
    assert answer.mimetype == "application/pdf"
    pages = PdfReader(BytesIO(answer.data)).pages
    assert len(pages) == 1
    text = pages[0].extract_text()
    assert family.guardian_name in text
    return re.search(r"/enter/[\w-]{32}", text.replace("\n", ""))[0]


def enter(client, address):
    return client.submit(address, form="enter", follow=False)


def test_the_guardian_comes_in_and_reads_the_plan(client, desk_client, family):
    address = make_letter(desk_client, family)
    page = client.get(address).get_data(as_text=True)
    assert family.guardian_name not in page and "冉" in page
    assert enter(client, address).headers["Location"] == "/family"
    answer = client.get("/family", follow_redirects=True)
    assert answer.request.path == family.page
    assert "看图片，指一指自己想要的" in answer.get_data(as_text=True)


def test_a_preview_of_the_link_does_not_use_it_up(client, desk_client, family):
    address = make_letter(desk_client, family)
    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 200]
    assert enter(client, address).status_code == 303


def test_the_second_use_is_refused(app, client, desk_client, family):
    address = make_letter(desk_client, family)
    enter(client, address)
    second = app.test_client()
    answer = second.get(address)
    assert answer.status_code == 404
    assert second.get(family.page).status_code == 302


def test_of_two_who_opened_the_page_only_one_gets_in(app, client, desk_client, family):
    address = make_letter(desk_client, family)
    late = app.test_client()
    late.get(address)
    from tests.support.client import ORIGIN, read_form

    _action, fields = read_form(late.get(address).get_data(as_text=True), "enter")
    enter(client, address)
    answer = late.post(address, data=fields, headers={"Origin": ORIGIN, "Referer": ORIGIN + address})
    assert answer.status_code == 404
    assert late.get("/family").status_code == 302


def test_a_letter_ends_after_fourteen_days(app, client, desk_client, family):
    address = make_letter(desk_client, family)
    with app.app_context():
        db.write()
        row = db.session.scalar(select(OneUseLink))
        assert timedelta(days=13) < row.ends_at - datetime.now(UTC) <= timedelta(days=14)
        row.ends_at = datetime.now(UTC) - timedelta(seconds=1)
        db.session.commit()
    assert client.get(address).status_code == 404


def test_the_token_is_kept_nowhere(app, desk_client, family):
    token = make_letter(desk_client, family).rsplit("/", 1)[1]
    with app.app_context():
        driver = db.session.connection().connection.driver_connection
        assert not [line for line in driver.iterdump() if token in line]
    assert token not in desk_client.get(family.tab).get_data(as_text=True)


def test_a_new_letter_ends_the_one_before(client, desk_client, family):
    first = make_letter(desk_client, family)
    second = make_letter(desk_client, family)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_a_letter_can_be_taken_back(client, desk_client, family):
    address = make_letter(desk_client, family)
    page = desk_client.get(family.tab).get_data(as_text=True)
    action = re.search(r'action="([^"]+/invitations/[^"]+/revoke)"', page)[1]
    desk_client.submit(family.tab, form=action)
    assert client.get(address).status_code == 404


def test_a_lost_phone_is_shut_in_one_tap(client, desk_client, family):
    enter(client, make_letter(desk_client, family))
    assert client.get(family.page).status_code == 200
    desk_client.submit(family.tab, form=f"{letter_of(family)}/lost")
    assert client.get(family.page).status_code == 302
    again = make_letter(desk_client, family)
    assert enter(client, again).status_code == 303
    assert client.get(family.page).status_code == 200


def test_a_lost_phone_loses_its_password_too(app, client, desk_client, family):
    enter(client, make_letter(desk_client, family))
    client.submit("/family/password", password="blue kettle river")
    desk_client.submit(family.tab, form=f"{letter_of(family)}/lost")
    with app.app_context():
        user = db.session.scalar(select(User).where(User.guardian_id == family.guardian_id))
        assert user.password_hash is None
        assert not db.session.scalars(
            select(SignIn.id).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
        ).all()


def test_ended_access_counts_at_once_and_ends_the_letter(app, client, desk_client, family):
    enter(client, make_letter(desk_client, family))
    address = make_letter(desk_client, family)
    desk_client.submit(family.tab, form=f"{letter_of(family)}/access")
    assert client.get(family.page).status_code == 302
    assert app.test_client().get(address).status_code == 404
    with app.app_context():
        assert not db.session.scalars(
            select(Sight.id).where(Sight.holder_id == family.guardian_id, Sight.valid_to.is_(None))
        ).all()
    desk_client.submit(family.tab, form=f"{letter_of(family)}/access")
    assert client.get(family.page).status_code == 302, "the session is over too"
    enter(client, make_letter(desk_client, family))
    assert client.get(family.page).status_code == 200


def test_an_ended_guardianship_ends_the_letter_and_the_page(app, client, desk_client, family):
    enter(client, make_letter(desk_client, family))
    address = make_letter(desk_client, family)
    with app.app_context():
        db.write()
        db.session.execute(
            update(Guardianship)
            .where(Guardianship.id == family.guardianship_id)
            .values(valid_to=datetime.now(UTC).date() - timedelta(days=1))
        )
        db.session.commit()
    assert client.get(family.page).status_code == 404
    assert app.test_client().get(address).status_code == 404


def test_without_access_no_letter_is_made(app, desk_client, family):
    desk_client.submit(family.tab, form=f"{letter_of(family)}/access")
    page = desk_client.get(f"{letter_of(family)}/invitation").get_data(as_text=True)
    assert "Give access first" in page
    with app.app_context():
        assert not db.session.scalars(select(OneUseLink.id)).all()


def test_a_password_lets_the_guardian_come_again(app, client, desk_client, family):
    enter(client, make_letter(desk_client, family))
    assert client.submit("/family/password", password="short", follow=False).status_code == 422
    client.submit("/family/password", password="blue kettle river")
    with app.app_context():
        name = db.session.scalar(select(User.username).where(User.guardian_id == family.guardian_id))
    assert name.startswith("guardian-")
    again = app.test_client()
    answer = again.submit("/sign-in", username=name, password="blue kettle river")
    assert answer.request.path == family.page


def test_guessing_letters_is_slowed(client, family):
    statuses = [client.get(f"/enter/wrong-{n}").status_code for n in range(21)]
    assert statuses[:20] == [404] * 20 and statuses[20] == 429


@pytest.mark.parametrize("paper", ["letter", "visits"])
def test_others_save_while_a_letter_is_typeset(app, desk_client, family, monkeypatch, paper):
    """And its secret counts from the moment at which it is handed out, once."""
    other, real, done = make_engine(app.config["DATABASE_URL"]), engine.render, []
    event.listen(other, "connect", lambda connection, _record: connection.execute("PRAGMA busy_timeout=0"))

    def render(html, **options):
        with other.connect().execution_options(yian_write=True) as connection:
            connection.execute(text("SELECT 1"))
        done.append(html)
        return real(html, **options)

    monkeypatch.setattr(engine, "render", render)
    address, form = (
        (f"{letter_of(family)}/invitation", "letter")
        if paper == "letter"
        else (f"/children/{family.child_id}/visit-link", f"/children/{family.child_id}/visit-link/print")
    )
    answer = desk_client.submit(address, form=form)
    other.dispose()
    assert answer.mimetype == "application/pdf" and len(done) == 1
    with app.app_context():
        prints = db.session.scalar(select(func.count()).select_from(PrintLog))
        links = db.session.scalar(select(func.count()).select_from(OneUseLink if paper == "letter" else VisitLink))
    assert (prints, links) == (1, 1)
