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
    """As Flask's. Addresses that differ in ids, days and members of enumerations only are remembered, and those of
    static files.

    An id in its normal form and a day need no quoting.
    """
    app = current_app._get_current_object()
    if None in values.values():
        values = {name: value for name, value in values.items() if value is not None}
    if endpoint[0] != "." and has_request_context():
        given = [value for value in values.values() if type(value) in _IDS]
        if len(given) == len(values):
            return _form(app, request.script_root, endpoint, tuple(values)).format(*given)
        if endpoint == "static" or all(type(value) in _IDS or isinstance(value, StrEnum) for value in values.values()):
            names = [name if type(value) in _IDS else (name, value) for name, value in values.items()]
            return _form(app, request.script_root, endpoint, tuple(names)).format(*given)
    return app.url_for(endpoint, **values)


def addresses(endpoint: str, *names: str) -> Callable[..., str]:
    """Return a function id → address of a page with one id, for lists: `url_for(endpoint, <name>=id)`. The endpoint
    with its slice's name; several names take as many values, all of them ids, days, or plain words of ours."""
    return _form(current_app._get_current_object(), request.script_root, endpoint, names).format


@lru_cache(maxsize=4096)
def _form(app: Flask, _root: str, endpoint: str, names: tuple[str | tuple[str, str], ...]) -> str:
    """The address with {0}, {1} … in the places of the ids; a pair is a name with its value."""
    values, stand_ins = {}, []
    for name in names:
        if isinstance(name, tuple):
            values[name[0]] = name[1]
        else:
            stand_ins.append(uuid.UUID(int=len(stand_ins)))
            values[name] = stand_ins[-1]
    address = app.url_for(endpoint, **values)
    for number, one in enumerate(stand_ins):
        address = address.replace(str(one), f"{{{number}}}")
    return address
