"""Many papers in one file."""

from __future__ import annotations

from io import BytesIO

import pdfua
import pikepdf
import pytest
from pikepdf import Dictionary

from app.printing.packets import merge
from tests.printing.samples import family_html, page, plan_html


@pytest.fixture
def papers(printer):
    """Return papers of 1, 2, 3 and 1 pages, each page naming its child."""
    counts = {"甲": 1, "乙": 2, "丙": 3, "丁": 1}
    sheets = "<p style='break-after: page'>孩子{}</p>"
    return [printer.render(page(sheets.format(child) * count)).pdf for child, count in counts.items()]


def test_each_child_starts_on_a_right_hand_page_and_shares_no_sheet(papers, read_text):
    pages = [text.strip() for text in read_text(merge(papers))]
    assert pages == ["孩子甲", "", "孩子乙", "孩子乙", "孩子丙", "孩子丙", "孩子丙", "", "孩子丁"]
    for front, back in zip(pages[::2], pages[1::2], strict=False):
        assert back in ("", front)


def test_for_one_sided_printing_no_blank_page_is_added(papers, read_text):
    assert len(read_text(merge(papers, duplex=False))) == 7


def test_a_blank_page_has_the_size_of_the_page_before(papers):
    with pikepdf.open(BytesIO(merge(papers))) as packet:
        boxes = {tuple(round(float(edge)) for edge in sheet.mediabox) for sheet in packet.pages}
    assert boxes == {(0, 0, 595, 842)}


def test_the_same_papers_give_the_same_packet(papers):
    assert merge(papers) == merge(papers)


def test_an_empty_packet_is_an_error():
    with pytest.raises(ValueError, match="nothing to merge"):
        merge([])


@pytest.fixture
def plans(printer):
    """Return two plans, with tables and headings."""
    return [printer.render(make()).pdf for make in (plan_html, family_html, plan_html)]


def test_a_packet_stays_accessible_and_is_named(plans, tmp_path):
    path = tmp_path / "packet.pdf"
    path.write_bytes(merge(plans, title="九月打印包"))
    assert list(pdfua.validate(path).findings) == []
    with pikepdf.open(path) as packet, packet.open_outline() as outline:
        assert str(packet.docinfo.Title) == "九月打印包"
        assert str(packet.Root.Lang) == "zh-CN"
        assert [item.title for item in outline.root] == ["个别化教育计划", "给一诺家的一页纸", "个别化教育计划"]


def test_every_tag_of_a_packet_stands_on_its_own_page(plans):
    with pikepdf.open(BytesIO(merge(plans))) as packet:
        pages = {page.objgen for page in packet.pages}
        tags = [item for item in packet.objects if isinstance(item, Dictionary) and item.get("/Type") == "/StructElem"]
        assert {tag.Pg.objgen for tag in tags if "/Pg" in tag} <= pages
        numbers = list(packet.Root.StructTreeRoot.ParentTree.Nums)
        owners = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        assert len(owners) == len(numbers) // 2
        for page in packet.pages:
            if "/StructParents" in page:
                assert {tag.Pg.objgen for tag in owners[int(page.StructParents)]} == {page.objgen}


def test_header_names_do_not_meet_between_papers(plans):
    with pikepdf.open(BytesIO(merge(plans))) as packet:
        cells = [item for item in packet.objects if isinstance(item, Dictionary) and item.get("/S") in ("/TH", "/TD")]
        names = [str(cell.ID) for cell in cells if "/ID" in cell]
        wanted = {str(name) for cell in cells for name in cell.get("/A", {}).get("/Headers", [])}
        assert len(names) == len(set(names))
        assert wanted
        assert wanted <= set(names)
