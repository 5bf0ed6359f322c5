"""Every page as each of its readers, parsed: what a browser, a screen reader and a phone need."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest

from tests.policies import POLICIES
from tests.test_access_matrix import arguments_of, path_of
from tests.world import World

pytestmark = pytest.mark.usefixtures("db")
LARGEST_BYTES = 60_000
NO_PAGE = ("healthz/", "readyz/", "admin/", "api/")  # no HTML, or Django's own
FILES = (
    ".csv",
    ".ics",
    ".json",
    ".jwt",
    ".md",
    ".xlsx",
    ".zip",
    "/pdf/",
    "/badge/",
    ".twee",
    ".svg",
    ".pdf",
)
TYPICAL = ("anonymous", "clinician", "admin", "consultant", "owner")
# The style guide shows a refused form's summary, and of its fields only some.
SAMPLES = {
    ("styleguide/", "broken fragment #id_again-channel"),
    ("styleguide/", "broken fragment #id_again-consent"),
}
UNLABELED_TYPES = {"hidden", "submit", "button", "reset", "image"}


@pytest.fixture
def db() -> None:
    """See tests/conftest.py."""


def readers(route: str) -> list[str]:
    opened = " ".join(who for who, status in (POLICIES[route].get or {}).items() if status == 200)
    return [persona for persona in TYPICAL if persona in opened.split()]


PAGES = [
    (route, persona)
    for route in POLICIES
    if not route.startswith(NO_PAGE) and not route.endswith(FILES)
    for persona in readers(route)
]


def page(site: World, route: str, persona: str) -> tuple[bytes, Element]:
    rule = POLICIES[route]
    response = site.client(persona).get(path_of(route, arguments_of(site, rule)))
    assert response.status_code == 200
    return response.content, html5lib.parse(response.content, namespaceHTMLElements=False)


def faults(tree: Element) -> list[str]:
    """What is wrong with a page, in words."""
    found: list[str] = []
    elements = list(tree.iter())
    ids = [element.get("id") for element in elements if element.get("id")]
    known = set(ids)
    labeled = {element.get("for") for element in tree.iter("label")}
    inside = {control for label in tree.iter("label") for control in label.iter()}
    if len(ids) != len(known):
        found.append(f"ids used twice: {sorted(one for one in known if ids.count(one) > 1)}")
    if (count := len(list(tree.iter("h1")))) != 1:
        found.append(f"{count} h1")
    if not tree.get("lang"):
        found.append("no lang")
    if not (tree.findtext("head/title") or "").strip():
        found.append("no title")
    for element in elements:
        found += element_faults(element, known, labeled, inside)
    return found


def element_faults(
    element: Element, ids: set[Any], labeled: set[str | None], inside: set[Element]
) -> list[str]:
    attributes = element.attrib
    name = f"<{element.tag} {attributes.get('name') or attributes.get('id') or ''}>"
    found = [
        f"{attribute} on {name}"
        for attribute in attributes
        if attribute == "style" or (attribute.startswith("on") and len(attribute) > 2)
    ]
    if int(attributes.get("tabindex", "0")) > 0:
        found.append(f"positive tabindex on {name}")
    if element.tag == "img" and "alt" not in attributes:
        found.append(f"no alt: {attributes.get('src')}")
    href = attributes.get("href", "") if element.tag == "a" else ""
    if len(href) > 1 and href[0] == "#" and href[1:] not in ids:
        found.append(f"broken fragment {href}")
    for attribute in ("aria-describedby", "aria-labelledby", "aria-controls"):
        found += [
            f"{attribute} of {name} names no element: {one}"
            for one in attributes.get(attribute, "").split()
            if one not in ids
        ]
    is_control = element.tag in ("select", "textarea") or (
        element.tag == "input" and attributes.get("type", "text") not in UNLABELED_TYPES
    )
    if is_control and not (
        attributes.get("id") in labeled
        or element in inside
        or attributes.get("aria-label")
        or attributes.get("aria-labelledby")
    ):
        found.append(f"no label: {name}")
    return found


@pytest.mark.parametrize(("route", "persona"), PAGES)
def test_a_page_is_sound_html_and_small(site, route, persona):
    content, tree = page(site, route, persona)

    assert [fault for fault in faults(tree) if (route, fault) not in SAMPLES] == []
    assert route == "styleguide/" or len(content) < LARGEST_BYTES  # it shows everything at once


@pytest.mark.parametrize("kind", ["reading", "reflection", "practice", "scenario", "check"])
@pytest.mark.usefixtures("site")
def test_each_kind_of_step_is_sound_html(site, kind):
    arguments = arguments_of(site, POLICIES["learn/"]) | {"item_id": site.items[kind].public_id}
    route = "enrollments/<uuid:enrollment_id>/items/<uuid:item_id>/"
    response = site.client("clinician").get(path_of(route, arguments))

    assert faults(html5lib.parse(response.content, namespaceHTMLElements=False)) == []


def test_the_parser_sees_each_fault():
    tree = html5lib.parse(
        "<html><title></title><h1>a</h1><h1>b</h1><p id=x style=a onclick=b tabindex=2></p>"
        "<p id=x><img src=y><input name=z><a href='#gone'>c</a>",
        namespaceHTMLElements=False,
    )

    assert len(faults(tree)) == 10
