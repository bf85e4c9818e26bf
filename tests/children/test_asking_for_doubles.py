"""The form asks whether a child has a file already, and leads to it."""

from __future__ import annotations

import re

from tests.children.conftest import names
from tests.children.test_pages import NEW


def test_the_same_name_and_telephone_with_another_birthday_ask_and_lead_to_the_file(client, sign_in, town):
    """A slip in the birth date opened a second file without a word."""
    sign_in("district_coordinator", unit_id=town["here"])
    assert client.submit("/children/new", "new-child", **NEW).status_code == 200
    again = NEW | {
        "birth_on": "2017-03-16",
        "document_kind": "none",
        "document_number": "",
        "document_missing_reason": "lost",
        "guardians-0-name": "王伯",
        "guardians-0-phone": "138-1234 1234",
    }
    page = client.submit("/children/new", "new-child", **again)
    assert page.status_code == 422 and "another birth date" in names(page) and "save all the same" in names(page)
    assert re.search(r'<a href="/children/[0-9a-f-]{36}">王㛃', names(page))
    assert client.submit("/children/new", "new-child", **again, confirmed="y").status_code == 200


def test_a_double_of_another_district_is_named_without_a_link(client, sign_in, town):
    sign_in("district_coordinator", unit_id=town["there"])
    assert client.submit("/children/new", "new-child", **NEW).status_code == 200
    sign_in("district_coordinator", unit_id=town["here"])
    page = client.submit("/children/new", "new-child", **(NEW | {"birth_on": "2017-03-16", "document_number": ""}))
    assert "城口县" in names(page) and "/children/0" not in names(page).replace("/children/new", "")
