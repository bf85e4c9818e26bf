"""The life of a request: who acts, one transaction, repeated forms, headers.

A page that writes (every POST) holds the write lock from its start, so that what it reads is still true when it
commits. A page that prints notes that under the lock and typesets before it: see app.printing.ahead. Anything below
status 400 is committed before the answer leaves; anything else is undone.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from hashlib import file_digest, sha256
from io import BytesIO
from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text

from app.access.pages import View
from app.db import audit, db
from app.errors import no_room, show
from app.kernel import clock
from app.kernel.problems import N_, Problem
from app.web.edge import CleanRequest
from app.web.front import REFUSED
from app.web.given_back import AGAIN, run_given_back, sealed_form
from app.web.models import FormPost
from app.web.places import form_page

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'"
)
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "payment=(), usb=()",
}
SAFE = {"GET", "HEAD", "OPTIONS"}
LONGEST_ADDRESS = 16_384


def init_app(app: Flask) -> None:
    app.extensions["yian.run_page"] = run_page
    app.jinja_env.globals["form_page"] = form_page  # for the pages of an ended session
    app.jinja_env.globals["sealed_form"] = sealed_form
    app.before_request_funcs.setdefault(None, [])[:0] = [_refuse_foreign_host, _refuse_unread]  # before CSRF is asked
    app.before_request(_refuse_unreadable)
    app.before_request(_refuse_foreign_origin)
    app.after_request(_finish)
    app.after_request(_headers)


def begin_write(*, small: bool = True) -> None:
    """Give up what was read and take the write lock. Rows loaded before must be loaded again.

    What is noted beside a page is `small`: it goes on when the disk is full.
    """
    db.session.rollback()
    db.write(small=small)


def keep_now() -> None:
    """Commit at once what must stay although the answer is a refusal (a failed guess, an audit of a refusal)."""
    db.session.commit()


def sent_switch(name: str) -> bool:
    """What a button of two says, "1" or "0". Anything else is refused: it would count as one of the two, and end
    somebody's access or give it."""
    sent = request.form.get(name)
    if sent not in {"1", "0"}:
        abort(400)
    return sent == "1"


def note_opening(child_id: uuid.UUID, page: str) -> None:
    """Remember that this page opened a child's file; it is written to the trail when the page is done, once a child."""
    openings = g.setdefault("openings", [])
    if child_id not in {noted for noted, _page in openings}:
        openings.append((child_id, page))


def run_page(
    view: View,
    args: tuple[object, ...],
    values: dict[str, object],
    before: Callable[..., object] | None = None,
    always: bool = False,
) -> ResponseReturnValue:
    """Run a page; called by `Pages` after the permission was checked. `before`, `always`: see there."""
    if before and request.method not in SAFE:
        before(*args, **values)
    if request.method in SAFE:
        return view(*args, **values)
    if AGAIN in request.form:
        begin_write()
        return run_given_back(view, args, values)
    key = _form_key()
    body = _body_hash() if key else ""  # of a large file it takes a while: before the lock
    begin_write(small=always)
    return _once(view, args, values, key, body) if key else view(*args, **values)


def _once(
    view: View, args: tuple[object, ...], values: dict[str, object], key: uuid.UUID, body: str
) -> ResponseReturnValue:
    """The same form key again gives the same answer; with other words the form is shown again, with these words and
    what became of the earlier ones. Nothing is written by that."""
    if not db.is_sqlite:  # SQLite writes one after the other anyway; here a twin waits until the first has committed
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key.int >> 65})
    earlier = _earlier(key)
    if earlier is not None:
        return _again(earlier, body, lambda: view(*args, **values))
    response = current_app.make_response(view(*args, **values))
    if response.status_code in {301, 302, 303}:
        db.session.add(
            FormPost(
                key=key,
                user_id=g.actor.user_id,
                endpoint=request.endpoint,
                body_hash=body,
                at=clock.now(),
                status=response.status_code,
                location=response.headers.get("Location"),
            )
        )
    return response


def _body_hash() -> str:
    """The hash of all that was sent: every field, every file by its name and its content."""
    db.must_be_free("a file is hashed")
    said = sha256()
    for name, value in sorted(request.form.items(multi=True), key=lambda pair: pair[0]):
        if name != "csrf_token":
            said.update(f"{name}={value}&".encode("utf-8", "surrogatepass"))
    for name, file in sorted(request.files.items(multi=True), key=lambda pair: pair[0]):
        if file.filename:
            said.update(f"&{name}={file.filename}=".encode("utf-8", "surrogatepass"))
            file.stream.seek(0)  # `before` may have read it
            said.update(file_digest(cast(BytesIO, file.stream), "sha256").digest())
            file.stream.seek(0)
    return said.hexdigest()


def _form_key() -> uuid.UUID | None:
    try:
        return uuid.UUID(request.form.get("form_key", ""))
    except ValueError:
        return None


def _earlier(key: uuid.UUID) -> FormPost | None:
    limit = clock.now() - timedelta(hours=48)
    return db.session.scalar(select(FormPost).where(FormPost.key == key, FormPost.at > limit))


def _again(earlier: FormPost, body: str, run: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    if (earlier.endpoint, earlier.user_id) != (request.endpoint, g.actor.user_id):
        abort(409)
    if earlier.body_hash == body:
        return redirect(earlier.location or request.path, code=earlier.status)
    g.sent_before = earlier.at  # every form refuses itself with that: see app.web.forms
    response = current_app.make_response(run())
    if response.status_code < 400:  # a page of buttons only, without words that could be lost
        abort(409)
    return response


def _refuse_foreign_host() -> ResponseReturnValue | None:
    """A request under a name that is not ours: links on papers and pages would lead to whoever made the name up."""
    asked = request.environ.get("HTTP_HOST")
    if asked is None or host_of(asked) in current_app.config["OWN_HOSTS"]:
        return None
    return show(
        400,
        [
            Problem(
                "foreign_host",
                N_(
                    "This server does not answer under this name. Use the address that your administrator gave you; "
                    "administrators set it as YIAN_PUBLIC_URL."
                ),
            )
        ],
    )


def host_of(asked: str) -> str:
    """The name in a Host header, without the port; "" when it is none."""
    try:
        return (urlsplit(f"//{asked}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _refuse_unread() -> ResponseReturnValue | None:
    """A request that was too slow or too large to be read whole, or had no room: see app.web.front."""
    status = request.environ.get(REFUSED)
    if status == 507:
        return no_room()
    if status:
        abort(status)
    return None


def _refuse_unreadable() -> None:
    """No address of ours holds a control sign; dropping it would lead to another thing than the one that was asked.

    None is longer than this either: what the server itself refuses for its length goes out without our headers.
    """
    if cast(CleanRequest, request).strays:
        abort(404)
    if len(request.environ.get("QUERY_STRING", "")) + len(request.path) > LONGEST_ADDRESS:
        abort(414)


def _refuse_foreign_origin() -> None:
    """A write must come from our own pages (beside the CSRF token)."""
    if request.method in SAFE:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(400)
    origin = request.headers.get("Origin")
    if origin and origin != "null" and origin.rstrip("/") != request.host_url.rstrip("/"):
        abort(400)


def _finish(response: Response) -> Response:
    if "yian.session" not in current_app.extensions or request.endpoint == "static":
        return response
    session = db.session
    if response.status_code >= 400:
        session.rollback()
        return response
    session.commit()
    openings = g.get("openings")
    if openings:
        begin_write()
        for child_id, page in openings:
            audit.record(g.actor, "open_file", "child", child_id, child_id=child_id, page=page)
        session.commit()
    return response


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if response.status_code == 429:
        response.headers.setdefault("Retry-After", str(g.get("wait_seconds", 60)))
    if request.endpoint == "static" and response.status_code < 400:
        response.headers["Cache-Control"] = "public, max-age=86400"
    else:
        response.headers["Cache-Control"] = "no-store"
    return response
