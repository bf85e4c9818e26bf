"""A blueprint whose pages state their permission where they state their URL; leaving it out is an error at start."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, abort, current_app, g
from flask.typing import ResponseReturnValue

from app.access.permissions import Permission

NEEDS: dict[str, Permission] = {}
View = TypeVar("View", bound=Callable[..., Any])  # as Flask's own decorators: a view keeps its type


class Pages(Blueprint):
    """`pages = Pages("plans", __name__)`; `@pages.get("/plans", needs=Permission.PLANS_READ)`.

    The view function's name is the endpoint. `before` runs ahead of a POST, with the same arguments, while no lock is
    held: for what takes long, such as a password's hash. A page that is `always` there writes a few rows only, and goes
    on when the disk is full.
    """

    def route(
        self,
        rule: str,
        *,
        needs: Permission | None = None,
        before: Callable[..., object] | None = None,
        always: bool = False,
        **options: Any,  # as Blueprint.add_url_rule takes them
    ) -> Callable[[View], View]:
        if needs is None:
            raise TypeError(f"{self.name}: the page {rule} does not say which permission it needs")

        def decorate(view: View) -> View:
            endpoint = f"{self.name}.{view.__name__}"
            if NEEDS.setdefault(endpoint, needs) != needs:
                raise TypeError(f"{endpoint} states two permissions")

            @wraps(view)
            def guarded(*args: object, **values: object) -> ResponseReturnValue:
                actor = g.actor
                if not actor.may(needs):
                    if not actor.signed_in:
                        asked: ResponseReturnValue = current_app.extensions["yian.ask_to_sign_in"]()
                        return asked
                    abort(403)
                page: ResponseReturnValue = current_app.extensions["yian.run_page"](view, args, values, before, always)
                return page

            self.add_url_rule(rule, view.__name__, guarded, **options)
            return cast(View, guarded)

        return decorate

    def get(self, rule: str, **options: Any) -> Callable[[View], View]:
        return self.route(rule, methods=["GET"], **options)

    def post(self, rule: str, **options: Any) -> Callable[[View], View]:
        return self.route(rule, methods=["POST"], **options)

    def form(self, rule: str, **options: Any) -> Callable[[View], View]:
        """GET shows a form, POST takes it."""
        return self.route(rule, methods=["GET", "POST"], **options)
