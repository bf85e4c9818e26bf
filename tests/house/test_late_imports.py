"""What a benchmark imports when it is called is there: no run of the suite calls the long ones, and names move."""

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

MODULES = sorted(str(path) for path in Path("benchmarks").rglob("*.py"))


def lacking(text: str) -> list[str]:
    """The names that `from app… import` asks for anywhere in a module, and nobody has."""
    asked = [
        (node.module, name.name)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and not node.level and (node.module or "").split(".")[0] == "app"
        for name in node.names
    ]
    return [f"{module}.{name}" for module, name in asked if not _is_there(module, name)]


def _is_there(module: str, name: str) -> bool:
    if find_spec(module) is None:
        return False
    found = import_module(module)
    return hasattr(found, name) or (hasattr(found, "__path__") and find_spec(f"{module}.{name}") is not None)


@pytest.mark.parametrize("module", MODULES)
def test_what_a_benchmark_imports_is_there(module):
    assert lacking(Path(module).read_text(encoding="utf-8")) == []


def test_a_name_that_has_moved_is_seen():
    text = "def run():\n    from app.kernel.names import check_name, gone\n    from app.kernel import dates\n"
    assert lacking(text) == ["app.kernel.names.gone"]
