"""The process that renders: ``python -m app.printing.worker FOLDER NICE``, one job after the other.

It reads a job frame (JSON) from standard input and answers with a frame of JSON (pages or problems) and, when it
printed, a frame of PDF. It holds no application, no database and no network: memory and CPU time are limited, only
``data:`` addresses are read, and the parent kills it when it overruns the wall clock.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import resource
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import BinaryIO
from xml.etree.ElementTree import Element

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from app.kernel import clean_log
from app.kernel.clean_log import places_of
from app.kernel.problems import Problem
from app.printing.frames import read_frame, write_frame
from app.printing.guard import find_problems
from app.printing.problems import PrintRefused, crashed, out_of_memory, too_complex, too_many_pages
from app.printing.tagging import finish
from app.printing.unprintable import Coverage, coverage

MEMORY_LIMIT = 1536 * 1024 * 1024
STYLESHEET = Path(__file__).resolve().parents[2] / "static" / "css" / "print.css"


class ClosedFetcher(URLFetcher):
    """Reads ``data:`` addresses and nothing else: no files, no hosts, no redirects."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)


class Renderer:
    """What is prepared once for all jobs of a process: fonts, coverage, parsed stylesheet."""

    def __init__(self, folder: Path) -> None:
        self.covered: Coverage = coverage(folder)
        self.fetcher = ClosedFetcher()
        self.fonts = FontConfiguration()
        self.stylesheet = CSS(filename=STYLESHEET, font_config=self.fonts, url_fetcher=self.fetcher)

    def print(self, html: str, title: str | None, max_pages: int, note: list[str] | None) -> tuple[bytes, int]:
        """Return the PDF of ``html`` and its number of pages; raise PrintRefused with the reasons why not."""
        source = HTML(string=html, url_fetcher=self.fetcher)
        if title is not None:
            _set_title(source.etree_element, title)
        if problems := find_problems(source.etree_element, self.covered, note):
            raise PrintRefused(problems)
        options = {"stylesheets": [self.stylesheet], "pdf_variant": "pdf/ua-1"}
        document = source.render(font_config=self.fonts, **options)
        if len(document.pages) > max_pages:
            raise PrintRefused(too_many_pages(len(document.pages), max_pages))
        return finish(document.write_pdf(**options)), len(document.pages)


def _set_title(root: Element, title: str) -> None:
    head = root.find("head")
    assert head is not None  # a parser of HTML makes one
    element = head.find("title")
    if element is None:
        element = head.makeelement("title", {})
        head.insert(0, element)
    element.text = title


def serve(jobs: BinaryIO, answers: BinaryIO, renderer: Renderer) -> None:
    """Answer jobs until the other side closes the pipe."""
    while True:
        try:
            job = json.loads(read_frame(jobs))
        except EOFError:
            return
        _allow_cpu(job["cpu_seconds"])
        answer, pdf = _answer(renderer, job)
        write_frame(answers, json.dumps(answer).encode())
        if pdf is not None:
            write_frame(answers, pdf)
        del pdf
        gc.collect()


def _answer(renderer: Renderer, job: dict) -> tuple[dict, bytes | None]:
    try:
        pdf, pages = renderer.print(job["html"], job["title"], job["max_pages"], job["note"])
        return {"pages": pages}, pdf
    except PrintRefused as refused:
        return _refusal(refused.problems), None
    except RecursionError:
        return _refusal([too_complex()]), None
    except MemoryError:
        return _refusal([out_of_memory()]), None
    except Exception as error:
        # Whatever goes wrong in one document stays with that document; the log keeps the place, without its words.
        print(places_of(error), file=sys.stderr)
        return _refusal([crashed()]), None


def _refusal(problems: Iterable[Problem]) -> dict:
    return {"problems": [_plain(problem) for problem in problems]}


def _plain(problem: Problem) -> dict:
    return {name: value for name, value in asdict(problem).items() if name in {"code", "message", "values"}}


def _allow_cpu(seconds: int) -> None:
    """Let this process use ``seconds`` more of CPU time; past them the kernel ends it (SIGXCPU)."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds, hard))


def main(folder: str, nice: str) -> None:
    """Prepare the process (limits, priority, pipes) and serve."""
    os.nice(int(nice))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    clean_log.install()
    clean_log.install_hooks()
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not fall between the frames
    gc.disable()  # rendering is 13 % faster; what is left is collected between jobs
    serve(sys.stdin.buffer, answers, Renderer(Path(folder)))


if __name__ == "__main__":
    main(*sys.argv[1:3])
