"""Pages of schools through the browser-like client, which inspects every page it gets."""

from __future__ import annotations

import io
from datetime import date

import pytest
from sqlalchemy import event

from app.access import Role
from app.db import db
from app.schools import queries
from app.schools.reference import LIANGJIANG, unit_id
from app.schools.types import RuleName
from tests.factories.schools import BEIBEI, PENGSHUI, make_school
from tests.support.client import read_form
from tests.support.inspection import parse


@pytest.fixture
def school(app):
    with app.app_context():
        db.write()
        made = make_school("郁山镇中心校", former_name="郁山小学")
        make_school("朝阳小学", BEIBEI)
        db.session.commit()
        return made


@pytest.fixture
def district(sign_in):
    return sign_in(Role.DISTRICT_COORDINATOR, unit_id=unit_id(PENGSHUI))


class TestListSchools:
    def test_search_and_filters(self, client, sign_in, school):
        sign_in(Role.CITY_COORDINATOR)
        for words in ("郁山小学", "yushan", school.code):
            page = client.get("/schools", query_string={"q": words}).text
            assert "郁山镇中心校" in page and "朝阳小学" not in page
        assert "郁山镇中心校" not in client.get(f"/schools?unit={unit_id(BEIBEI)}").text
        assert "No school fits" in client.get("/schools?q=%25&kind=nonsense").text

    def test_a_district_begins_with_its_own(self, client, district, school):
        assert "朝阳小学" not in client.get("/schools").text
        assert "朝阳小学" in client.get("/schools?unit=").text

    def test_schools_of_a_district_stand_as_people_count(self, app, client, district, school):
        names = ["第二小学", "第九小学", "第十小学", "第十一小学"]
        with app.app_context():
            db.write()
            for name in reversed(names):
                make_school(name)
            db.session.commit()
        page = client.get("/schools").text
        places = [page.index(f">{name}<") for name in names]
        assert places == sorted(places)

    @pytest.mark.both_databases
    @pytest.mark.parametrize("role", [Role.CITY_COORDINATOR, Role.DISTRICT_COORDINATOR])
    def test_schools_stand_by_sound_for_everybody(self, app, client, sign_in, role):
        names = ["安子小学", "长寿湖小学", "解放路小学", "乐天小学", "张家坝小学"]
        with app.app_context():
            db.write()
            for name in sorted(names):
                make_school(name)
            db.session.commit()
        sign_in(role, unit_id=None if role is Role.CITY_COORDINATOR else unit_id(PENGSHUI))
        page = client.get("/schools").text
        places = [page.index(f">{name}<") for name in names]
        assert places == sorted(places)
        assert all(
            name in client.get(f"/schools?q={words}").text
            for name, words in (("长寿湖小学", "changshou"), ("乐天小学", "letian"))
        )

    def test_few_queries(self, app, client, district, school):
        statements: list[str] = []
        event.listen(app.extensions["yian.engine"], "before_cursor_execute", lambda *a: statements.append(a[2]))
        client.get("/schools")
        assert len(statements) <= 8


class TestEditSchool:
    def test_a_new_name(self, client, district, school):
        page = client.submit(f"/schools/{school.id}/edit", name="郁山民族学校", latitude="29.5", longitude="108.3")
        assert "郁山民族学校" in page.text and "郁山镇中心校" in page.text and "108.30000" in page.text

    def test_a_wrong_point_is_said_at_its_field(self, client, district, school):
        page = client.submit(f"/schools/{school.id}/edit", latitude="106.5", longitude="29.5")
        assert page.status_code == 422 and "does not lie in Chongqing" in page.text

    def test_a_picture_in_a_name_is_said_at_its_field(self, client, district, school):
        page = client.submit(f"/schools/{school.id}/edit", name="郁山😀学校")
        assert page.status_code == 422 and "cannot be part of a school" in page.text

    def test_other_districts_and_readers_cannot(self, client, sign_in, school):
        sign_in(Role.DISTRICT_COORDINATOR, unit_id=unit_id(BEIBEI))
        assert client.get(f"/schools/{school.id}/edit").status_code == 404
        assert client.get(f"/schools/{school.id}").status_code == 200
        sign_in(Role.SCHOOL_COORDINATOR, school_id=school.id)
        assert client.get(f"/schools/{school.id}/edit").status_code == 403

    def test_a_new_school_begins_in_a_district_of_its_coordinator(self, client, district, sign_in, school):
        page = client.get("/schools/new").get_data(as_text=True)
        assert offered(page, "division_code") == ["500243"] and offered(page, "unit_id") == [str(unit_id(PENGSHUI))]
        assert read_form(page)[1]["division_code"] == "500243"
        assert offered(client.get(f"/schools/{school.id}/edit").get_data(as_text=True), "division_code") == ["500243"]
        sign_in(Role.DISTRICT_COORDINATOR, unit_id=unit_id(LIANGJIANG))
        page = client.get("/schools/new").get_data(as_text=True)
        assert offered(page, "division_code") and "500243" not in offered(page, "division_code")
        sign_in(Role.CITY_COORDINATOR)
        assert len(offered(client.get("/schools/new").get_data(as_text=True), "division_code")) > 30

    def test_a_school_is_made_moved_and_merged(self, client, sign_in, school):
        sign_in(Role.CITY_COORDINATOR)
        made = client.submit(
            "/schools/new",
            code="2150777777",
            name="人和小学",
            unit_id=str(unit_id(LIANGJIANG)),
            division_code="500243",
            opened_on="2020-09-01",
        )
        assert "人和小学" in made.text and "两江新区" in made.text
        address = made.request.path
        moved = client.submit(f"{address}/move", unit_id=str(unit_id(BEIBEI)), on="2026-01-05")
        assert "北碚区" in moved.text and "两江新区" in moved.text
        merged = client.submit(f"{address}/edit", closed_on="2026-08-31", successor_code=school.code)
        assert "This school was merged into" in merged.text and "郁山镇中心校" in merged.text

    def test_teachers(self, client, sign_in, school):
        sign_in(Role.SCHOOL_COORDINATOR, school_id=school.id)
        page = client.submit(f"/schools/{school.id}/teachers/new", name="龚㛃", number="T1", skills="语言训练，康复")
        assert "龚㛃" in page.text and "康复" in page.text
        assert client.submit(f"/schools/{school.id}/teachers/new", name="陈", number="T1").status_code == 422


def offered(page: str, name: str) -> list[str]:
    (field,) = [one for one in parse(page).iter("select") if one.get("name") == name]
    return [option.get("value") for option in field.iter("option")]


class TestSettings:
    def test_a_rule_and_a_preset(self, app, client, district, school):
        unit = unit_id(PENGSHUI)
        page = client.submit(f"/settings/rules/visit_allowance_fen?unit={unit}", value="120.50", source="彭水教委")
        assert "120.50" in page.text
        client.submit(f"/settings/preset?unit={unit}", preset="ningxia", source="彭水教委会议")
        with app.app_context():
            assert queries.rule_value(unit, RuleName.VISITS_PER_WEEK, date(2100, 1, 1)) == 1
            assert queries.rule_value(unit, RuleName.VISIT_ALLOWANCE_FEN, date(2100, 1, 1)) == 12050

    def test_a_wrong_value_is_said(self, client, district):
        for value in ("5", "many", ""):
            page = client.submit(f"/settings/rules/lesson_minutes?unit={unit_id(PENGSHUI)}", value=value, source="x")
            assert page.status_code == 422, value

    def test_only_ones_own(self, client, district):
        assert client.get("/settings/rules/lesson_minutes").status_code == 404
        assert client.get(f"/settings/rules/lesson_minutes?unit={unit_id(BEIBEI)}").status_code == 404
        assert client.get(f"/settings?unit={unit_id(BEIBEI)}").status_code == 200
        assert client.get("/calendar/years/import").status_code == 404

    def test_a_term(self, client, district):
        address = f"/settings/terms/2027/1?unit={unit_id(PENGSHUI)}"
        page = client.submit(address, starts_on="2027-09-01", ends_on="2028-01-21", source="校历")
        assert "校历" in page.text
        assert client.submit(address, starts_on="2027-09-01", ends_on="2027-08-01", source="校历").status_code == 422


class TestCalendar:
    def test_both_calendars_of_a_month(self, client, district):
        page = client.get("/calendar?year=2026&month=2").text
        assert "Spring Festival" in page and "shifted working day" in page and "outside the terms" in page

    def test_a_year_without_data_is_loud(self, client, district):
        page = client.get("/calendar?year=2027").text
        assert "The holidays of 2027 are not known." in page and "notice bad" in page
        assert "are not known" not in client.get("/calendar?year=2026").text

    def test_an_administrator_imports_a_year(self, client, sign_in):
        sign_in(Role.ADMINISTRATOR)
        refused = client.submit("/calendar/years/import", year="2027")
        assert refused.status_code == 422 and "does not know 2027" in refused.text
        days = "日期,类型,名称\n2027-01-01,放假,元旦\n2027-02-20,上班,春节\n".encode("gb18030")
        page = client.submit(
            "/calendar/years/import", year="2027", source="国办发明电〔2026〕1号", days=(io.BytesIO(days), "2027.csv")
        )
        assert "国办发明电〔2026〕1号" in page.text and "元旦" in page.text
        wrong = client.submit("/calendar/years/import", year="2027", source="x", days=(io.BytesIO(b"x,y"), "2027.csv"))
        assert wrong.status_code == 422

    def test_a_closure_and_back(self, client, district):
        page = client.submit(
            f"/calendar/closures/new?unit={unit_id(PENGSHUI)}", first="2026-09-02", last="2026-09-03", reason="高温停课"
        )
        assert page.text.count("高温停课") >= 2
        blank = client.submit(
            f"/calendar/closures/new?unit={unit_id(PENGSHUI)}", first=" ", last="　", reason="高温停课"
        )
        assert blank.status_code == 422
        made = client.submit(
            f"/calendar/make-up-days/new?unit={unit_id(PENGSHUI)}", day="2026-09-12", acts_as="2", reason="补课"
        )
        assert "Wednesday" in made.text and "补课" in made.text
        forms = [part.split('"')[0] for part in made.text.split('action="')[1:] if part.startswith("/calendar/days/")]
        back = client.submit(made.request.full_path, form=forms[0].replace("&amp;", "&"))
        assert "Taken back." in back.text

    def test_a_closure_or_a_make_up_day_on_a_day_that_was_set_before_says_so(self, client, district):
        closures = f"/calendar/closures/new?unit={unit_id(PENGSHUI)}"
        make_up = f"/calendar/make-up-days/new?unit={unit_id(PENGSHUI)}"
        client.submit(closures, first="2026-09-02", last="2026-09-03", reason="高温停课")
        second = client.submit(closures, first="2026-09-03", last="2026-09-03", reason="考试")
        assert "was closed already and keeps its reason: 高温停课" in second.text
        assert "0 days are closed" not in second.text
        refused = client.submit(make_up, day="2026-09-03", acts_as="2", reason="补课")
        assert refused.status_code == 422 and "Schools are closed on this day: 高温停课" in refused.text
        assert 'value="补课"' in refused.text
        assert client.submit(make_up, day="2026-09-12", acts_as="2", reason="补课").status_code == 200
        assert client.submit(make_up, day="2026-09-12", acts_as="2", reason="补课").status_code == 200
        other = client.submit(make_up, day="2026-09-12", acts_as="4", reason="补周五的课")
        assert other.status_code == 422 and "make-up day already: 补课" in other.text
