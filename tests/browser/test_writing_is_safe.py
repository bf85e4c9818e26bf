"""Nothing typed in the plan editor is lost: a closed page, an ended session, a second person, a second press."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import delete, func, select

from app.accounts.models import SignIn
from app.db import db
from app.db.audit import AuditEntry
from app.plans.models import PlanSection, PlanVersion
from app.plans.types import SectionKey, VersionState
from tests.factories import plans as make
from tests.support import people
from tests.support.journey import person

PASSWORD = "青山 绿水 送教 上门 2026"
FORM = "#strengths form[data-autosave-url]"
WORDS = f'{FORM} [name="body"]'

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def desk(app):
    """A complete draft, its author with a password, and a colleague of the same school."""
    with app.app_context():
        db.write()
        made = make.make_desk()
        version = make.complete_draft(made)
        author = people.make_user(
            "school_coordinator",
            school_id=made.school.id,
            username="chen",
            name="陈老师",
            language=None,
            password=PASSWORD,
        )
        colleague = people.make_user("school_coordinator", school_id=made.school.id, name="李老师", language=None)
        db.session.commit()
        return SimpleNamespace(author=author, colleague=colleague, version_id=version.id, plan=f"/plans/{version.id}")


@pytest.fixture
def open_editor(browser, app, live_server, desk):
    """open_editor(user): a window of that user, to be used as a context."""
    return lambda user: person(browser, live_server, user.name, user=user, app=app, pictures="writing")


def _state(page, state: str):
    page.locator(f'{FORM} [data-autosave-state][data-state="{state}"]').wait_for(timeout=20000)


def _stored(app, version_id) -> str:
    with app.app_context():
        return db.session.scalar(
            select(PlanSection.body).where(
                PlanSection.version_id == version_id, PlanSection.key == SectionKey.STRENGTHS
            )
        )


def test_saved_words_are_there_after_the_page_was_killed(open_editor, desk, app):
    with open_editor(desk.author) as walk:
        walk.open(f"{desk.plan}/edit").page.locator(WORDS).fill("会用目光选择。㛃喜欢𬱖的歌。")
        _state(walk.page, "saved")
        walk.page.close()
        walk.page = walk.context.new_page()
        walk.open(f"{desk.plan}/edit")
        assert walk.page.locator(WORDS).input_value() == "会用目光选择。㛃喜欢𬱖的歌。" == _stored(app, desk.version_id)


def test_words_of_a_page_killed_before_saving_are_offered_again(open_editor, desk, app):
    with open_editor(desk.author) as walk:
        walk.open(f"{desk.plan}/edit").page.locator(WORDS).fill("只打了半句")
        _state(walk.page, "waiting")
        walk.page.close()
        walk.page = walk.context.new_page()
        walk.open(f"{desk.plan}/edit")
        assert "只打了半句" not in walk.page.locator(WORDS).input_value()
        walk.picture("offer").page.locator(f"{FORM} [data-autosave-restore]").click()
        _state(walk.page, "saved")
    assert _stored(app, desk.version_id) == "只打了半句"


def test_an_ended_session_asks_to_sign_in_and_goes_on_by_itself(open_editor, desk, app):
    with open_editor(desk.author) as walk:
        walk.open(f"{desk.plan}/edit")
        with app.app_context():
            db.write()
            db.session.execute(delete(SignIn))
            db.session.commit()
        walk.page.locator(WORDS).fill("会话结束时正在写的话")
        _state(walk.page, "signedout")
        walk.picture("signed-out")
        editor, walk.page = walk.page, walk.context.new_page()
        walk.open("/sign-in").fill(username="chen", password=PASSWORD).send()
        _state(editor, "saved")
    assert _stored(app, desk.version_id) == "会话结束时正在写的话"


def test_two_people_on_one_section_see_both_texts(open_editor, desk, app):
    with open_editor(desk.author) as one, open_editor(desk.colleague) as other:
        one.open(f"{desk.plan}/edit")
        other.open(f"{desk.plan}/edit")
        one.page.locator(WORDS).fill("陈老师的话")
        _state(one.page, "saved")
        other.page.locator(WORDS).fill("李老师的话")
        _state(other.page, "conflict")
        both = other.picture("two-texts").page.locator(f"{FORM} [data-autosave-conflict]").inner_text()
        assert "陈老师的话" in both and "李老师的话" in both
        assert _stored(app, desk.version_id) == "陈老师的话"
        other.page.locator(f"{FORM} [data-keep-mine]").click()
        _state(other.page, "saved")
    assert _stored(app, desk.version_id) == "李老师的话"


def test_a_double_press_on_submit_makes_one_record(open_editor, desk, app):
    with open_editor(desk.author) as walk:
        walk.open(f"{desk.plan}/submit")
        button = walk.page.locator("main form.confirm button[type=submit]")
        with walk.page.expect_navigation():
            button.dblclick()
        walk.page.wait_for_load_state()
    with app.app_context():
        count = db.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.verb == "submit_plan"))
        assert (count, db.session.get_one(PlanVersion, desk.version_id).state) == (1, VersionState.SUBMITTED)
