"""What slices register upwards leads somewhere: pages, menu, tabs and parts of pages, all of them."""

from __future__ import annotations

import uuid

import pytest

from app.children import frame
from app.web import navigation, upward
from app.web.upward import address_of, addresses_of, endpoint_of, opens

ONE = uuid.UUID(int=1)


def test_every_page_that_is_asked_for_exists_with_its_ids(app):
    takes = {rule.endpoint: rule.arguments for rule in app.url_map.iter_rules()}
    for what, (endpoint, ids) in upward._pages.items():
        assert takes.get(endpoint) == set(ids), what


def test_every_entry_and_tab_leads_to_a_page(app):
    endpoints = {way.endpoint for way in navigation._ways} | {part.endpoint for part in frame._parts}
    assert endpoints <= app.view_functions.keys()
    assert set(navigation._under.values()) <= {way.key for way in navigation._ways}
    for begin in navigation._under:
        assert any(endpoint.startswith(begin) for endpoint in app.view_functions), begin


def test_every_part_of_a_page_is_a_template(app):
    for templates in upward._parts.values():
        for template in templates:
            assert app.jinja_env.get_template(template)


def test_an_address_takes_ids_in_order_and_filters_behind(app):
    with app.test_request_context():
        assert address_of("child", ONE) == f"/children/{ONE}"
        assert address_of("children", school=ONE) == f"/children?school={ONE}"
        assert addresses_of("child")(ONE) == address_of("child", ONE)
        assert endpoint_of("child") == "files.show_child"
        with pytest.raises(ValueError, match="zip"):
            address_of("child")


def test_one_page_shows_a_thing():
    with pytest.raises(ValueError, match="files.show_child shows it already"):
        opens("child", "children.edit_child", "child_id")


@pytest.mark.parametrize(
    ("role", "menu"),
    [
        (
            "city_coordinator",
            [
                "/",
                "/steps",
                "/children",
                "/plans",
                "/timetables",
                "/roll",
                "/schools",
                "/coverage",
                "/imports",
                "/settings",
            ],
        ),
        ("visiting_teacher", ["/", "/steps", "/children", "/plans", "/timetables", "/my-week", "/schools"]),
        ("administrator", ["/", "/schools", "/people", "/settings"]),
    ],
)
def test_the_menu_goes_as_a_childs_way_goes(client, sign_in, role, menu):
    sign_in(role)
    page = client.get("/").get_data(as_text=True)
    rail = page[page.index('<nav class="rail"') : page.index("</nav>")]
    assert [link.split('"')[0] for link in rail.split('<li><a href="')[1:]] == menu


@pytest.mark.parametrize(
    ("path", "entry"),
    [("/children", "/children"), ("/children/new", "/children"), ("/plans", "/plans"), ("/legs", "/timetables")],
)
def test_a_page_shows_where_it_stands_in_the_menu(client, sign_in, path, entry):
    sign_in("city_coordinator")
    page = client.get(path).get_data(as_text=True)
    assert f'<a href="{entry}" aria-current="page">' in page
