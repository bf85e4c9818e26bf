"""Addresses of our pages, built once where they differ in one id only: a list asks for the same address fifty times."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache

from flask import Flask, current_app, has_request_context, request

STAND_IN = str(uuid.UUID(int=0))


def url_for(endpoint: str, **values) -> str:
    """As Flask's. Addresses without values, with one id or one member of an enumeration, and those of static files are
    remembered.

    An id in its normal form needs no quoting.
    """
    app = current_app._get_current_object()
    if len(values) > 1 and None in values.values():
        values = {name: value for name, value in values.items() if value is not None}
    if len(values) < 2 and endpoint[0] != "." and has_request_context():
        if not values:
            return _built(app, request.script_root, endpoint, "", "")[0]
        (name, value), = values.items()
        if (endpoint == "static" and name == "filename") or isinstance(value, StrEnum):
            return _built(app, request.script_root, endpoint, name, value)[0]
        if type(value) is uuid.UUID:
            return str(value).join(_built(app, request.script_root, endpoint, name, STAND_IN))
    return app.url_for(endpoint, **values)


def addresses(endpoint: str, name: str) -> Callable[[uuid.UUID], str]:
    """Return a function id → address of a page with one id, for lists: `url_for(endpoint, <name>=id)`; the endpoint
    with its slice's name."""
    before, after = _built(current_app._get_current_object(), request.script_root, endpoint, name, STAND_IN)
    return lambda value: f"{before}{value}{after}"


@lru_cache(maxsize=4096)
def _built(app: Flask, _root: str, endpoint: str, name: str, value: str) -> list[str]:
    return app.url_for(endpoint, **({name: value} if name else {})).split(STAND_IN)
