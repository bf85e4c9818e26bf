"""The papers: what stands on them, the same bytes each time, the seal, the watermark."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from hashlib import sha256

import pikepdf
import pytest
from sqlalchemy import func, select

from app.db import db
from app.db.rotation import rotate
from app.plans import actions
from app.plans.documents import plan_pdf, plan_text, summary_pdf
from app.printing.models import Paper, PrintLog
from app.web.filters import today
from tests.factories import plans as make

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def chinese(app):
    """A request of a Chinese reader, in which papers are made."""
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}):
        yield


def text_of(tmp_path, pdf: bytes) -> str:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True).stdout.decode()


def kept(version):
    """The version as a page that prints finds it: saved, and nobody holds the write lock."""
    db.session.commit()
    return version


def pages_of(tmp_path, pdf: bytes) -> int:
    path = tmp_path / "pages.pdf"
    path.write_bytes(pdf)
    with pikepdf.open(path) as document:
        return len(document.pages)


def test_the_whole_plan_stands_on_the_paper(desk, chinese, tmp_path):
    version = kept(make.approved(desk))
    text = text_of(tmp_path, plan_pdf(desk.author, version, NOW))
    flat = "".join(text.split())
    for words in (
        "冉䶮一",
        "冉𬱖",
        "龚㛃",
        "郁山镇中心校",
        "YA25",
        "第1版",
        "生活语文·倾听与说话",
        "能用图片表达日常需要",
        "送教上门",
        "180",
        "2026-11-2411:00",
        "陈老师",
        "盖章",
    ):
        assert words in flat, words
    number = desk.child.document_number
    assert number not in text and f"5{'*' * 16}{number[-1]}" in text
    assert sha256(version.content).hexdigest() in flat


def test_an_approved_paper_is_the_same_bytes_for_everybody(desk, chinese, session):
    version = kept(make.approved(desk))
    first = plan_pdf(desk.author, version, NOW)
    again = plan_pdf(desk.approver, version, datetime(2027, 1, 1, tzinfo=UTC))
    assert first == again
    paper = session.scalar(select(Paper))
    assert paper.sha256 == sha256(first).hexdigest() and first[:5] not in paper.bytes_sealed
    assert session.scalar(select(func.count()).select_from(PrintLog)) == 2


def test_a_stored_paper_outlives_the_rotation_of_keys(desk, chinese, session):
    version = kept(make.approved(desk))
    first = plan_pdf(desk.author, version, NOW)
    session.commit()
    rotate()
    db.write()
    assert plan_pdf(desk.author, version, NOW) == first


def test_a_draft_is_watermarked_and_not_kept(desk, chinese, session, tmp_path):
    version = kept(make.complete_draft(desk))
    text = text_of(tmp_path, plan_pdf(desk.author, version, NOW))
    assert set("草稿DRAFT") <= set(text) and "SHA-256" not in text
    assert session.scalar(select(func.count()).select_from(Paper)) == 0
    assert session.scalar(select(func.count()).select_from(PrintLog)) == 1


@pytest.mark.parametrize("large", [False, True])
def test_the_familys_summary_is_one_page_with_the_plans_numbers(desk, chinese, tmp_path, large):
    pdf = summary_pdf(desk.author, kept(make.approved(desk)), NOW, large=large)
    assert pages_of(tmp_path, pdf) == 1
    flat = "".join(text_of(tmp_path, pdf).split())
    for words in ("冉䶮一", "看图片，指一指自己想要的", "每周2次", "每次90分钟", "每天听一首歌，一起拍手。"):
        assert words in flat, words
    assert "基线" not in flat and desk.child.document_number not in flat


def test_screen_and_paper_say_the_same(desk, chinese):
    version = make.complete_draft(desk)
    before = plan_text(version)
    actions.submit_plan(desk.author, version.id, today=today())
    after = plan_text(actions.approve_plan(desk.approver, version.id, today=today()))
    for name in ("facts", "assessment", "before", "goals", "services", "weekly", "after", "opinion"):
        assert getattr(before, name) == getattr(after, name)
    assert after.content_hash and not before.content_hash
