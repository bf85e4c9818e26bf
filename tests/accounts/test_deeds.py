"""Every verb of the audit trail has a name that people read, and the page shows it."""

import ast
from pathlib import Path

import pytest

from app.access import Role
from app.accounts.deeds import SUBJECTS, VERBS
from tests.factories.accounts import make_account, sign_in


def texts_of(node: ast.expr) -> set[str]:
    """The texts that an argument may be; none when the program makes them."""
    if isinstance(node, ast.Constant):
        return {node.value}
    return texts_of(node.body) | texts_of(node.orelse) if isinstance(node, ast.IfExp) else set()


def recorded(place: int) -> set[str]:
    """What the code gives `audit.record` at a place: 1 is the verb, 2 the noun."""
    return {
        text
        for file in Path("app").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
        for text in texts_of(node.args[place])
    }


@pytest.mark.parametrize(("place", "names", "some"), [(1, VERBS, "open_file"), (2, SUBJECTS, "plan_version")])
def test_everything_that_the_code_records_has_a_name(place, names, some):
    assert some in recorded(place)
    assert recorded(place) - set(names) == set()


def test_the_trail_is_read_and_filtered_by_names(app, client):
    make_account(app, "auditor", Role.AUDITOR)
    sign_in(client, "auditor")
    page = client.get("/audit?verb=sign_in").get_data(as_text=True)
    assert '<option value="sign_in" selected>Signed in</option>' in page
    assert '<span title="sign_in">Signed in</span>' in page
    assert "sign_in</span>" not in client.get("/audit?verb=open_file").get_data(as_text=True)
