"""Every persona's pages by the rules of ux.md, sections 10 and 11: axe, reflow, keyboard, no scripts.

That nothing is refused by the content security policy and no script fails is checked on every page
of every browser test: `window` in conftest.py.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from coaching.models import Booking
from programs.models import Item
from tests.browser.northlight import Cast, Hand, half_way

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    },
    "resultTypes": ["violations"],
}
PHONE_WIDTHS = (320, 390)
# A theme changes colors and no layout: the dark one is looked at on a phone and a desk.
LOOKS = (("light", 320), ("light", 390), ("light", 1280), ("dark", 390), ("dark", 1280))


@pytest.fixture
def cast() -> Cast:
    return half_way(timezone.now())


def pages_of(cast: Cast) -> dict[str, list[str]]:
    """Persona to the addresses of its pages, the main ones first."""
    enrollment, cohort = cast.enrollment.public_id, cast.cohort.public_id
    organization = cast.cohort.engagement.organization.public_id
    session = cast.booking.coaching_session.public_id
    kinds = (Item.Kind.READING, Item.Kind.PRACTICE, Item.Kind.REFLECTION)
    items = [
        reverse(
            "programs:item_detail",
            args=[
                enrollment,
                Item.objects.filter(module__position=1, kind=kind).earliest("position").public_id,
            ],
        )
        for kind in kinds
    ]
    return {
        "visitor": [
            reverse("accounts:invitation_accept", args=[cast.invitation.token()]),
            reverse("account_login"),
            reverse("coaching:booking_link", args=[cast.booking.link_token]),
            reverse("coaching:booking_link_move", args=[cast.booking.action_token("booking_move")]),
        ],
        "nurse": [
            reverse("outcomes:today"),
            reverse("coaching:session_book", args=[enrollment]),
            *items,
            reverse("programs:learn"),
            reverse("outcomes:progress"),
            reverse("outcomes:organization_view"),
            reverse("accounts:account"),
        ],
        "booked": [
            reverse("coaching:session_detail", args=[session]),
            reverse("coaching:booking_move", args=[cast.booking.public_id]),
            reverse("coaching:booking_cancel", args=[cast.booking.public_id]),
        ],
        "consultant": [
            reverse("outcomes:consultant_today"),
            reverse("programs:cohort_detail", args=[cohort]),
            reverse("accounts:organization_detail", args=[organization]),
            reverse("programs:roster_upload", args=[cohort]),
            reverse("programs:live_slot_list", args=[cohort]),
            reverse("coaching:session_list"),
            reverse("coaching:session_workspace", args=[session]),
            reverse("coaching:availability"),
            reverse("notifications:message_list"),
        ],
        "admin": [
            reverse("outcomes:cohort_report", args=[cohort]),
            reverse("outcomes:overview"),
            reverse("outcomes:people"),
            reverse("outcomes:disclosure_detail"),
        ],
    }


MAIN_PAGES = {"visitor": 1, "nurse": 3, "booked": 1, "consultant": 2, "admin": 1}


@pytest.fixture
def visit(window, sign_in, cast):
    """Return `visit(persona, **options)`: a page on which that persona is signed in."""

    def open_for(persona: str, width: int = 390, **options: object) -> Page:
        page = window(width, **options)
        if persona != "visitor":
            sign_in(page.context, getattr(cast, persona))
        return page

    return open_for


def test_no_main_page_breaks_a_rule_of_accessibility(visit, cast):
    broken = []
    for persona, addresses in pages_of(cast).items():
        page = visit(persona)
        for address in addresses[: MAIN_PAGES[persona]]:
            assert page.goto(address).status == 200
            for theme, width in LOOKS:
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                page.set_viewport_size({"width": width, "height": 800})
                found = Axe().run(page, options=AXE).response["violations"]
                broken += [
                    (address, theme, width, rule["id"], node["html"][:200])
                    for rule in found
                    for node in rule["nodes"]
                ]
    assert broken == []


def test_no_page_scrolls_sideways_on_a_phone(visit, cast):
    wide = []
    for persona, addresses in pages_of(cast).items():
        page = visit(persona)
        for address in addresses:
            assert page.goto(address).status == 200
            for width in PHONE_WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                excess = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if excess > 0:
                    wide.append((address, width, excess))
    assert wide == []


STOP = """() => {
  const here = document.activeElement;
  const ring = (e) => e && getComputedStyle(e).outlineStyle !== "none"
    && parseFloat(getComputedStyle(e).outlineWidth) >= 2;
  const box = here.getBoundingClientRect();
  const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  const label = here.labels?.[0];
  return {
    what: here.outerHTML.slice(0, 120),
    name: here.name || "",
    group: here.type === "radio" ? here.name : "",
    ring: ring(here) || ring(label),
    clear: here === hit || here.contains(hit) || hit?.contains(here) || label?.contains(hit),
  };
}"""


def test_booking_by_keyboard_alone(visit, cast):
    """Tab, arrows and Enter; one stop for each group of radio buttons, each stop to be seen."""
    page = visit("nurse", 1280)
    page.goto(reverse("coaching:session_book", args=[cast.enrollment.public_id]))
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(STOP))
        if stops[-1]["group"] == "slot":
            page.keyboard.press("ArrowDown")
            page.keyboard.press("ArrowUp")
        if "data-restates" in stops[-1]["what"]:
            break
    else:
        pytest.fail("the book button is never reached")

    assert "skip-link" in stops[0]["what"]
    assert [stop["what"] for stop in stops if not (stop["ring"] and stop["clear"])] == []
    groups = [stop["group"] for stop in stops if stop["group"]]
    assert "slot" in groups
    assert len(groups) == len(set(groups))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "You are booked" in page.locator("h1").inner_text()
    assert Booking.objects.filter(clinician=cast.nurse).count() == 1


def test_booking_without_scripts(visit, cast):
    hand = Hand(visit("nurse", java_script_enabled=False))
    hand.open(reverse("outcomes:today"))
    hand.tap(hand.page.locator("main button.slot").first)
    hand.tap(hand.page.locator(".book-bar button"))

    assert "You are booked" in hand.page.locator("h1").inner_text()
    assert Booking.objects.filter(clinician=cast.nurse).count() == 1


def test_a_reading_without_scripts(visit, cast):
    hand = Hand(visit("nurse", java_script_enabled=False))
    hand.open(reverse("outcomes:today"))
    hand.press("Start", role="link")
    while hand.page.get_by_role("button", name="Next").count():
        hand.press("Next")
    hand.press("Finish")

    assert hand.page.locator("h1").inner_text().startswith("Done: ")


def test_a_report_without_scripts(visit, cast):
    hand = Hand(visit("admin", 1280, java_script_enabled=False))
    hand.open(reverse("outcomes:overview"))
    hand.press("Open report", role="link")

    assert "n = 6 enrolled" in hand.words
