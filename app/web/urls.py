"""Addresses of our pages, built once where they differ in one id only: a list asks for the same address fifty times."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from flask import Flask, current_app, request
from flask.globals import request_ctx

from app.db.base import here
from app.web.quick import switch

_IDS = {uuid.UUID, date}


def url_for(endpoint: str, **values: Any) -> str:
    """As Flask's. Addresses that differ in ids, days and members of enumerations only are remembered, and those of
    static files.

    An id in its normal form and a day need no quoting.
    """
    try:
        now = here(request_ctx)  # one look for what three proxies would say
    except RuntimeError:
        return current_app.url_for(endpoint, **values)
    names: list[str | tuple[str, str]] = []
    ids: list[object] = []
    for name, value in values.items():
        if type(value) in _IDS:
            names.append(name)
            ids.append(value)
        elif isinstance(value, StrEnum) or (endpoint == "static" and name == "filename"):
            names.append((name, str(value)))
        elif value is not None:
            return now.app.url_for(endpoint, **values)
    if endpoint[0] == "." or not switch.on:
        return now.app.url_for(endpoint, **values)
    return _form(now.app, now.request.script_root, endpoint, tuple(names)).format(*ids)


def addresses(endpoint: str, *names: str) -> Callable[..., str]:
    """Return a function id → address of a page with one id, for lists: `url_for(endpoint, <name>=id)`. The endpoint
    with its slice's name; several names take as many values, all of them ids, days, or plain words of ours."""
    if not switch.on:
        return lambda *ids: current_app.url_for(endpoint, **dict(zip(names, ids, strict=True)))
    return _form(here(current_app), request.script_root, endpoint, names).format


@lru_cache(maxsize=4096)
def _form(app: Flask, _root: str, endpoint: str, names: tuple[str | tuple[str, str], ...]) -> str:
    """The address with {0}, {1} … in the places of the ids; a pair is a name with its value."""
    values: dict[str, Any] = {}  # as Flask's own url_for takes them
    stand_ins: list[uuid.UUID] = []
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
