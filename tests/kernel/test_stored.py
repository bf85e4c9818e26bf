"""Sentences as rows keep them: by code and values, with their words looked up when they are shown."""

import json

import pytest

from app.kernel import sentences
from app.kernel.problems import N_, Problem, Severity, from_stored, to_stored

NOT_READ = "This file is no JSON: line %(line)s, column %(column)s. Export it again."
LUNAR = '"%(text)s" is a day of the lunar calendar. Enter the day that stands on the card, for example 2016-09-01.'


@pytest.fixture
def worded(monkeypatch):
    """Words a sentence anew for one test."""

    def word(code, text):
        assert code in sentences.sentences()
        monkeypatch.setitem(sentences.sentences(), code, text)

    return word


def kept(problem):
    """As the database gives it back."""
    return json.loads(json.dumps(to_stored(problem)))


def test_a_problem_is_kept_by_its_code_and_values():
    assert kept(Problem("day_lunar", LUNAR, {"text": "农历"})) == {"code": "day_lunar", "values": {"text": "农历"}}


def test_what_is_kept_comes_back_as_it_was():
    inner = Problem("silent.long", "it takes too long")
    for one in (
        Problem("day_lunar", LUNAR, {"text": "农历"}, severity=Severity.WARNING),
        Problem("GOES_ON", NOT_READ, {"line": 3, "column": 7}),
        Problem("service_silent", "The road server did not answer with times: %(why)s.", {"why": inner}),
    ):
        assert from_stored(kept(one)) == one


def test_a_sentence_of_another_code_than_its_problem_is_named_beside_it():
    assert kept(Problem("SHAPE", NOT_READ, {"line": 3, "column": 7})) == {
        "code": "SHAPE",
        "said": "file.no_json",
        "values": {"line": 3, "column": 7},
    }


def test_words_that_are_not_ours_are_kept_as_they_are():
    foreign = Problem("why", "HTTP 502: 100%% lost")
    assert kept(foreign) == {"code": "why", "message": "HTTP 502: 100%% lost", "values": {}}
    assert from_stored(kept(foreign)).text() == "HTTP 502: 100% lost"


def test_a_row_is_shown_in_the_words_of_today(worded):
    row = kept(Problem("day_lunar", LUNAR, {"text": "正月初一"}))
    worded("day_lunar", "%(text)s: take the day of the card.")
    assert from_stored(row).text() == "正月初一: take the day of the card."
    assert from_stored(row).text({"%(text)s: take the day of the card.": "%(text)s：以证件为准。"}.get) == (
        "正月初一：以证件为准。"
    )


def test_a_row_that_kept_english_is_shown_in_the_words_of_today(worded):
    row = {"code": "day_lunar", "message": LUNAR, "values": {"text": "正月初一"}, "severity": "warning"}
    assert from_stored(row) == Problem("day_lunar", LUNAR, {"text": "正月初一"}, severity=Severity.WARNING)
    worded("day_lunar", "%(text)s: take the day of the card.")
    assert from_stored(row).text() == "正月初一: take the day of the card."


def test_a_row_that_kept_english_and_no_code_is_found_by_its_words(worded):
    row = {
        "message": "%(child)s: team %(team)s stands in on %(date)s.",
        "values": {"child": "冉䶮", "team": "B", "date": 1},
    }
    worded("bent.substitute", "%(team)s for %(child)s.")
    assert from_stored(row).text() == "B for 冉䶮."


def test_two_codes_with_one_text_are_told_apart_by_the_problem(worded):
    text = "Write at most %(count)s characters."
    worded("words_long", "Shorten it to %(count)s.")
    assert from_stored({"code": "words_long", "message": text, "values": {"count": 5}}).text() == "Shorten it to 5."
    assert from_stored({"code": "reason_long", "message": text, "values": {"count": 5}}).text() == text % {"count": 5}


def test_words_that_nobody_knows_any_more_stand_as_they_were_kept():
    row = {"code": "odd", "message": "Nobody says this: %(what)s.", "values": {"what": "x"}}
    assert from_stored(row).text() == "Nobody says this: x."


def test_a_value_that_a_row_lacks_does_not_take_the_page_away(worded):
    row = kept(Problem("day_lunar", LUNAR, {"text": "正月初一"}))
    worded("day_lunar", "%(text)s, line %(line)s")
    assert from_stored(row).text() == "正月初一, line …"


def test_a_code_from_a_newer_version_is_shown_as_it_is():
    assert from_stored({"code": "not_known_yet", "values": {}}).text() == "not_known_yet"


def test_what_no_value_is_in_a_file_becomes_text():
    assert kept(Problem("x", N_("%(a)s %(b)s"), {"a": 1.5, "b": Severity.ERROR}))["values"] == {
        "a": 1.5,
        "b": "Severity.ERROR",
    }


def test_of_two_codes_with_one_text_the_one_of_the_problem_is_kept():
    text = "The day lies before the birth or in the future. Check the year."
    assert kept(Problem("assessed_on", text)) == {"code": "assessed_on", "values": {}}
    assert kept(Problem("day_outside", text)) == {"code": "day_outside", "said": "day_outside.life", "values": {}}


def test_a_column_of_persons_words_keeps_ours_by_its_code(worded):
    ours = sentences.own("Withdrawn by the asking school.")
    assert ours == "§withdrawn_by_school"
    worded("withdrawn_by_school", "Taken back by the school.")
    assert sentences.words_of(ours) == "Taken back by the school."
    assert sentences.words_of("Withdrawn by the asking school.") == "Taken back by the school."


@pytest.mark.parametrize("words", ["冉䶮外出", "withdrawn_by_school", "§", "§3 of the law", ""])
def test_a_persons_words_stand_as_they_were_written(words):
    assert sentences.words_of(words) == words and sentences.own(words) == words
