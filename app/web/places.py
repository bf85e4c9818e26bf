"""Addresses to go on to: only our own pages that open by following a link."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from app.web.edge import is_clean


def opens(address: str | None) -> bool:
    """True for an address of ours (path and query) that answers GET; never for one that names another machine."""
    if not address or not is_clean(address) or not address.startswith("/") or address.startswith(("//", "/\\")):
        return False
    try:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            return False
        current_app.url_map.bind("localhost").match(parts.path, method="GET")
    except (ValueError, HTTPException):
        return False
    return True


def page_behind(address: str | None) -> str | None:
    """The address itself when it opens, else the nearest above it that does; None when there is none of ours."""
    while address and not opens(address):
        address = address.partition("?")[0].rpartition("/")[0]
    return address or None


def form_page() -> str | None:
    """The page on which stood the form that was just posted."""
    asked = request.full_path.rstrip("?")
    if opens(asked):
        return asked
    try:
        sent = urlsplit(request.headers.get("Referer", ""))
    except ValueError:
        return page_behind(asked)
    there = sent.path + (f"?{sent.query}" if sent.query else "")
    return there if sent.netloc == request.host and opens(there) else page_behind(asked)
