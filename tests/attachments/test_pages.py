"""Attachments through the pages: added, opened, withdrawn; by whom, and what is refused."""

from __future__ import annotations

import io
import uuid
from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from sqlalchemy import text as text_of_sql

from app.attachments import store
from app.children.sight import keep_past
from app.children.types import SightKind
from app.db import db
from app.kernel import clock
from app.roll.models import RollRequest
from app.roll.types import MovementKind, TransferState
from app.web.filters import today
from tests.attachments.conftest import on_decision, rows, trail
from tests.attachments.samples import DOCX, JPEG, PDF, PNG, XLSX, office
from tests.factories import plans
from tests.support.client import ORIGIN, read_form


def text(answer) -> str:
    return answer.get_data(as_text=True).replace("&#39;", "'").replace("&#34;", '"')


def opened(client, app, number: int = 0):
    """Open the attachment of a number."""
    return client.get(f"/attachments/{rows(app)[0][number].id}")


def test_files_are_added_together_seen_on_the_childs_page_and_opened(app, client, sign_in, town, add):
    sign_in("district_coordinator", unit_id=town.home)
    tab = f"/children/{town.child}/assessment"
    assert f'href="{on_decision(town)}"' in text(client.get(tab))
    page = add(on_decision(town), ("诊断 证明𬱖.PDF", PDF), ("扫描.png", JPEG), ("表.xlsx", XLSX))
    assert page.status_code == 200 and "3 files are added." in text(page)
    for name in ("诊断 证明𬱖.pdf", "扫描.jpg", "表.xlsx"):
        assert name in text(page) and name in text(client.get(tab))
    answer = opened(client, app)
    assert answer.status_code == 200 and answer.get_data() == PDF and answer.mimetype == "application/pdf"
    kind, plain, name = answer.headers["Content-Disposition"].split("; ")
    assert (kind, plain) == ("inline", 'filename="attachment.pdf"')
    assert unquote(name.removeprefix("filename*=UTF-8''")) == "诊断 证明𬱖.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert int(answer.headers["Content-Length"]) == len(PDF)
    assert opened(client, app, 1).mimetype == "image/jpeg"
    assert opened(client, app, 2).headers["Content-Disposition"].startswith("attachment;")
    assert [entry[1:] for entry in trail(app, "add_attachment")] == [
        (town.child, {"to": "decision", "about": str(town.decision), "type": kind, "bytes": size})
        for kind, size in (("pdf", len(PDF)), ("jpeg", len(JPEG)), ("xlsx", len(XLSX)))
    ]
    assert [entry[1] for entry in trail(app, "open_attachment")] == [town.child] * 3


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.pdf", b"", "0 bytes"),
        ("程序.pdf", b"MZ\x90\x00" + bytes(60), "its content is neither"),
        ("宏.docx", office("word/document.xml", "word/vbaProject.bin"), "without macros"),
        ("包.docx", office("mimetype"), "its content is neither"),
        ("坏.xlsx", b"PK\x03\x04" + bytes(60), "its content is neither"),
        ("网页.png", b"<script>alert(1)</script>", "its content is neither"),
        ("大.pdf", PDF + bytes(2 * 1024 * 1024), "larger than 1 MB"),
    ],
)
def test_what_is_refused_is_named_and_takes_the_others_with_it(
    app, client, sign_in, town, add, lying, name, content, words
):
    app.config["ATTACHMENT_MB"] = 1
    sign_in("district_coordinator", unit_id=town.home)
    refused = add(on_decision(town), ("好.png", PNG), (name, content))
    assert refused.status_code == 422 and name in text(refused) and words in text(refused)
    assert "None of the files was added" in text(refused)
    assert rows(app) == ([], []) and lying() == []


def test_no_file_and_too_many_files_are_refused_in_words(app, client, sign_in, town, add, lying):
    sign_in("district_coordinator", unit_id=town.home)
    refused = client.submit(on_decision(town), "add-attachments")
    assert refused.status_code == 422 and "Choose a file." in text(refused)
    refused = add(on_decision(town), *((f"{number}.pdf", PDF) for number in range(21)))
    assert refused.status_code == 422 and "at most 20 files" in text(refused)
    assert rows(app) == ([], []) and lying() == []


def test_nothing_of_a_file_or_its_name_is_readable_at_rest(app, client, sign_in, town, add, lying):
    sign_in("district_coordinator", unit_id=town.home)
    add(on_decision(town), ("冉氏诊断证明.pdf", PDF + "冉氏肢体一级".encode()))
    files = [*lying(), *app.config["INSTANCE"].glob("yian.db*")]
    assert len(lying()) == 1
    for path in files:
        held = path.read_bytes()
        assert "冉氏".encode() not in held and b"%PDF-" not in held, path
        assert path.stat().st_mode & 0o777 == 0o600
    assert {folder.stat().st_mode & 0o777 for folder in (lying()[0].parent, lying()[0].parent.parent)} == {0o700}


def test_a_form_sent_twice_adds_once_and_leaves_one_file(app, client, sign_in, town, lying):
    sign_in("district_coordinator", unit_id=town.home)
    action, fields = read_form(text(client.get(on_decision(town))), "add-attachments")
    for _time in range(2):
        answer = client.post(
            action or on_decision(town),
            data=fields | {"files": [(io.BytesIO(PDF), "证明.pdf")]},
            headers={"Origin": ORIGIN},
            content_type="multipart/form-data",
        )
        assert answer.status_code == 303
    for name, content in (("别的.png", PNG), ("证明.pdf", PDF + b"%another\n")):
        other = client.post(
            action or on_decision(town),
            data=fields | {"files": [(io.BytesIO(content), name)]},
            headers={"Origin": ORIGIN},
            content_type="multipart/form-data",
        )
        assert other.status_code == 422 and "You sent this page before" in text(other)
    assert len(rows(app)[0]) == len(lying()) == 1


def test_one_content_is_kept_once_and_the_same_is_not_added_twice(app, client, sign_in, town, add, lying):
    sign_in("city_coordinator")
    add(on_decision(town), ("证明.pdf", PDF))
    page = add(on_decision(town), ("又一次.pdf", PDF))
    assert "又一次.pdf stands here already" in text(page)
    add(f"/attachments/decision/{town.foreign_decision}", ("会议纪要.pdf", PDF))
    attached, files = rows(app)
    assert [row.subject_id for row in attached] == [town.decision, town.foreign_decision]
    assert len(files) == len(lying()) == 1


def test_a_damaged_file_says_so_and_is_mended_by_adding_it_again(app, client, sign_in, town, add, lying):
    sign_in("district_coordinator", unit_id=town.home)
    add(on_decision(town), ("证明.pdf", PDF))
    whole = lying()[0].read_bytes()
    for broken in (whole[:-1], whole[:8], whole[:20] + bytes([whole[20] ^ 1]) + whole[21:], b"", whole + whole[8:]):
        lying()[0].write_bytes(broken)
        answer = opened(client, app)
        assert answer.status_code == 422 and "damaged or missing" in text(answer)
    lying()[0].unlink()
    assert "damaged or missing" in text(opened(client, app))
    assert trail(app, "open_attachment") == []
    assert "1 file is added" in text(add(on_decision(town), ("证明.pdf", PDF)))
    assert opened(client, app, 1).get_data() == PDF


def test_a_withdrawn_attachment_is_closed_to_all_but_the_auditor(app, client, sign_in, town, add, lying):
    sign_in("district_coordinator", unit_id=town.home)
    add(on_decision(town), ("别家孩子的证明.pdf", PDF))
    attachment = rows(app)[0][0].id
    path = f"/attachments/{attachment}/withdraw"
    refused = client.submit(path, "withdraw-attachment", reason=" ")
    assert refused.status_code == 422 and "Say why" in text(refused)
    second = app.test_client()
    sign_in("district_coordinator", unit_id=town.home, client=second)
    action, fields = read_form(text(second.get(path)), "withdraw-attachment")
    page = text(client.submit(path, "withdraw-attachment", reason="传错了孩子"))
    assert "传错了孩子" in page and "别家孩子的证明" not in page
    late = second.post(action or path, data=fields | {"reason": "也撤"}, headers={"Origin": ORIGIN})
    assert late.status_code == 404
    tab = text(client.get(f"/children/{town.child}/assessment"))
    assert "Attachment withdrawn: 传错了孩子" in tab and "别家孩子的证明" not in tab
    assert client.get(f"/attachments/{attachment}").status_code == 404
    assert len(lying()) == 1 and [entry[1] for entry in trail(app, "withdraw_attachment")] == [town.child]
    auditor = app.test_client()
    sign_in("auditor", client=auditor)
    assert f"/attachments/{attachment}" in text(auditor.get("/audit?verb=withdraw_attachment"))
    assert auditor.get(f"/attachments/{attachment}").get_data() == PDF
    assert trail(app, "open_attachment")[-1][:2] == ("Auditor", town.child)
    assert "1 file is added" in text(add(on_decision(town), ("又是它.pdf", PDF)))


def test_another_district_finds_nothing(app, client, sign_in, town, add):
    sign_in("district_coordinator", unit_id=town.home)
    add(on_decision(town))
    attachment = rows(app)[0][0].id
    sign_in("district_coordinator", unit_id=town.far)
    for path in (on_decision(town), f"/attachments/{attachment}", f"/attachments/{attachment}/withdraw"):
        assert client.get(path).status_code == 404
    for path in (on_decision(town), f"/attachments/{attachment}/withdraw"):
        assert client.post(path, data={"reason": "x"}, headers={"Origin": ORIGIN}).status_code in {400, 404}
    for path in (f"/attachments/decision/{uuid.uuid4()}", f"/attachments/nothing/{town.decision}"):
        assert client.get(path).status_code == 404
    sign_in("auditor")
    assert client.get(f"/attachments/{attachment}").status_code == 404  # it stands, and he sees no children


def test_who_only_reads_opens_and_adds_nothing(app, client, sign_in, town, add, lying):
    sign_in("district_coordinator", unit_id=town.home)
    add(on_decision(town))
    sign_in("school_coordinator", school_id=town.a)
    page = text(client.get(on_decision(town)))
    assert "诊断证明.pdf" in page and "but not add or withdraw" in page and '<input type="file"' not in page
    assert opened(client, app).get_data() == PDF
    app.config["WTF_CSRF_ENABLED"] = False
    refused = client.post(on_decision(town), data={"files": [(io.BytesIO(PNG), "x.png")]}, headers={"Origin": ORIGIN})
    assert refused.status_code == 403 and "but not add or withdraw" in text(refused)
    refused = client.post(
        f"/attachments/{rows(app)[0][0].id}/withdraw", data={"reason": "x"}, headers={"Origin": ORIGIN}
    )
    assert refused.status_code == 422 and "but not add or withdraw" in text(refused)
    assert len(rows(app)[0]) == len(lying()) == 1 and rows(app)[0][0].withdrawn_at is None


def test_after_the_session_has_ended_nothing_is_kept(app, client, sign_in, town, lying):
    sign_in("district_coordinator", unit_id=town.home)
    action, fields = read_form(text(client.get(on_decision(town))), "add-attachments")
    client.delete_cookie("__Host-sid", domain="localhost")
    answer = client.post(
        action or on_decision(town),
        data=fields | {"files": [(io.BytesIO(PDF), "证明.pdf")]},
        headers={"Origin": ORIGIN},
        content_type="multipart/form-data",
    )
    assert answer.status_code in {400, 401} and lying() == [] and rows(app) == ([], [])


def test_a_full_disk_leaves_nothing_and_says_so(app, client, sign_in, town, add, lying, monkeypatch):
    sign_in("district_coordinator", unit_id=town.home)
    app.config.update(PROPAGATE_ERRORS=False)
    monkeypatch.setattr(store, "free_at", lambda _folder: 1024 * 1024)
    answer = add(on_decision(town))
    assert answer.status_code == 507 and "no room left" in text(answer)
    assert lying() == [] and rows(app) == ([], [])


def test_a_paper_of_a_suspension_carries_its_file(app, client, sign_in, town, add):
    sign_in("school_coordinator", school_id=town.a)
    address = f"/attachments/movement/{town.movement}"
    assert address in text(client.get(f"/children/{town.child}/roll"))
    page = text(add(address, ("诊断证明.pdf", PDF), ("出院小结.jpg", JPEG)))
    assert "2 files are added" in page
    assert "出院小结.jpg" in text(client.get(f"/children/{town.child}/roll"))
    sign_in("school_coordinator", school_id=town.c)
    assert client.get(address).status_code == 404


def test_who_answers_a_request_opens_its_paper_and_the_movement_keeps_it(app, client, sign_in, town, add):
    with app.app_context():
        db.write()
        asked = RollRequest(
            child_id=town.child,
            kind=MovementKind.SUSPENSION,
            school_id=town.a,
            effective_on=today(),
            due_on=today() + timedelta(60),
            reason="住院",
            proof="县人民医院诊断证明",
            asked_by_name="陈老师",
            asked_at=clock.now(),
            state=TransferState.OPEN,
        )
        db.session.add(asked)
        db.session.commit()
        request_id = asked.id
    address = f"/attachments/roll_request/{request_id}"
    sign_in("school_coordinator", school_id=town.a)
    assert address in text(client.get(f"/children/{town.child}/roll"))
    add(address, ("诊断证明.pdf", PDF))
    sign_in("district_coordinator", unit_id=town.home)
    assert "诊断证明.pdf" in text(client.get(f"/roll/requests/{request_id}")) and opened(client, app).get_data() == PDF
    assert client.submit(f"/roll/requests/{request_id}", answer="yes").status_code == 200
    attached, files = rows(app)
    assert [row.kind for row in attached] == ["roll_request", "movement"] and len(files) == 1
    assert text(client.get(f"/children/{town.child}/roll")).count("诊断证明.pdf") == 1
    page = text(client.get(f"/attachments/movement/{attached[1].subject_id}"))
    assert "School_Coordinator" in page and "but not add" in text(client.get(address))


def test_the_signed_pages_of_an_approved_version(app, client, sign_in, add):
    with app.app_context():
        db.write()
        desk = plans.make_desk()
        approved = plans.approved(desk)
        draft = plans.begin(desk, copy=True)
        author, unit, approved, draft = desk.users["author"], desk.unit.id, approved.id, draft.id
        db.session.commit()
    sign_in(user=author)
    address = f"/attachments/plan_version/{approved}"
    assert address in text(client.get(f"/plans/{approved}"))
    assert "1 file is added" in text(add(address, ("家长签字.pdf", PDF)))
    assert "家长签字.pdf" in text(client.get(f"/plans/{approved}"))
    assert client.get(f"/attachments/plan_version/{draft}").status_code == 404
    other = app.test_client()
    sign_in("expert", client=other)
    assert other.get(address).status_code == 404
    sign_in("district_coordinator", unit_id=unit)
    assert opened(client, app).get_data() == PDF


def test_a_former_school_opens_what_was_there_in_its_own_years(app, client, sign_in, town, add):
    address, day = f"/attachments/movement/{town.movement}", today()
    sign_in("school_coordinator", school_id=town.a)
    add(address, ("当时.pdf", PDF))
    with app.app_context():
        db.write()
        keep_past(town.child, SightKind.SCHOOL, town.a, "test", on=day)
        db.session.commit()

    def leaves(on: date) -> None:
        with app.app_context():
            db.write()
            db.session.execute(text_of_sql("UPDATE sights SET facts_to = :on WHERE facts_to IS NOT NULL"), {"on": on})
            db.session.commit()

    file = f"/attachments/{rows(app)[0][0].id}"
    # Movement and file were recorded on the day itself: later facts for who left before.
    assert client.get(address).status_code == client.get(file).status_code == 404
    with app.app_context():
        db.engine.raw_connection().execute("DROP TRIGGER sights_no_update")
    leaves(day + timedelta(1))
    page = text(client.get(address))
    assert "当时.pdf" in page and "Add files" not in page and "Withdraw" not in page
    assert client.get(file).get_data() == PDF
    assert "当时.pdf" in text(client.get(f"/children/{town.child}/roll"))
    assert client.get(on_decision(town)).status_code == 404
    assert client.post(
        address, data={"files": [(io.BytesIO(PNG), "x.png")]}, headers={"Origin": ORIGIN}
    ).status_code in {
        400,
        403,
    }


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
def test_pages_open_in_both_languages(app, client, sign_in, town, add, language):
    sign_in("district_coordinator", unit_id=town.home, language=language)
    add(on_decision(town), ("证明.docx", DOCX))
    assert client.get(on_decision(town)).status_code == 200
    assert client.get(f"/attachments/{rows(app)[0][0].id}/withdraw").status_code == 200
