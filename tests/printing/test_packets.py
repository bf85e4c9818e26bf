"""Many papers in one file."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest

from app.printing.packets import merge
from tests.printing.samples import page


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
