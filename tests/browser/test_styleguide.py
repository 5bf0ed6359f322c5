"""Every component in a real browser: axe in both themes, reflow, keyboard, no JavaScript."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from accounts.tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


@pytest.fixture(autouse=True)
def _open_to_all(settings):
    settings.LOCAL_MODE = True


@pytest.mark.parametrize(
    (
        "width",
        "theme",
        "practice_role",
    ),  # each width in each theme; the role changes the frame only
    [
        (320, "light", ""),
        (320, "dark", "consultant"),
        (1280, "light", "consultant"),
        (1280, "dark", ""),
    ],
)
def test_no_component_breaks_a_rule_of_accessibility(
    page_laptop, sign_in, width, theme, practice_role
):
    page = page_laptop
    sign_in(page.context, UserFactory(practice_role=practice_role))
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.goto("/styleguide/")

    found = Axe().run(page, options=AXE)

    broken = [
        (violation["id"], node["target"], node.get("failureSummary", "")[:300])
        for violation in found.response["violations"]
        for node in violation["nodes"]
    ]
    assert broken == []


def test_nothing_is_wider_than_its_window(page_laptop):
    page_laptop.goto("/styleguide/")
    excess = {}
    for width in (1440, 1280, 768, 390, 320):
        page_laptop.set_viewport_size({"width": width, "height": 800})
        excess[width] = page_laptop.evaluate("document.documentElement.scrollWidth - innerWidth")

    assert max(excess.values()) <= 0, excess


def test_the_button_restates_the_chosen_time(page_phone):
    page_phone.goto("/styleguide/")
    slot = page_phone.locator("input[name=slot]:visible").first
    slot.check()

    assert (
        page_phone.locator("[data-restates]").inner_text()
        == f"Book {slot.get_attribute('data-says')}"
    )


def test_choosing_a_day_shows_its_times_without_javascript(page_without_javascript):
    page = page_without_javascript
    page.goto("/styleguide/")

    page.locator("input[name=slot_day]").nth(2).check()

    shown = page.locator("[data-day-panel]:visible")
    assert shown.count() == 1
    assert shown.get_attribute("data-day-panel") == "2"


def test_every_stop_of_the_tab_key_shows_where_it_is(page_laptop):
    page_laptop.goto("/styleguide/")
    seen = []
    for _ in range(25):
        page_laptop.keyboard.press("Tab")
        seen.append(
            page_laptop.evaluate(
                """() => {
                  const here = document.activeElement;
                  const outline = (e) => parseFloat(getComputedStyle(e).outlineWidth) >= 3;
                  const box = here.getBoundingClientRect();
                  const hit = document.elementFromPoint(
                    box.left + box.width / 2, box.top + box.height / 2);
                  return {
                    what: here.outerHTML.slice(0, 80),
                    ring: outline(here) || outline(here.parentElement),
                    clear: here === hit || here.contains(hit) || hit?.contains(here) || false,
                  };
                }"""
            )
        )

    assert "skip-link" in seen[0]["what"]
    assert [stop for stop in seen if not (stop["ring"] and stop["clear"])] == []


def test_a_dialog_closes_by_escape_and_gives_focus_back(page_laptop):
    page_laptop.goto("/styleguide/")
    opener = page_laptop.get_by_role("button", name="Open the dialog")
    opener.click()
    assert page_laptop.get_by_role("dialog").is_visible()

    page_laptop.keyboard.press("Escape")

    assert page_laptop.get_by_role("dialog").count() == 0
    assert opener.evaluate("button => button === document.activeElement")


def test_motion_stops_for_people_who_ask(page_laptop):
    page_laptop.emulate_media(reduced_motion="reduce")
    page_laptop.goto("/styleguide/")

    assert (
        page_laptop.locator(".button").first.evaluate("b => getComputedStyle(b).transitionProperty")
        == "none"
    )
