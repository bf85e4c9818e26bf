"""What the guardian reads and answers; what the coordinator learns of it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.access import SYSTEM
from app.accounts.models import User
from app.children.models import Guardian, Guardianship, TimelineEvent
from app.closings.actions.closing import Closing, close_school
from app.db import db
from app.family.models import FamilyAnswer
from app.family.queries.minutes import list_minutes
from app.placements.types import Agreement
from app.plans.models import PlanForce
from app.schools.models import Unit
from app.visits.queries.minutes import child_ledger
from app.web.filters import today
from tests.factories import plans as make


@pytest.fixture
def guardian(sign_in, family, client):
    """The test's client is the guardian's phone."""
    sign_in("guardian", guardian_id=family.guardian_id)
    return client


def say(client, family, answer, comment="", **more):
    return client.submit(family.page, form=f"{family.page}/answer", answer=answer, comment=comment, **more)


def test_one_child_opens_at_once(guardian, family):
    assert guardian.get("/", follow_redirects=True).request.path == family.page


def test_two_children_are_listed(app, guardian, family):
    with app.app_context():
        db.write()
        db.session.add(
            Guardianship(
                child_id=family.other_id,
                guardian_id=family.guardian_id,
                position=2,
                relation="father",
                is_guardian=True,
                valid_from=date(2020, 1, 1),
            )
        )
        db.session.commit()
    page = guardian.get("/family").get_data(as_text=True)
    assert "冉䶮一" in page and "谭㛃二" in page
    assert guardian.get(f"/family/{family.other_id}").status_code == 200


def test_the_plan_in_plain_words_has_the_plans_numbers(guardian, family):
    page = guardian.get(family.page).get_data(as_text=True)
    for words in ("吃水果前，请他先指一指图片。", "2 times a week, 90 minutes each time", "爱听歌，会对熟悉的人笑。"):
        assert words in page


def test_nothing_of_the_staff_stands_on_the_page(guardian, family):
    page = guardian.get(family.page).get_data(as_text=True)
    for words in ("孤独症谱系障碍", "509999", "1380000", "shuangxi"):
        assert words not in page


def test_a_foreign_child_and_its_versions_do_not_exist(app, guardian, family):
    for path in (
        f"/family/{family.other_id}",
        f"/family/{family.other_id}/openings",
        f"/family/{family.other_id}/versions/{family.version_id}",
    ):
        assert guardian.get(path).status_code == 404


def test_a_draft_is_not_shown(app, guardian, family):
    with app.app_context():
        db.write()
        draft = make.begin(family.desk, copy=True).id
        db.session.commit()
    assert guardian.get(f"{family.page}/versions/{draft}").status_code == 404


def test_older_versions_stay_readable(app, guardian, family):
    with app.app_context():
        db.write()
        make.submitted(family.desk, copy=False)
        from app.plans import actions
        from app.plans.queries import find_last_version

        last = find_last_version(family.child_id)
        actions.approve_plan(family.desk.approver, last.id, today=today())
        db.session.commit()
    page = guardian.get(family.page).get_data(as_text=True)
    path = f"{family.page}/versions/{family.version_id}"
    assert path in page
    old = guardian.get(path)
    assert old.status_code == 200 and "看图片" in old.get_data(as_text=True)


def test_the_answer_is_kept_and_the_newest_counts(app, guardian, family):
    say(guardian, family, "disagree", "两次太少")
    page = say(guardian, family, "agree").get_data(as_text=True)
    assert "Agrees" in page
    with app.app_context():
        rows = db.session.scalars(select(FamilyAnswer).order_by(FamilyAnswer.at)).all()
        assert [row.answer for row in rows] == [Agreement.DISAGREE, Agreement.AGREE]
        told = db.session.scalars(select(TimelineEvent.code).where(TimelineEvent.kind == "family")).all()
        assert "told.plan_disagreed" in told


@pytest.mark.parametrize("answer", ["partly", "disagree"])
def test_a_no_needs_words(app, guardian, family, answer):
    page = say(guardian, family, answer)
    assert page.status_code == 422 and "Tell us in a few words" in page.get_data(as_text=True)
    with app.app_context():
        assert db.session.scalar(select(FamilyAnswer.id)) is None


def test_no_answer_is_no_answer(guardian, family):
    page = say(guardian, family, None)
    assert page.status_code == 422 and "Choose one of the three answers." in page.get_data(as_text=True)


def test_words_that_are_too_long_are_refused(guardian, family):
    assert say(guardian, family, "partly", "字" * 2001).status_code == 422


def test_an_answer_to_an_outdated_page_is_refused(guardian, family):
    page = say(guardian, family, "agree", version_id=str(family.other_id))
    assert page.status_code == 422 and "has changed since you opened this page" in page.get_data(as_text=True)


def test_a_disagreement_waits_on_the_coordinators_list_until_the_family_agrees(app, guardian, family, sign_in):
    say(guardian, family, "partly", "周三没有人在家")
    desk = app.test_client()
    sign_in(user=family.coordinator, client=desk)
    assert "1 family does not agree" in desk.get("/").get_data(as_text=True)
    page = desk.get("/answers").get_data(as_text=True)
    assert "周三没有人在家" in page and "冉䶮一" in page
    assert "周三没有人在家" in desk.get(family.tab).get_data(as_text=True)
    say(guardian, family, "agree")
    assert "周三没有人在家" not in desk.get("/answers").get_data(as_text=True)


def test_another_district_does_not_see_the_disagreement(app, guardian, family, sign_in):
    say(guardian, family, "disagree", "不同意")
    far = app.test_client()
    sign_in(user=family.stranger, client=far)
    assert "冉䶮一" not in far.get("/answers").get_data(as_text=True)


def test_a_disagreement_with_a_superseded_version_is_over(app, guardian, family, sign_in):
    say(guardian, family, "disagree", "不同意")
    with app.app_context():
        db.write()
        force = db.session.scalar(select(PlanForce).where(PlanForce.version_id == family.version_id))
        force.valid_to = today()
        db.session.commit()
    desk = app.test_client()
    sign_in(user=family.coordinator, client=desk)
    assert "冉䶮一" not in desk.get("/answers").get_data(as_text=True)


def test_openings_are_listed_by_role_and_day_without_names(app, guardian, family, sign_in):
    desk = app.test_client()
    sign_in(user=family.coordinator, client=desk)
    for _ in range(3):
        desk.get(f"/children/{family.child_id}/plans")
    assert "Opened 3 times" in guardian.get(family.page).get_data(as_text=True)
    page = guardian.get(f"{family.page}/openings").get_data(as_text=True)
    assert "School coordinator · 3 times" in page
    assert "陈老师" not in page


def test_the_tab_shows_who_may_see_and_the_queries_are_few(app, family, sign_in):
    desk = app.test_client()
    sign_in(user=family.coordinator, client=desk)
    page = desk.get(family.tab).get_data(as_text=True)
    assert "冉𬱖" in page and "has not entered yet" in page


def test_a_guardian_without_open_page_is_told_what_to_do(app, client, family, sign_in):
    with app.app_context():
        db.write()
        person = Guardian(name="谭㛃")
        db.session.add(person)
        db.session.commit()
        guardian_id = person.id
    sign_in("guardian", guardian_id=guardian_id)
    assert "Ask your child" in client.get("/family").get_data(as_text=True)


def test_a_guardian_with_a_password_changes_it_on_the_page_for_all(app, guardian, family):
    with app.app_context():
        db.write()
        user = db.session.scalar(select(User).where(User.guardian_id == family.guardian_id))
        user.password_hash = "x"
        db.session.commit()
    assert guardian.get("/family/password").headers["Location"] == "/account/password"


def test_the_minutes_are_those_the_staff_sees(app, family):
    with app.app_context():
        assert list_minutes(family.other_id, today()) == []
        staff = child_ledger(family.child_id, today())
        own = list_minutes(family.child_id, today())
        assert sum(one.due for one in own[:1]) == sum(row.balance.due for row in staff)


@pytest.mark.both_databases
def test_the_school_that_answers_is_todays_and_not_the_plans(app, guardian, family):
    """The plan keeps the name of its day; after a merging the family is sent to the school that is there."""
    with app.app_context():
        db.write()
        old = family.desk.school.name
        target = make.make_school(db.session.get(Unit, family.desk.unit.id), "新民小学")
        close_school(SYSTEM, family.school_id, Closing(target.id, today(), True), today=today())
        db.session.commit()
    page = guardian.get(family.page).get_data(as_text=True)
    assert "The school that answers for it: 新民小学" in page and f": {old}" not in page
    page = guardian.get(f"{family.page}/versions/{family.version_id}").get_data(as_text=True)
    assert "The school that answers for it: 新民小学" in page and f": {old}" not in page
