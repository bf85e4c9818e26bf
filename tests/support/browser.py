"""A real Chromium, shut off from the network, and the accessibility check on its pages."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

AXE = Path(__file__).resolve().parents[1] / "vendor/axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
TABLET = {"viewport": {"width": 820, "height": 1180}, "is_mobile": True, "has_touch": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}

# Nothing is asked of any machine but this one, and nothing in the background.
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def chromium_path() -> str:
    """The program: YIAN_TEST_CHROMIUM or Debian's. AssertionError when there is none."""
    path = os.environ.get("YIAN_TEST_CHROMIUM", "/usr/bin/chromium")
    assert os.access(path, os.X_OK), f"no Chromium at {path}: run script/test, which installs it"
    return path


def axe(page, context: str | None = None) -> None:
    """Run axe-core on the page as it stands; AssertionError naming every violation and where it is.

    The script is handed over by the debugger, so the page's own content security policy stays as it is.
    """
    if not page.evaluate("() => typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8") + "\n;undefined")
    violations = page.evaluate(
        "([context, tags]) => axe.run(context || document, {runOnly: {type: 'tag', values: tags},"
        " resultTypes: ['violations']}).then(found => found.violations)",
        [context, AXE_TAGS],
    )
    lines = [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
        + "\n".join(f"    {node['target']}: {node['html'][:160]}" for node in violation["nodes"][:5])
        for violation in violations
    ]
    assert not lines, f"{page.url} is not accessible:\n" + "\n".join(lines)


@contextmanager
def watching(page) -> Iterator[list[str]]:
    """Collect what the page complains about: script errors, policy violations, failed loads of its own parts."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"{page.url}: {message.text}")
            if message.type == "error" and not _expected(message.text)
            else None
        ),
    )
    yield complaints


def _expected(text: str) -> bool:
    """A refused form answers 4xx and the console says so; that is no fault of the page."""
    return "the server responded with a status of 4" in text


class _Quiet(WSGIRequestHandler):
    """Serves without a line for every request."""

    def log_request(self, *_arguments) -> None:
        pass


@contextmanager
def served(app) -> Iterator[str]:
    """Serve the application on a free port of this machine, in threads of this process; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
