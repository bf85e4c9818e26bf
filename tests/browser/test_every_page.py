"""Every page that a role can reach by links, in both languages: it answers, complains of nothing, fits, speaks one
language and is accessible. On the demo district; each endpoint once per role."""

from __future__ import annotations

import io
import re
from collections import deque
from urllib.parse import urlsplit

import pytest
from babel.messages.pofile import read_po
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from app.accounts.models import User
from app.db import db
from app.kernel.clock import today
from app.plans.models import PlanVersion
from app.plans.types import VersionState
from app.schools.models import Teacher
from app.teams.models import TeamMember
from app.timetables.models import Visit, VisitRecord
from app.translations.build import PO
from tests.support.browser import axe
from tests.support.journey import OVERFLOW, Walk, person

PAPERS = re.compile(r"^(print|download|export)_|_feed$|^check_paper$|^static$")
"""Endpoints that send a file: no page to look at."""

VISIBLE = """() => {
  const found = [], seen = (one) => one.checkVisibility({visibilityProperty: true});
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.data.replace(/\\s+/g, " ").trim(), parent = walker.currentNode.parentElement;
    const words = !parent.closest("script, style, template, code, textarea");
    if (text && words && seen(parent)) found.push(text);
  }
  for (const one of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]"))
    for (const name of ["aria-label", "placeholder", "title", "alt"])
      if (one.getAttribute(name) && seen(one)) found.push(one.getAttribute(name).replace(/\\s+/g, " ").trim());
  return [...new Set([document.title, ...found])];
}"""

LINKS = "all => all.map(one => new URL(one.getAttribute('href'), location).href.split('#')[0])"

ENGLISH = re.compile(r"[A-Za-z]{3,}")
ENGLISH_DATA = re.compile(
    r"English|\.xlsx|\.xls|\.csv|\.ics|\.docx|Word(?=和|文)|Excel"  # names of formats and of the other language
    r"|[A-Z]{2,}(?:-[A-Z0-9]+)*"  # short names: PDF, SHA-256, GMFM, WISC-IV, YA509999
    r"|Valhalla|https?://[\w.:/-]+"  # a program's name; addresses of servers
    r"|\b[0-9a-f]{8,}\b"  # seals
    r"|\b(?:admin|auditor|city|district2?|expert|parent|school|special|teacher|test)\b"
)  # accounts, device
TECHNICAL = {"accounts.show_audit"}
"""Pages whose data are names of the program itself: deeds in the trail."""
HAN = re.compile(r"[\u3400-\u9fff]")


def _interface_words() -> dict[str, str]:
    """Chinese word of the interface -> its English source, where the two differ and the Chinese stands for itself."""
    entries = read_po(io.BytesIO(PO.read_bytes()), locale="zh_Hans")
    pairs = ((one.id, one.string) for one in entries if isinstance(one.id, str) and isinstance(one.string, str))
    return {
        chinese: english
        for english, chinese in pairs
        if len(chinese) > 3 and "%(" not in chinese and HAN.search(chinese) and not HAN.search(english)
    }


def _user(app, username: str) -> User:
    with app.app_context():
        user = db.session.query(User).filter_by(username=username).one()
        db.session.expunge(user)
        return user


def _draft(app) -> str:
    """The editor of a plan that is being written; by links it is reached only through the list of drafts."""
    with app.app_context():
        return f"/plans/{db.session.query(PlanVersion).filter_by(state=VersionState.DRAFT).first().id}/edit"


def _to_record(app, teacher: User) -> list[str]:
    """The form of a visit of the teacher's that nobody has recorded; in a week without visits no link leads there."""
    with app.app_context():
        waits = db.session.scalar(
            select(Visit.id).where(
                Visit.day < today(),
                Visit.id.not_in(select(VisitRecord.visit_id)),
                Visit.team_id.in_(select(TeamMember.team_id).join(Teacher).where(Teacher.user_id == teacher.id)),
            )
        )
        return [f"/visits/{waits}/record"] if waits else []


class Crawl:
    """Follow every link of one person, each endpoint once."""

    def __init__(self, app, walk: Walk, judge):
        self.router = app.url_map.bind("127.0.0.1")
        self.walk, self.judge = walk, judge
        self.seen: set[str] = set()
        self.faults: list[str] = []

    def endpoint(self, url: str) -> str | None:
        """The endpoint of an address of ours that shows a page, else None."""
        parts = urlsplit(url)
        if parts.netloc and parts.netloc != urlsplit(self.walk.address).netloc:
            self.faults.append(f"{self.walk.page.url} leads out of the house to {url}")
            return None
        try:
            endpoint, _values = self.router.match(parts.path or "/", method="GET")
        except HTTPException:
            self.faults.append(f"{self.walk.page.url} leads nowhere: {url}")
            return None
        return None if PAPERS.search(endpoint.rpartition(".")[2]) else endpoint

    def run(self, *more: str) -> None:
        """Begin at the first page and at more addresses of ours."""
        waiting = deque(self.walk.address + path for path in ("/", *more))
        page = self.walk.page
        while waiting:
            url = waiting.popleft()
            endpoint = self.endpoint(url)
            if endpoint is None or endpoint in self.seen:
                continue
            self.seen.add(endpoint)
            answer = page.goto(url)
            if answer.status != 200:
                self.faults.append(f"{endpoint} {url}: {answer.status}")
                continue
            if wide := page.evaluate(OVERFLOW):
                self.faults.append(f"{endpoint} {url} scrolls sideways: {wide}")
            self.faults += [f"{endpoint} {url}: {fault}" for fault in self.judge(page, endpoint)]
            waiting += [link for link in page.locator("a[href]").evaluate_all(LINKS) if link.startswith("http")]
        self.faults += self.walk.complaints
        self.walk.complaints.clear()


def chinese_only(page, endpoint: str) -> list[str]:
    """Words of a Chinese page that are English."""
    if endpoint in TECHNICAL:
        return []
    texts = page.evaluate(VISIBLE)
    return [
        f"English on a Chinese page: {text[:120]!r}" for text in texts if ENGLISH.search(ENGLISH_DATA.sub("", text))
    ]


def english_only(words: dict[str, str]):
    """Judge of English pages: no Chinese word of the interface."""

    def judge(page, _endpoint: str) -> list[str]:
        return [
            f"Chinese on an English page: {text[:80]!r}, in English {words[text]!r}"
            for text in page.evaluate(VISIBLE)
            if text in words
        ]

    return judge


ROLES = ("city", "district", "school", "special", "teacher", "expert", "parent", "admin", "auditor")


@pytest.mark.xdist_group("browser")
def test_every_page_in_chinese_answers_fits_and_is_accessible(browser, demo_app, demo_server):
    looked_at: set[str] = set()

    def judge(page, endpoint: str) -> list[str]:
        faults = chinese_only(page, endpoint)
        if endpoint not in looked_at:
            looked_at.add(endpoint)
            try:
                axe(page)
            except AssertionError as refused:
                faults.append(str(refused))
        return faults

    faults, reached = [], {}
    unlinked = {"district": [_draft(demo_app)], "teacher": _to_record(demo_app, _user(demo_app, "teacher"))}
    for role in ROLES:
        with person(browser, demo_server, role, user=_user(demo_app, role), app=demo_app, pictures="pages") as walk:
            crawl = Crawl(demo_app, walk, judge)
            crawl.run(*unlinked.get(role, ()))
        faults += [f"[{role}] {fault}" for fault in crawl.faults]
        reached[role] = crawl.seen
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
    assert {
        "files.show_child",
        "plans.edit_plan",
        "timetables.show_timetable",
        "imports.new_import",
        "assessments.list_assessments",
        "roll.show_roll",
        "family.show_family_tab",
    } <= reached["district"]
    assert "family.show_plan" in reached["parent"]
    assert "visits.record_visit" in reached["teacher"] or not unlinked["teacher"]


@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("role", ["teacher", "parent"])
def test_the_pages_of_a_phone_fit_and_are_accessible(browser, demo_app, demo_server, role):
    def judge(page, endpoint: str) -> list[str]:
        try:
            axe(page)
        except AssertionError as refused:
            return [str(refused)]
        return []

    with person(
        browser, demo_server, role, user=_user(demo_app, role), app=demo_app, pictures="pages", phone=True
    ) as walk:
        crawl = Crawl(demo_app, walk, judge)
        crawl.run()
    assert not crawl.faults, "\n".join(crawl.faults)
    assert len(crawl.seen) >= 3


@pytest.mark.xdist_group("browser")
def test_english_pages_have_no_chinese_interface_words(browser, demo_app, demo_server):
    judge, faults = english_only(_interface_words()), []
    for role in ("district", "teacher", "parent"):
        with person(
            browser, demo_server, role, user=_user(demo_app, role), app=demo_app, pictures="pages", language="en"
        ) as walk:
            crawl = Crawl(demo_app, walk, judge)
            crawl.run()
        faults += [f"[{role}] {fault}" for fault in crawl.faults]
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
