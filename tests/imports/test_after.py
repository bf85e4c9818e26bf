"""The deed after the deed: the same sheet again, half put right, two tabs, a child that moved, an import given up."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.access import SYSTEM
from app.children.models import Child
from app.db import db
from app.imports import actions, queries
from app.imports.models import Import, ImportRow
from app.imports.types import ImportState, RowOutcome
from app.kernel.problems import Refused
from app.roll.models import Membership
from tests.imports.samples import EVERY, OTHER, PRIMARY, TODAY, child, make_schools, second, xlsx
from tests.imports.test_actions import bring, counts, held, preview, take


@pytest.fixture
def schools(session):
    return make_schools()


def doubtful(row):
    return db.session.scalar(
        select(ImportRow.id).where(ImportRow.import_id == row.id, ImportRow.outcome == RowOutcome.DOUBTFUL)
    )


def decide(row, identifier, said, key=None, ours=()):
    identity = row.id
    db.session.rollback()
    db.write()
    try:
        actions.answer(SYSTEM, identity, identifier, said, key, today=TODAY, sheet=EVERY - set(ours))
        db.session.commit()
    except Refused:
        db.session.rollback()
        raise


@pytest.mark.both_databases
class TestAgain:
    def test_half_put_right_and_sent_again(self, session, schools):
        rows = [child(), second(phone="1381234567")]
        assert bring(rows)["new"] == 1
        assert bring([child(), second(phone="13812345678")]) | {"same": 0} == {
            "new": 1,
            "changed": 0,
            "same": 0,
            "doubtful": 0,
            "refused": 0,
        }
        assert session.scalar(select(func.count()).select_from(Child)) == 2

    def test_two_previews_of_the_same_children_the_later_one_sees_the_earlier(self, session, schools):
        mine, hers = preview(xlsx([child(), second()])), preview(xlsx([child(phone="13911111111"), second()]))
        assert take(mine)["new"] == 2
        done = take(hers)
        assert (done["new"], done["changed"], done["same"], done["doubtful"]) == (0, 0, 1, 1)
        assert session.scalar(select(func.count()).select_from(Child)) == 2
        assert session.scalar(select(Child).where(Child.name == "𬱖䶮")).phone == "13900000001"
        key = session.scalar(select(Child.id).where(Child.name == "𬱖䶮"))
        decide(hers, doubtful(hers), "same", key)
        assert session.scalar(select(Child).where(Child.name == "𬱖䶮")).phone == "13911111111"

    @pytest.mark.parametrize(("ours", "phone"), [(["phone"], "13911111111"), ([], "13900000001")])
    def test_what_another_person_changed_since_the_preview_is_not_undone_silently(self, session, schools, ours, phone):
        bring([child()])
        mine = preview(xlsx([child(class_name="3班")]))
        take(preview(xlsx([child(phone="13911111111")])))
        done = take(mine)
        assert (done["changed"], done["doubtful"]) == (0, 1) and held(mine, RowOutcome.DOUBTFUL) == {
            (2, "changed_since")
        }
        assert session.scalar(select(Child)).phone == "13911111111"
        decide(mine, doubtful(mine), "same", session.scalar(select(Child.id)), ours=ours)
        assert session.scalar(select(Child)).phone == phone
        assert counts(preview(xlsx([child(class_name="3班", phone=phone)]))) == {"same": 1}

    def test_the_same_change_by_another_is_no_reason_to_wait(self, session, schools):
        bring([child()])
        said = xlsx([child(class_name="3班", phone="13911111111")])
        mine = preview(said)
        take(preview(xlsx([child(phone="13911111111")])))
        assert take(mine)["changed"] == 1 and counts(preview(said)) == {"same": 1}


class TestDecided:
    def test_in_two_tabs_the_later_answer_counts_until_it_is_taken_over(self, session, schools):
        bring([child()])
        key, row = session.scalar(select(Child.id)), preview(xlsx([child(name="冉新名")]))
        one = doubtful(row)
        decide(row, one, "same", key)
        decide(row, one, "skip")
        assert take(row)["changed"] == 0 and session.scalar(select(Child.name)) == "𬱖䶮"
        decide(row, one, "same", key)  # the import is taken over: written at once
        assert session.scalar(select(Child.name)) == "冉新名"
        with pytest.raises(Refused) as refused:
            decide(row, one, "skip")
        assert refused.value.problems[0].code == "row_decided"
        decide(row, one, "same", key)  # the same button once more changes nothing
        assert session.scalar(select(func.count()).select_from(Child)) == 1

    def test_after_the_child_went_to_another_school(self, session, schools):
        bring([child()])
        key, row = session.scalar(select(Child.id)), preview(xlsx([child(name="冉新名")]))
        decide(row, doubtful(row), "same", key)
        db.write()
        link = session.scalar(select(Membership).where(Membership.child_id == key, Membership.link == "roll"))
        link.valid_to = TODAY - timedelta(days=1)
        session.add(
            Membership(
                child_id=key, school_id=schools[OTHER].id, link="roll", grade=3, valid_from=TODAY - timedelta(days=1)
            )
        )
        db.session.commit()
        assert take(row)["doubtful"] == 1
        assert held(row, RowOutcome.DOUBTFUL) >= {(2, "roll_elsewhere")}
        assert session.scalar(select(Child.name)) == "𬱖䶮"

    def test_after_the_other_file_took_the_name(self, session, schools):
        """Decided as a child of its own; meanwhile another sheet opened exactly this child."""
        bring([second()])
        row = preview(xlsx([second(member1_name="赵六", member1_phone="13977777777")]))
        one = doubtful(row)
        decide(row, one, "take")
        assert take(row)["new"] == 1
        again = preview(xlsx([second(member1_name="赵六", member1_phone="13977777777")]))
        assert counts(again) == {"same": 1}

    @pytest.mark.parametrize("state", [ImportState.READING, ImportState.APPLYING, ImportState.REFUSED])
    def test_an_import_at_work_or_given_up_takes_no_answer(self, session, schools, state):
        bring([child()])
        key, row = session.scalar(select(Child.id)), preview(xlsx([child(name="冉新名")]))
        one, identity = doubtful(row), row.id
        db.write()
        db.session.get(Import, identity).state = state
        db.session.commit()
        with pytest.raises(Refused):
            decide(db.session.get(Import, identity), one, "same", key)
        assert session.scalar(select(Child.name)) == "𬱖䶮"

    def test_a_row_of_another_import_does_not_exist(self, session, schools):
        from app.errors import NotFound

        bring([child()])
        mine, other = preview(xlsx([child(name="冉新名")])), preview(xlsx([child(name="冉旧名")]))
        key, one = session.scalar(select(Child.id)), doubtful(mine)
        with pytest.raises(NotFound):
            decide(other, one, "same", key)


def test_a_sheet_taken_over_cannot_be_taken_over_or_read_again(session, schools):
    row = preview(xlsx([child()]))
    done = take(row)
    assert take(row) == done and queries.get_import(SYSTEM, row.id).state is ImportState.APPLIED
    assert session.scalar(select(func.count()).select_from(Child).where(Child.unit_id == schools[PRIMARY].unit_id)) == 1


class TestMeanwhile:
    """What happened to the file between the preview and the taking over is said exactly."""

    def test_a_file_opened_meanwhile_names_what_differs(self, session, schools):
        mine = preview(xlsx([child(phone="13911111111"), second()]))
        bring([child(address=""), second()])
        done = take(mine)
        assert (done["doubtful"], done["same"]) == (1, 1)
        (row,) = queries.list_rows(mine, RowOutcome.DOUBTFUL)
        (problem,) = [found.problem for found in row.problems]
        assert problem.code == "opened_since"
        assert problem.values["columns"] == "联系电话：139****1111 → 139****0001"

    def test_a_file_opened_meanwhile_that_contradicts_nothing_is_completed(self, session, schools):
        mine = preview(xlsx([child()]))
        bring([child(address="", phone="")])
        assert take(mine)["changed"] == 1
        assert session.scalar(select(Child)).phone == "13900000001"

    def test_a_changed_file_says_what_was_changed(self, session, schools):
        bring([child()])
        mine = preview(xlsx([child(class_name="3班")]))
        bring([child(phone="13911111111")])
        take(mine)
        (row,) = queries.list_rows(mine, RowOutcome.DOUBTFUL)
        assert row.problems[0].problem.values["columns"] == "联系电话：139****0001 → 139****1111"

    def test_after_a_decision_another_change_is_not_undone(self, session, schools):
        bring([child()])
        key = session.scalar(select(Child.id))
        row = preview(xlsx([child(name="冉新名")]))
        decide(row, doubtful(row), "same", key)
        bring([child(phone="13911111111")])
        assert take(row)["doubtful"] == 1
        assert held(row, RowOutcome.DOUBTFUL) == {(2, "changed_since")}
        one = session.scalar(select(Child))
        assert (one.phone, one.name) == ("13911111111", "𬱖䶮")
        decide(row, doubtful(row), "same", key)
        session.expire_all()
        assert session.scalar(select(Child)).name == "冉新名"
