"""Every message of the kernel has its Chinese text with the same placeholders."""

import ast
import json
import re
from pathlib import Path

import app.kernel

KERNEL = Path(app.kernel.__file__).parent
CHINESE = json.loads((KERNEL.parent / "translations/parts/kernel.json").read_text(encoding="utf-8"))


def marked_messages() -> set[str]:
    """The sentences of N_(sentence) and of S_(code, sentence)."""
    places = {"N_": 0, "S_": 1}
    calls = (
        (node, places[node.func.id])
        for path in KERNEL.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in places
    )
    return {call.args[at].value for call, at in calls if isinstance(call.args[at], ast.Constant)}


def test_every_message_is_translated_and_none_is_left_over():
    assert marked_messages() == set(CHINESE)


def test_placeholders_are_the_same():
    for english, chinese in CHINESE.items():
        assert sorted(re.findall(r"%\(\w+\)s", english)) == sorted(re.findall(r"%\(\w+\)s", chinese)), english
