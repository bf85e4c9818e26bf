"""Language of a request: the user's choice, else the browser's, else Chinese; and its words."""

from __future__ import annotations

from collections.abc import Mapping

from flask import g, has_request_context, request, session
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from app.web.quick.words import Words, spoken

__all__ = [
    "LANGUAGES",
    "TAGS",
    "gettext",
    "other_language",
    "select_locale",
    "spoken",
    "template_words",
    "template_words_in",
    "words",
]

LANGUAGES = {"zh_Hans": "中文", "en": "English"}
TAGS = {"zh_Hans": "zh-CN", "en": "en"}


def select_locale() -> str:
    if not has_request_context():
        return "zh_Hans"
    if "locale" not in g:
        chosen = session.get("language")
        if chosen not in LANGUAGES:
            best = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "zh-Hans-CN", "en", "en-US", "en-GB"])
            chosen = "en" if best and best.startswith("en") else "zh_Hans"
        g.locale = chosen
    return g.locale


def other_language() -> tuple[str, str]:
    """Code and own name of the language the switch leads to."""
    code = "en" if select_locale() == "zh_Hans" else "zh_Hans"
    return code, LANGUAGES[code]


words = Words()
gettext = words.gettext
"""`from app.web.i18n import gettext as _`: as Flask-Babel's, without asking the application for the catalogue."""


@pass_eval_context
def template_words(context: EvalContext, text: str, /, **values: object) -> str:
    """`_("...")` in a template: as Jinja's own newstyle gettext (values are escaped, %% is a percent sign).

    The text itself is markup: what a person typed is a value, or goes through the filter `said`.
    """
    return _shown(context, words.gettext(text), values)


@pass_eval_context
def template_words_in(context: EvalContext, meaning: str, text: str, /, **values: object) -> str:
    """`pgettext("deed", "Open")` in a template: the same of a word that has other Chinese in another meaning."""
    return _shown(context, words.pgettext(meaning, text), values)


def _shown(context: EvalContext, found: str, values: Mapping[str, object]) -> str:
    if context.autoescape:
        found = Markup(found)  # noqa: S704  our own words
    return found % values if values or "%" in found else found
