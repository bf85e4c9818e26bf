"""What is found in a document before it is laid out."""

from __future__ import annotations

import pytest

from app.printing.problems import PrintRefused
from tests.printing.samples import page, plan_child, plan_html

UNCOVERED = "\U0003347b"


def refusal(printer, html):
    """Return the problems for which ``html`` is not printed."""
    with pytest.raises(PrintRefused) as refused:
        printer.render(html)
    return refused.value.problems


def test_a_missing_character_is_named_with_its_text_and_code_point(printer):
    (problem,) = refusal(printer, plan_html(facts=[("姓名", f"龚{UNCOVERED}诺"), ("性别", "女")]))
    assert problem.code == "missing_character"
    assert problem.values["code_point"] == "U+3347B"
    assert f"龚{UNCOVERED}诺" in problem.text()


@pytest.mark.parametrize("field", ["facts", "parts", "goals", "visits", "parties"])
def test_a_missing_character_is_found_in_every_part_of_a_plan(printer, field):
    child = plan_child()
    value = {
        "facts": [(f"甲{UNCOVERED}", "")],
        "parts": [{"title": "一", "text": f"甲{UNCOVERED}"}],
        "goals": [{"long_term": f"甲{UNCOVERED}", "objectives": []}],
        "visits": [child["visits"][0] | {"note": f"甲{UNCOVERED}"}],
        "parties": [{"role": f"甲{UNCOVERED}"}],
    }[field]
    assert [problem.code for problem in refusal(printer, plan_html(**{field: value}))] == ["missing_character"]


def test_each_missing_character_is_named_once(printer):
    problems = refusal(printer, page(f"<p>甲{UNCOVERED}</p><p>乙{UNCOVERED}</p><p>丙\ue123</p>"))
    assert [problem.values["code_point"] for problem in problems] == ["U+3347B", "U+E123"]


def test_a_long_list_of_missing_characters_is_cut(printer):
    problems = refusal(printer, page("".join(map(chr, range(0xE000, 0xE032)))))
    assert len(problems) == 21
    assert problems[-1].values["count"] == 30


def test_a_missing_character_in_the_drawn_text_of_a_picture_is_named(printer):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg"><title>图</title><text>{UNCOVERED}</text></svg>'
    assert refusal(printer, page(svg))[0].code == "missing_character"


def test_half_a_character_is_named_and_does_not_break_the_message(printer):
    (problem,) = refusal(printer, page("<p>甲\ud86a乙</p>"))
    problem.text().encode("utf-8")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<div>" * 200 + "甲" + "</div>" * 200, "too_complex"),
        ("<div>" * 1_000 + "甲", "too_complex"),
        ('<table><tr><td colspan="100000">甲</td></tr></table>', "too_complex"),
        ('<table><tr><td rowspan=" +0099999">甲</td></tr></table>', "too_complex"),
        ("<p>" + "字" * 1_000_000 + "</p>", "too_much_text"),
        ("<!--" + "字" * 5_000_000 + "-->", "too_much_text"),
        ("<p style='break-after: page'>页</p>" * 61, "too_many_pages"),
    ],
)
def test_a_document_that_cannot_be_laid_out_is_refused_and_the_next_one_prints(printer, body, code):
    assert [problem.code for problem in refusal(printer, page(body))] == [code]
    assert printer.render(page("<p>好</p>")).pages == 1


def test_sixty_pages_are_printed(printer):
    assert printer.render(page("<p style='break-after: page'>页</p>" * 60)).pages == 60
