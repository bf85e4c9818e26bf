"""The frame of a paper and its components, as they come out of the printer."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader

from app.printing.documents import document_html
from app.printing.qr import qr_svg
from tests.printing.samples import FAMILY_FRAME, PLAN_FRAME, ROOT, environment, family_child, family_html, plan_html


def squeezed(text: str) -> str:
    """Return ``text`` without white space: layout puts blanks where it likes."""
    return "".join(text.split())


def test_every_page_carries_file_number_masked_id_version_and_page_count(printer, read_text):
    pages = read_text(printer.render(plan_html()).pdf)
    assert len(pages) > 2
    for number, text in enumerate(map(squeezed, pages), 1):
        for words in ("渝特教档YB-2026-0001", "509999********0018", "个别化教育计划第3版", "2026年9月1日10:30打印"):
            assert words in text
        assert "打印人：陈老师" in text
        assert f"第{number}页/共{len(pages)}页" in text


def watermarked(pages: list[str]) -> list[bool]:
    """Return for each page whether it is marked as a draft (rotated letters read back one by one)."""
    return [set("草稿DRAFT") <= set(text) for text in pages]


def test_a_draft_is_marked_on_every_page_and_an_approved_plan_on_none(printer, read_text):
    draft = read_text(printer.render(plan_html(replace(PLAN_FRAME, draft=True))).pdf)
    assert len(draft) > 2
    assert all(watermarked(draft))
    assert not any(watermarked(read_text(printer.render(plan_html()).pdf)))


def test_the_family_page_is_one_page_of_large_print(printer, read_text):
    printed = printer.render(family_html())
    assert printed.pages == 1
    assert "我要喝水" in "".join(read_text(printed.pdf))


def test_no_row_is_cut_through(printer, read_text):
    lines = "中间\n" * 4
    objectives = [
        dict.fromkeys(("text", "baseline", "criterion", "strategies", "responsible", "review"), "")
        | {"number": str(number), "text": f"始{number}。\n{lines}终{number}。"}
        for number in range(30)
    ]
    pages = list(
        map(squeezed, read_text(printer.render(plan_html(goals=[{"long_term": "目标", "objectives": objectives}])).pdf))
    )
    for number in range(30):
        begins = [place for place, text in enumerate(pages) if f"始{number}。" in text]
        ends = [place for place, text in enumerate(pages) if f"终{number}。" in text]
        assert begins == ends
        assert len(begins) == 1


def test_table_headers_are_repeated_on_each_page(printer, read_text):
    visits = [{"day": f"第{n}天", "time": "", "teacher": "", "minutes": "", "goals": "", "note": ""} for n in range(80)]
    pages = [squeezed(text) for text in read_text(printer.render(plan_html(visits=visits)).pdf)]
    with_visits = [text for text in pages if re.search(r"第\d+天", text)]
    assert len(with_visits) > 1
    assert all("监护人签字" in text for text in with_visits)


def test_an_empty_text_is_shown_as_a_dash_and_paragraphs_are_kept():
    html = plan_html(parts=[{"title": "一", "text": "  "}, {"title": "二", "text": "甲\n\n乙"}])
    assert '<p class="prose none">—</p>' in html
    assert '<p class="prose">甲</p>\n<p class="prose">乙</p>' in html


def test_the_last_row_of_an_info_table_fills_the_width():
    html = plan_html(facts=[("姓名", "甲"), ("性别", "女"), ("期限", "一年")])
    assert re.search(r'<td colspan="3">\s*一年\s*</td>', html)
    assert html.count("<td colspan") == 1


def test_a_signature_space_asks_for_hand_and_seal(printer, read_text):
    last = squeezed(read_text(printer.render(plan_html()).pdf)[-1])
    for words in ("签字：", "（盖章）", "渝北区特殊教育资源中心", "日期：2026年9月1日"):
        assert words in last


def test_a_qr_code_has_a_name_a_role_and_a_font():
    drawing = ElementTree.fromstring(qr_svg("https://yian.example/check/1", '核对 <此> "计划"'))
    assert drawing.get("role") == "img"
    assert drawing.get("font-family") == "Noto Sans SC"
    assert drawing.find("{http://www.w3.org/2000/svg}title").text == '核对 <此> "计划"'
    assert drawing.find("{http://www.w3.org/2000/svg}path") is not None


def test_an_address_too_long_for_a_qr_code_is_an_error():
    with pytest.raises(ValueError):
        qr_svg("https://yian.example/" + "a" * 4000, "x")


def test_document_html_renders_a_template_of_the_application():
    app = Flask(__name__)
    app.jinja_env = environment()
    app.jinja_loader = ChoiceLoader([FileSystemLoader(ROOT / "templates")])
    with app.test_request_context():
        context = {"child": family_child(), "qr": qr_svg("https://yian.example/", "码")}
        assert document_html("sample_family.html", context, FAMILY_FRAME) == _with_same_qr(context)


def _with_same_qr(context: dict) -> str:
    return environment().get_template("sample_family.html").render(**context, frame=FAMILY_FRAME)
