"""Language of a request: the user's choice, else the browser's, else Chinese."""

from __future__ import annotations

from flask import g, has_request_context, request, session

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
