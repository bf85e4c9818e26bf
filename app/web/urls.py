"""Addresses of our pages, built once where they differ in one id only: a list asks for the same address fifty times."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from functools import lru_cache

from flask import Flask, current_app, has_request_context, request

_IDS = {uuid.UUID, date}


def url_for(endpoint: str, **values) -> str:
    """As Flask's. Addresses without values, with ids and days only, with one member of an enumeration, and those of
    static files are remembered.

    An id in its normal form and a day need no quoting.
    """
    app = current_app._get_current_object()
    if None in values.values():
        values = {name: value for name, value in values.items() if value is not None}
    if endpoint[0] != "." and has_request_context():
        if {type(value) for value in values.values()} <= _IDS:
            return _form(app, request.script_root, endpoint, tuple(values)).format(*values.values())
        if len(values) == 1:
            (name, value), = values.items()
            if (endpoint == "static" and name == "filename") or isinstance(value, StrEnum):
                return _built(app, request.script_root, endpoint, name, value)
    return app.url_for(endpoint, **values)


def addresses(endpoint: str, name: str) -> Callable[[uuid.UUID], str]:
    """Return a function id → address of a page with one id, for lists: `url_for(endpoint, <name>=id)`; the endpoint
    with its slice's name."""
    return _form(current_app._get_current_object(), request.script_root, endpoint, (name,)).format


@lru_cache(maxsize=4096)
def _built(app: Flask, _root: str, endpoint: str, name: str, value: str) -> str:
    return app.url_for(endpoint, **{name: value})


@lru_cache(maxsize=4096)
def _form(app: Flask, _root: str, endpoint: str, names: tuple[str, ...]) -> str:
    """The address with {0}, {1} … in the places of the ids."""
    ids = [uuid.UUID(int=number) for number in range(len(names))]
    address = app.url_for(endpoint, **dict(zip(names, ids, strict=True)))
    for number, one in enumerate(ids):
        address = address.replace(str(one), f"{{{number}}}")
    return address
