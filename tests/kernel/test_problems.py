from datetime import date

import pytest

from app.kernel.problems import N_, Checked, Problem, Refused, Severity, errors, refuse_if, refused, warnings

LATE = Problem("late", N_("%(name)s is %(days)s days late."), {"name": "冉䶮", "days": 3})
HINT = Problem("hint", N_("Look again."), severity=Severity.WARNING)


def test_text_fills_the_translated_message():
    catalogue = {LATE.message: "%(name)s迟了%(days)s天。"}
    assert LATE.text(catalogue.get) == "冉䶮迟了3天。"
    assert str(LATE) == "冉䶮 is 3 days late."


def test_a_problem_inside_a_problem_is_translated_too():
    outer = Problem("outer", "Wrong: %(reason)s", {"reason": HINT})
    assert outer.text({"Wrong: %(reason)s": "错误：%(reason)s", "Look again.": "请再看。"}.get) == "错误：请再看。"


def test_a_percent_sign_is_written_twice_in_every_message():
    assert Problem("share", "At most 20%% remote.").text() == "At most 20% remote."


def test_on_binds_to_a_field_and_keeps_the_rest():
    bound = LATE.on("due_on")
    assert (bound.field, bound.code, bound.values) == ("due_on", "late", LATE.values)
    assert LATE.field is None


def test_problems_can_stand_in_a_set():
    assert len({LATE, LATE.on("x"), HINT}) == 3


def test_refused_carries_all_problems_in_order():
    with pytest.raises(Refused) as caught:
        refuse_if([HINT, LATE])
    assert caught.value.problems == (HINT, LATE)
    assert "late" in str(caught.value)


def test_warnings_alone_do_not_refuse():
    refuse_if([HINT])
    assert errors([HINT, LATE]) == (LATE,)
    assert warnings([HINT, LATE]) == (HINT,)


def test_refused_takes_problems_one_by_one_and_needs_one():
    assert Refused(LATE, [HINT]).problems == (LATE, HINT)
    with pytest.raises(ValueError, match="at least one"):
        Refused([])


def test_checked_gives_its_value_or_refuses():
    assert Checked(5, (HINT,)).value_or_refuse() == 5
    assert Checked(5, (HINT,)).ok and Checked(5, (HINT,)).warnings == (HINT,)
    wrong = refused("bad", "Bad %(x)s.", x=1).on("size")
    assert not wrong.ok and wrong.value is None
    assert (wrong.problem.code, wrong.problem.field) == ("bad", "size")
    with pytest.raises(Refused):
        wrong.value_or_refuse()


CHINESE = {
    "%(year)s-%(month)s-%(day)s": "%(year)s年%(month)s月%(day)s日",
    "Until %(day)s.": "到%(day)s为止。",
    "You typed %(text)s.": "您填写的是%(text)s。",
}


@pytest.mark.parametrize("day", ["2026-09-01", date(2026, 9, 1)])
def test_a_day_is_said_as_the_language_writes_days(day):
    problem = Problem("until", "Until %(day)s.", {"day": day})
    assert problem.text(CHINESE.get) == "到2026年9月1日为止。"
    assert problem.text() == "Until 2026-09-01."


def test_what_a_person_typed_and_what_is_no_day_stay_as_they_are():
    assert Problem("x", "You typed %(text)s.", {"text": "2026-09-01"}).text(CHINESE.get) == "您填写的是2026-09-01。"
    assert Problem("x", "Until %(day)s.", {"day": "2026-02-30"}).text(CHINESE.get) == "到2026-02-30为止。"
