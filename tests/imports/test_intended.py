"""Where a child that is not on a roll yet is meant to be: kept from the sheet, offered at enrolment, ended by it."""

import uuid

import pytest
from sqlalchemy import delete, select

from app.access import SYSTEM, Actor, Grant, Role
from app.children.models import Child, Sight, TimelineEvent
from app.children.types import SightKind
from app.imports import queries
from app.imports.types import RowOutcome
from app.roll.actions import change_status
from app.roll.models import IntendedPlace, Membership
from app.roll.types import MovementKind, RollStatus, Signer
from app.schools.models import School
from tests.imports.samples import OTHER, PRIMARY, SPECIAL, TODAY, child, make_schools, xlsx
from tests.imports.samples import second as another
from tests.imports.test_actions import counts, preview, take
from tests.imports.test_sheets import codes

pytestmark = pytest.mark.both_databases


@pytest.fixture
def schools(session):
    return make_schools()


def second(name, **changes):
    return another(name=name, **changes)


class TestWhereAChildIsMeantToBe:
    """A row without a student number keeps its school, grade, class, attending and delivering school."""

    def meant(self, session):
        return session.execute(
            select(IntendedPlace, School.code)
            .join(School, School.id == IntendedPlace.school_id)
            .where(IntendedPlace.valid_to.is_(None))
        ).one_or_none()

    def test_a_new_row_keeps_its_place_as_fields_and_on_the_timeline(self, session, schools):
        take(
            preview(
                xlsx(
                    [
                        second(
                            "王甲",
                            grade="四年级",
                            class_name="7班",
                            class_number="12",
                            attending_code=SPECIAL,
                            delivering_code=OTHER,
                        )
                    ]
                )
            )
        )
        place, code = self.meant(session)
        assert (code, place.grade, place.class_name, place.class_number) == (PRIMARY, 4, "7班", "12")
        assert (place.attending_id, place.delivering_id) == (schools[SPECIAL].id, schools[OTHER].id)
        (what,) = [event.values["what"] for event in session.scalars(select(TimelineEvent)) if "what" in event.values]
        assert PRIMARY in what and "四年级" in what and "7班" in what
        assert session.scalars(select(Membership)).all() == []

    def test_the_same_row_again_changes_nothing(self, session, schools):
        rows = [second("王甲", grade="四年级", class_name="7班", delivering_code=SPECIAL)]
        take(preview(xlsx(rows)))
        assert counts(preview(xlsx(rows))) == {"same": 1}

    @pytest.mark.parametrize("placement", ["", "随班就读", "延缓入学"])
    def test_a_changed_row_changes_only_what_it_says(self, session, schools, placement):
        row = {"grade": "四年级", "class_name": "7班", "attending_code": SPECIAL, "placement": placement}
        take(preview(xlsx([second("王甲", **row)])))
        again = preview(
            xlsx(
                [
                    second(
                        "王甲",
                        grade="五年级",
                        class_name="",
                        attending_code="",
                        delivering_code=SPECIAL,
                        placement=placement,
                    )
                ]
            )
        )
        (found,) = queries.list_rows(again, RowOutcome.CHANGED)
        assert found.changes == {"grade": (4, 5), "delivering_code": (None, SPECIAL)}
        take(again)
        place, _code = self.meant(session)
        assert (place.grade, place.class_name) == (5, "7班")
        assert place.attending_id == place.delivering_id == schools[SPECIAL].id
        assert len(session.scalars(select(IntendedPlace)).all()) == 2

    def test_a_file_that_has_no_such_place_yet_gets_it(self, session, schools):
        take(preview(xlsx([second("王甲")])))
        session.execute(delete(IntendedPlace))
        session.commit()
        again = preview(xlsx([second("王甲", grade="六年级")]))
        (found,) = queries.list_rows(again, RowOutcome.CHANGED)
        assert found.changes["school_code"] == (None, PRIMARY)
        take(again)
        assert self.meant(session).IntendedPlace.grade == 6

    def test_another_school_sees_the_file_and_the_old_one_no_more(self, session, schools):
        take(preview(xlsx([second("王甲")])))
        take(preview(xlsx([second("王甲", school_code=SPECIAL)])))
        holders = set(
            session.scalars(select(Sight.holder_id).where(Sight.kind == SightKind.SCHOOL, Sight.valid_to.is_(None)))
        )
        assert holders == {schools[SPECIAL].id}

    def test_another_school_cannot_take_the_child_over_with_its_sheet(self, session, schools):
        take(preview(xlsx([second("王甲")])))
        other = Actor(uuid.uuid4(), "乙", (Grant(Role.SCHOOL_COORDINATOR, school_id=schools[SPECIAL].id),))
        row = preview(xlsx([second("王甲", school_code=SPECIAL)]), other)
        assert codes(row) == {2: ["child_elsewhere"]}

    def test_a_student_number_that_comes_later_puts_the_child_there_and_ends_it(self, session, schools):
        placed = {
            "grade": "四年级",
            "class_name": "7班",
            "delivering_code": SPECIAL,
            "placement": "送教上门",
            "attendance": "送教上门",
            "lrc": "",
        }
        take(preview(xlsx([child(**placed, student_number="")])))
        assert self.meant(session) is not None
        later = placed | {"class_name": ""}
        assert take(preview(xlsx([child(**later)])))["changed"] == 1
        assert self.meant(session) is None
        links = {str(row.link): row for row in session.scalars(select(Membership))}
        assert (links["roll"].class_name, links["roll"].grade) == ("7班", 4)
        assert links["delivering"].school_id == schools[SPECIAL].id

    def test_a_child_that_has_left_gets_no_place(self, session, schools):
        take(preview(xlsx([second("王甲")])))
        one = session.scalar(select(Child))
        change_status(
            SYSTEM,
            one,
            RollStatus.DECEASED,
            kind=MovementKind.DEATH,
            on=TODAY,
            reason="",
            proof="证明",
            approved_by=Signer(uuid.uuid4(), "乙"),
            today=TODAY,
        )
        session.commit()
        assert self.meant(session) is None
        assert counts(preview(xlsx([second("王甲", grade="六年级")]))) == {"same": 1}
