"""The pages of plans through a client that inspects each of them."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from app.db import db
from app.plans.content import parts_of
from app.plans.models import PlanVersion
from app.plans.types import VersionState
from app.web.filters import today as local_today
from tests.factories import plans as make
from tests.support.client import ORIGIN, read_form

QUIET = {"X-Requested-With": "autosave", "HX-Request": "true", "Origin": ORIGIN}


@pytest.fixture
def place(app):
    """Make a desk, run `write(desk)` in it; return ids that outlive the context."""

    def make_place(write=make.begin, **how):
        with app.app_context():
            db.write()
            desk = make.make_desk(**how)
            version = write(desk) if write else None
            db.session.commit()
            return SimpleNamespace(
                child=desk.child.id,
                version=version.id if version else None,
                users=desk.users,
                hash=version.content_hash if version else None,
                code=version.check_code if version else None,
                unit=desk.unit.id,
            )

    return make_place


def read(app, version_id):
    with app.app_context():
        version = db.session.get(PlanVersion, version_id)
        return version, parts_of(version_id)


def texts(response) -> str:
    return response.get_data(as_text=True)


def token(response) -> str:
    return re.search(r'name="csrf-token" content="([^"]+)"', texts(response)).group(1)


def post(client, path, **values):
    """Post as a button does: with the token of a page."""
    values["csrf_token"] = token(client.get("/plans"))
    return client.post(path, data=values, headers={"Origin": ORIGIN})


class TestNewPlan:
    def test_begins_and_opens_the_editor(self, client, sign_in, place):
        at = place(None)
        sign_in(user=at.users["author"])
        assert "Begin a plan" in texts(client.get(f"/children/{at.child}/plans"))
        page = client.submit(f"/children/{at.child}/plans/new", f"/children/{at.child}/plans/new")
        assert page.status_code == 200 and "Still missing" in texts(page)

    def test_a_wrong_period_is_said_at_the_field(self, client, sign_in, place):
        at = place(None)
        sign_in(user=at.users["author"])
        page = client.submit(f"/children/{at.child}/plans/new", f"/children/{at.child}/plans/new", ends_on="2020-01-01")
        assert page.status_code == 422 and "The last day must come after the first." in texts(page)

    def test_the_second_of_two_sees_the_draft_beside_what_was_entered_and_chooses(self, app, sign_in, place):
        at = place(None)
        path = f"/children/{at.child}/plans/new"
        first, second = app.test_client(), app.test_client()
        for client, who in ((first, "author"), (second, "approver")):
            client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
            sign_in(user=at.users[who], client=client)
        _action, fields = read_form(texts(second.get(path)), path)
        begun = first.submit(path, path)
        assert begun.status_code == 200
        mine = {**fields, "review_on": "2027-01-15"}
        answer = second.post(path, data=mine, headers={"Origin": ORIGIN})
        page = texts(answer)
        assert answer.status_code == 409 and "A draft exists already" in page
        assert f"{at.users['author'].name} began version 1 on" in page
        assert "Jan 15, 2027" in page and "What you entered" in page
        version_id = UUID(re.search(r"/plans/([0-9a-f-]{36})/frame/period", page)[1])
        with app.app_context():
            assert db.session.get(PlanVersion, version_id).review_on.isoformat() != "2027-01-15"
        action, kept = read_form(page, f"/plans/{version_id}/frame/period")
        assert second.post(action, data=kept, headers={"Origin": ORIGIN}).status_code == 303
        with app.app_context():
            row = db.session.get(PlanVersion, version_id)
            assert row.review_on.isoformat() == "2027-01-15"
            assert db.session.query(PlanVersion).filter_by(child_id=at.child).count() == 1

    def test_the_same_form_twice_leads_to_the_draft(self, client, sign_in, place):
        at = place(None)
        sign_in(user=at.users["author"])
        path = f"/children/{at.child}/plans/new"
        _action, fields = read_form(texts(client.get(path)), path)
        for _time in range(2):
            again = {**fields, "form_key": str(uuid4())}
            assert client.post(path, data=again, headers={"Origin": ORIGIN}).status_code == 303

    def test_another_districts_child_does_not_exist(self, client, sign_in, place):
        at = place()
        sign_in(user=at.users["stranger"])
        for path in (
            f"/children/{at.child}/plans",
            f"/plans/{at.version}",
            f"/plans/{at.version}/edit",
            f"/plans/{at.version}/paper",
        ):
            assert client.get(path).status_code == 404


class TestEditPlan:
    def test_missing_parts_link_to_fields_that_exist(self, app, client, sign_in, place):
        at = place(make.complete_draft)
        with app.app_context():
            db.write()
            for one in parts_of(at.version).goals:
                one.baseline = one.area = ""
                db.session.delete(parts_of(at.version).services[0])
            db.session.commit()
        sign_in(user=at.users["author"])
        page = texts(client.get(f"/plans/{at.version}/edit"))
        ids = set(re.findall(r'\bid="([^"]+)"', page))
        links = re.findall(r'href="#([^"]+)"', page)
        assert len(links) > 15 and set(links) - {"main"} <= ids

    def test_a_plain_form_saves(self, app, client, sign_in, place):
        at = place()
        sign_in(user=at.users["author"])
        path = f"/plans/{at.version}/sections/strengths"
        page = client.submit(f"/plans/{at.version}/edit", path, body="爱听歌 · 㛃")
        assert page.status_code == 200
        assert read(app, at.version)[1].sections[0].body == "爱听歌 · 㛃"

    def test_autosave_gets_the_new_version(self, client, sign_in, place):
        at = place()
        sign_in(user=at.users["author"])
        csrf = token(client.get(f"/plans/{at.version}/edit"))
        path = f"/plans/{at.version}/sections/needs"
        first = client.post(path, data={"csrf_token": csrf, "version": "0", "body": "one"}, headers=QUIET)
        assert first.get_json() == {"version": 1}
        second = client.post(path, data={"csrf_token": csrf, "version": "1", "body": "two"}, headers=QUIET)
        assert second.get_json() == {"version": 2}

    def test_two_editors_are_shown_both_texts(self, app, client, sign_in, place):
        at = place(make.complete_draft)
        goal = read(app, at.version)[1].goals[0]
        other = app.test_client()
        sign_in(user=at.users["author"])
        sign_in(user=at.users["approver"], client=other)
        path = f"/plans/{at.version}/goals/{goal.id}"
        mine = {"version": str(goal.revision), "subject": "living_chinese|reading", "words": "words of the first"}
        mine["csrf_token"] = token(client.get(f"/plans/{at.version}/edit"))
        assert client.post(path, data=mine, headers=QUIET).status_code == 200
        theirs = mine | {"csrf_token": token(other.get(f"/plans/{at.version}/edit")), "words": "words of the second"}
        answer = other.post(path, data=theirs, headers=QUIET)
        assert answer.status_code == 409
        for words in ("words of the first", "words of the second", "陈老师", 'data-version="'):
            assert words in texts(answer)
        page = other.post(path, data=theirs, headers={"Origin": ORIGIN})
        assert page.status_code == 409 and "words of the first" in texts(page)
        assert read(app, at.version)[1].goals[0].words == "words of the first"
        kept = other.post(path, data=theirs | {"version": str(goal.revision + 1)}, headers={"Origin": ORIGIN})
        assert kept.status_code == 303
        assert read(app, at.version)[1].goals[0].words == "words of the second"

    def test_a_wrong_number_is_said_and_not_saved(self, app, client, sign_in, place):
        at = place(make.complete_draft)
        service = read(app, at.version)[1].services[0]
        sign_in(user=at.users["author"])
        path = f"/plans/{at.version}/services/{service.id}"
        page = client.submit(f"/plans/{at.version}/edit", path, minutes="1000")
        assert page.status_code == 422 and "1000" in texts(page)
        assert read(app, at.version)[1].services[0].minutes == 90

    def test_parts_are_added_moved_and_removed(self, app, client, sign_in, place):
        at = place()
        sign_in(user=at.users["author"])
        for _time in range(2):
            post(client, f"/plans/{at.version}/goals")
        first, second = read(app, at.version)[1].goals
        post(client, f"/plans/{at.version}/goals/{second.id}/objectives")
        post(client, f"/plans/{at.version}/services")
        post(client, f"/plans/{at.version}/parts/goal/{second.id}/up")
        assert client.get(f"/plans/{at.version}/edit").status_code == 200
        post(client, f"/plans/{at.version}/parts/goal/{first.id}/remove")
        parts = read(app, at.version)[1]
        assert [g.id for g in parts.goals] == [second.id]
        assert len(parts.objectives[second.id]) == len(parts.services) == 1

    def test_a_copied_part_is_marked_until_it_is_read(self, app, client, sign_in, place):
        at = place(lambda desk: (make.approved(desk), make.begin(desk, copy=True))[1])
        sign_in(user=at.users["author"])
        assert texts(client.get(f"/plans/{at.version}/edit")).count("not yet reviewed.") == 8
        post(client, f"/plans/{at.version}/reviewed/section/needs")
        assert texts(client.get(f"/plans/{at.version}/edit")).count("not yet reviewed.") == 7

    def test_the_list_at_the_side_is_a_part_of_the_page(self, client, sign_in, place):
        at = place()
        sign_in(user=at.users["author"])
        part = client.get(f"/plans/{at.version}/progress", headers={"HX-Request": "true"})
        assert part.status_code == 200 and "<html" not in texts(part)


class TestReview:
    def test_what_is_missing_is_listed_before_submitting(self, client, sign_in, place):
        at = place()
        sign_in(user=at.users["author"])
        assert "R05" in texts(client.get(f"/plans/{at.version}/submit"))
        assert post(client, f"/plans/{at.version}/submit").status_code == 422

    def test_submit_then_approve_by_another(self, app, client, sign_in, place):
        at = place(make.complete_draft)
        sign_in(user=at.users["author"])
        assert client.submit(f"/plans/{at.version}/submit", f"/plans/{at.version}/submit").status_code == 200
        other = app.test_client()
        sign_in(user=at.users["approver"], client=other)
        page = other.submit(f"/plans/{at.version}/approve", f"/plans/{at.version}/approve")
        version, _parts = read(app, at.version)
        assert version.state == VersionState.APPROVED and version.content_hash in texts(page)
        assert other.get(f"/plans/{at.version}/edit").status_code == 302

    def test_nobody_approves_another_text_than_the_one_that_was_read(self, app, client, sign_in, place):
        at = place(make.submitted)
        sign_in(user=at.users["approver"])
        path = f"/plans/{at.version}/approve"
        _action, fields = read_form(client.get(path).get_data(as_text=True), path)
        client.submit(f"/plans/{at.version}/return", f"/plans/{at.version}/return", reason="目标太大")
        author = app.test_client()
        sign_in(user=at.users["author"], client=author)
        again = f"/plans/{at.version}/submit"
        assert author.submit(again, again).status_code == 200
        answer = client.post(path, data=fields, headers={"Origin": ORIGIN})
        assert answer.status_code == 409 and "was submitted again" in texts(answer)
        assert read(app, at.version)[0].state == VersionState.SUBMITTED
        assert client.submit(path, path).status_code == 200
        assert read(app, at.version)[0].state == VersionState.APPROVED

    def test_the_server_refuses_the_authors_own_approval(self, app, client, sign_in, place):
        at = place(make.submitted)
        sign_in(user=at.users["author"])
        page = client.get(f"/plans/{at.version}")
        assert "another person approves it" in texts(page)
        answer = post(client, f"/plans/{at.version}/approve")
        assert answer.status_code == 422
        assert read(app, at.version)[0].state == VersionState.SUBMITTED

    def test_a_returned_plan_says_why(self, app, client, sign_in, place):
        at = place(make.submitted)
        sign_in(user=at.users["approver"])
        client.submit(f"/plans/{at.version}/return", f"/plans/{at.version}/return", reason="目标太大")
        assert read(app, at.version)[0].state == VersionState.DRAFT
        assert "目标太大" in texts(client.get(f"/plans/{at.version}/edit"))

    def test_saving_in_review_is_refused(self, client, sign_in, place):
        at = place(make.submitted)
        sign_in(user=at.users["author"])
        csrf = token(client.get("/plans"))
        answer = client.post(
            f"/plans/{at.version}/sections/needs", data={"csrf_token": csrf, "body": "x"}, headers=QUIET
        )
        assert answer.status_code == 422 and "is in review" in answer.json["refused"][0]


class TestLists:
    def test_each_list_counts_what_it_shows(self, client, sign_in, place):
        at = place(make.submitted)
        sign_in(user=at.users["approver"])
        page = texts(client.get("/plans"))
        assert "冉䶮一" in page and 'Waiting for approval <span class="count">1</span>' in page
        assert "冉䶮一" not in texts(client.get("/plans?list=in_force"))
        assert "冉䶮一" in texts(client.get("/plans?list=review&q=ran"))
        assert "冉䶮一" not in texts(client.get("/plans?list=review&q=nobody"))

    def test_due_expiring_and_missing(self, client, sign_in, place):
        place(lambda desk: make.approved(desk, today=local_today() - timedelta(weeks=19)))
        at = place(None)
        sign_in("city_coordinator")
        for name in ("due", "expiring", "in_force", "missing"):
            assert texts(client.get(f"/plans?list={name}")).count('<th scope="row">') == 1
        assert texts(client.get(f"/plans?list=missing&unit={at.unit}")).count('<th scope="row">') == 1
        assert texts(client.get(f"/plans?list=due&unit={at.unit}")).count('<th scope="row">') == 0

    def test_a_district_sees_its_own(self, client, sign_in, place):
        at = place(make.submitted)
        sign_in(user=at.users["stranger"])
        assert "冉䶮一" not in texts(client.get("/plans?list=review"))

    def test_the_number_of_queries_does_not_grow(self, app, client, sign_in, place):
        from sqlalchemy import event

        for _time in range(3):
            place(make.begin)
        sign_in("city_coordinator")
        statements = []
        event.listen(
            app.extensions["yian.engine"],
            "before_cursor_execute",
            lambda _c, _cur, statement, *_rest: statements.append(statement),
        )
        assert texts(client.get("/plans?list=drafts")).count('<th scope="row">') == 3
        assert len([s for s in statements if s.startswith("SELECT")]) <= 8

    def test_the_childs_tab_shows_versions_and_hash(self, client, sign_in, place):
        at = place(make.approved)
        sign_in(user=at.users["author"])
        page = texts(client.get(f"/children/{at.child}/plans"))
        assert at.hash[:16] in page and "Next version" in page


class TestCheckPaper:
    def test_valid_superseded_unknown_and_nothing_personal(self, client, place):
        at = place(lambda desk: (make.approved(desk, today=local_today() - timedelta(days=9)), make.approved(desk))[1])
        page = client.get(f"/check/{at.code}")
        assert "Valid." in texts(page) or "有效" in texts(page)
        assert at.hash in texts(page)
        for personal in ("冉", "YA25", "彭水", "陈老师", "向主任"):
            assert personal not in texts(page)
        assert client.get("/check/nothing").status_code == 404

    def test_a_superseded_paper(self, app, client, place):
        at = place(lambda desk: (make.approved(desk, today=local_today() - timedelta(days=9)), make.approved(desk))[0])
        with client.session_transaction(base_url=ORIGIN) as cookie:
            cookie["language"] = "en"
        assert "Superseded." in texts(client.get(f"/check/{at.code}"))

    def test_a_draft_is_unknown(self, client, place):
        assert client.get(f"/check/{place(make.complete_draft).code}").status_code == 404

    def test_guessing_is_slowed_down(self, client, place):
        place(None)
        answers = [client.get(f"/check/guess{number}").status_code for number in range(21)]
        assert answers[:20] == [404] * 20 and answers[20] == 429
