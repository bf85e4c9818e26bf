"""Every message of the engine has its Chinese text with the same placeholders."""

import ast
import json
import re
from pathlib import Path

import app.routing

ROUTING = Path(app.routing.__file__).parent
PARTS = ROUTING.parent / "translations/parts"
CHINESE = json.loads((PARTS / "routing.json").read_text(encoding="utf-8"))


def marked_messages():
    """The sentences of N_(sentence) and of S_(code, sentence)."""
    return {
        node.args[{"N_": 0, "S_": 1}[node.func.id]].value
        for path in ROUTING.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"N_", "S_"}
    }


def test_every_message_is_translated_and_none_is_left_over():
    everywhere = {text for part in PARTS.glob("*.json") for text in json.loads(part.read_text(encoding="utf-8"))}
    assert set(CHINESE) <= marked_messages() <= everywhere


def test_placeholders_are_the_same():
    for english, chinese in CHINESE.items():
        assert sorted(re.findall(r"%\(\w+\)s", english)) == sorted(re.findall(r"%\(\w+\)s", chinese)), english


def test_the_engine_knows_nothing_of_the_web_or_the_database():
    allowed = {"app.routing", "app.kernel"}
    for path in ROUTING.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                heavy = {"numba"} if path.name != "compiled.py" else set()  # which only compiled modules import
                assert name.split(".")[0] not in {"flask", "sqlalchemy", "wtforms"} | heavy, path
                assert not name.startswith("app.") or ".".join(name.split(".")[:2]) in allowed, path
