"""The printer: same bytes, tagged, closed to the outside, and alive after every accident."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import pdfua
import pikepdf
import pytest

from app.printing import engine as shared
from app.printing.engine import Engine
from app.printing.pool import Limits
from app.printing.problems import PrintRefused
from tests.printing.samples import FAMILY_FRAME, PLAN_FRAME, ROOT, family_html, page, plan_child, plan_html

CANARY = "canary-5e1f-not-for-paper"


def test_the_same_document_gives_the_same_bytes_in_any_process_and_order(printer, printing_folder):
    first = printer.render(plan_html())
    printer.render(family_html())
    assert printer.render(plan_html()) == first
    other = Engine(printing_folder, size=1)
    try:
        assert other.render(plan_html(), batch=True) == first
    finally:
        other.close()


def test_the_file_carries_no_time_and_an_identifier_of_its_content(printer):
    with pikepdf.open(BytesIO(printer.render(plan_html()).pdf)) as file:
        assert not {"/CreationDate", "/ModDate"} & set(file.docinfo)
        one = bytes(file.trailer.ID[0])
    with pikepdf.open(BytesIO(printer.render(family_html()).pdf)) as file:
        assert bytes(file.trailer.ID[0]) != one


@pytest.mark.parametrize("draft", [False, True])
@pytest.mark.parametrize(("make", "frame"), [(plan_html, PLAN_FRAME), (family_html, FAMILY_FRAME)])
def test_the_papers_are_accessible(printer, tmp_path, make, frame, draft):
    path = tmp_path / "paper.pdf"
    path.write_bytes(printer.render(make(replace(frame, draft=draft))).pdf)
    assert list(pdfua.validate(path).findings) == []


def test_headers_of_columns_and_of_rows_are_told_apart(printer):
    html = page("<table><tr><th>甲<th>乙</tr><tr><th>丙<td>丁</tr></table>")
    with pikepdf.open(BytesIO(printer.render(html).pdf)) as file:
        heads = [item for item in file.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/TH"]
        assert sorted(str(head.A.Scope) for head in heads) == ["/Column", "/Column", "/Row"]


def test_title_and_language_are_in_the_file(printer):
    with pikepdf.open(BytesIO(printer.render(page("<p>好</p>"), title="另名").pdf)) as file:
        assert (str(file.docinfo.Title), str(file.Root.Lang)) == ("另名", "zh-CN")


@pytest.fixture
def listener():
    """Serve on the loopback address and yield (address, requests seen)."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(CANARY.encode())

        def log_message(self, *args):
            """Keep the test's output quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", seen
    server.shutdown()
    server.server_close()


def payloads(address: str) -> list[str]:
    """Return every way known to make the printer read ``address``."""
    return [
        f'<link rel="attachment" href="{address}/a"><a rel="attachment" href="{address}/b">x</a>',
        f'<link rel="stylesheet" href="{address}/c">',
        f'<img alt="x" src="{address}/d"><input type="image" src="{address}/e">',
        f'<object data="{address}/f">x</object><embed src="{address}/g"><iframe src="{address}/h"></iframe>',
        f'<style>@import url("{address}/i"); p {{ background: url("{address}/j") }}</style><p>x</p>',
        f'<style>@font-face {{ font-family: Y; src: url("{address}/k") }} p {{ font-family: Y }}</style><p>x</p>',
        f'<p style="list-style-image: url({address}/l); content: url({address}/m); display: list-item">x</p>',
        f'<svg xmlns="http://www.w3.org/2000/svg"><title>x</title><image href="{address}/n" width="9" height="9"/>'
        f'<use href="{address}/o#a"/></svg>',
        f'<base href="{address}/"><img alt="x" src="p">',
        f'<img alt="x" src="data:image/svg+xml,%3Csvg xmlns=\'http://www.w3.org/2000/svg\'%3E'
        f"%3Cimage href='{address}/q' width='9' height='9'/%3E%3C/svg%3E\">",
    ]


def everything_in(pdf: bytes) -> bytes:
    """Return all streams and strings of a PDF, unpacked."""
    target = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as file:
        assert not file.attachments
        file.save(target, stream_decode_level=pikepdf.StreamDecodeLevel.all, compress_streams=False)
    return target.getvalue()


def test_nothing_outside_the_document_is_read_even_by_a_careless_template(printer, listener, tmp_path):
    address, seen = listener
    canary = tmp_path / "canary.txt"
    canary.write_text(CANARY, "utf-8")
    for place in (address, canary.as_uri(), f"ftp://{address[7:]}"):
        for payload in payloads(place):
            for html in (page(payload), page("<p>好</p>", head=payload)):
                assert CANARY.encode() not in everything_in(printer.render(html).pdf)
    assert seen == []


def test_markup_typed_into_any_field_is_printed_as_text(printer, listener, read_text):
    address, seen = listener
    typed = "".join(payloads(address)) + "{{ 7*7 }}"
    child = plan_child()
    html = plan_html(
        facts=[(typed, typed)],
        parts=[{"title": typed, "text": typed}],
        goals=[{"long_term": typed, "objectives": [dict.fromkeys(child["goals"][0]["objectives"][0], typed)]}],
        visits=[dict.fromkeys(child["visits"][0], typed)],
        parties=[{"role": typed, "name": typed, "signed_on": typed}],
        frame=replace(PLAN_FRAME, title=typed, file_number=typed, version=typed, printed_by=typed),
    )
    text = "".join(read_text(printer.render(html).pdf))
    assert seen == []
    assert "<object" in text
    assert "{{ 7*7 }}" in text


@pytest.fixture(scope="module")
def strict_printer(printing_folder):
    """Return a printer that gives a paper two seconds of CPU."""
    engine = Engine(printing_folder, size=1, limits=Limits(cpu_seconds=2, jobs_per_worker=2))
    yield engine
    engine.close()


def svg_bomb() -> str:
    """Return a drawing of a few lines that unfolds to ten million shapes."""
    groups = "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 8))
    return page(
        '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><title>x</title>'
        f'<defs><rect id="g0" width="1" height="1"/>{groups}</defs><use href="#g7"/></svg>'
    )


def test_a_document_that_takes_too_long_is_stopped_and_the_next_one_prints(strict_printer):
    with pytest.raises(PrintRefused) as refused:
        strict_printer.render(svg_bomb())
    assert [problem.code for problem in refused.value.problems] == ["too_long"]
    assert strict_printer.render(page("<p>好</p>")).pages == 1


def test_the_wall_clock_stops_a_document_too(printing_folder):
    engine = Engine(printing_folder, size=1, limits=Limits(wall_seconds=3))
    try:
        with pytest.raises(PrintRefused) as refused:
            engine.render(svg_bomb())
        assert [(problem.code, problem.values["seconds"]) for problem in refused.value.problems] == [("too_long", 3)]
        assert engine.render(page("<p>好</p>")).pages == 1
    finally:
        engine.close()


def test_a_process_is_replaced_after_its_share_of_jobs(strict_printer, monkeypatch):
    started = []
    pool = strict_printer._now
    start = pool._start
    monkeypatch.setattr(pool, "_start", lambda: started.append(start()) or started[-1])
    for _ in range(5):
        strict_printer.render(page("<p>好</p>"))
    assert len({worker.process.pid for worker in started}) >= 2
    assert not any(worker.is_alive for worker in started[:-1])


def test_a_process_that_died_while_idle_is_replaced(printing_folder):
    engine = Engine(printing_folder, size=1)
    try:
        engine.render(page("<p>好</p>"))
        worker = engine._now._idle[0]
        worker.process.kill()
        worker.process.wait()
        assert engine.render(page("<p>好</p>")).pages == 1
    finally:
        engine.close()


def test_many_threads_share_the_processes(printing_folder):
    engine = Engine(printing_folder, size=2)
    results = []
    threads = [
        threading.Thread(
            target=lambda n=n: results.append((n, engine.render(page("<p style='break-after:page'>好</p>" * n)).pages))
        )
        for n in range(1, 7)
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        engine.close()
    assert sorted(results) == [(n, n) for n in range(1, 7)]


def test_the_process_knows_no_secret_of_the_application(printing_folder, monkeypatch):
    monkeypatch.setenv("YIAN_SECRET_KEY", CANARY)
    engine = Engine(printing_folder, size=1)
    try:
        engine.render(page("<p>好</p>"))
        pid = engine._now._idle[0].process.pid
        with open(f"/proc/{pid}/environ", "rb") as environment:
            assert CANARY.encode() not in environment.read()
        with open(f"/proc/{pid}/limits", encoding="utf-8") as limits:
            assert str(1536 * 1024 * 1024) in next(line for line in limits if line.startswith("Max address space"))
    finally:
        engine.close()


def test_batches_print_at_low_priority(printing_folder):
    engine = Engine(printing_folder, size=1)
    try:
        engine.render(page("<p>好</p>"), batch=True)
        pid = engine._batch._idle[0].process.pid
        assert os.getpriority(os.PRIO_PROCESS, pid) >= min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
    finally:
        engine.close()


def test_the_shared_printer_keeps_its_files_where_it_is_told(printing_folder, tmp_path):
    shared.configure(tmp_path / "printing")
    assert shared.render(page("<p>好</p>")).pages == 1
    assert (tmp_path / "printing" / "fonts.conf").is_file()
    assert shared.unprintable("欧阳㛃") == []
    (problem,) = shared.unprintable("欧阳\ue000")
    assert problem.values["signs"].values["code_point"] == "U+E000"
    shared.configure(printing_folder)


def test_the_render_process_loads_no_database_and_the_web_loads_no_renderer():
    question = "import sys, app.printing.{0}; print(*({{'sqlalchemy', 'weasyprint'}} & set(sys.modules)))"
    answers = [
        subprocess.run(
            [sys.executable, "-c", question.format(module)], capture_output=True, check=True, cwd=ROOT
        ).stdout
        for module in ("worker", "engine")
    ]
    assert answers == [b"weasyprint\n", b"\n"]
