"""Every message of the kernel has its Chinese text with the same placeholders."""

import ast
import json
import re
from pathlib import Path

import app.kernel

KERNEL = Path(app.kernel.__file__).parent
CHINESE = json.loads((KERNEL.parent / "translations/parts/kernel.json").read_text(encoding="utf-8"))


def marked_messages() -> set[str]:
    calls = (node for path in KERNEL.glob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
             if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_")
    return {call.args[0].value for call in calls if isinstance(call.args[0], ast.Constant)}


def test_every_message_is_translated_and_none_is_left_over():
    assert marked_messages() == set(CHINESE)


def test_placeholders_are_the_same():
    for english, chinese in CHINESE.items():
        assert sorted(re.findall(r"%\(\w+\)s", english)) == sorted(re.findall(r"%\(\w+\)s", chinese)), english
