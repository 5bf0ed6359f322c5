"""The player in a browser: its budgets, the connection gone, the clock, keys alone, no scripts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from core.acting import acting_as
from programs.models import Item, PracticeLog, Reflection, ScenarioStep
from programs.tests.factories import (
    CohortFactory,
    EnrollmentFactory,
    ItemFactory,
    ModuleFactory,
    ProgramVersionFactory,
)
from programs.tests.kinds import BODIES, TWO_QUESTIONS
from tests.browser.northlight import Hand

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SIX_STEPS = {
    "steps": [{"title": f"Step {n}", "markdown": "One idea."} for n in range(1, 7)],
    "sources": [],
}
TEXT = "Her hands went still before she asked."


@pytest.fixture
def learner(db):
    """In an open cohort with a reading of six steps, and an item of each kind that one types in."""
    version = ProgramVersionFactory(modules=0)
    module = ModuleFactory(version=version, items=0)
    bodies = {
        Item.Kind.READING: SIX_STEPS,
        Item.Kind.REFLECTION: TWO_QUESTIONS,
        Item.Kind.PRACTICE: BODIES[Item.Kind.PRACTICE],
        Item.Kind.SCENARIO: BODIES[Item.Kind.SCENARIO],
    }
    for kind, body in bodies.items():
        ItemFactory(module=module, kind=kind, body=body, title=f"The {kind}", minutes=5)
    opened = timezone.now() - timedelta(days=1)
    return EnrollmentFactory(cohort=CohortFactory(version=version, everything_open_at=opened))


@pytest.fixture
def hand(request, window, sign_in, learner) -> Hand:
    """On a phone; at 320 px without scripts."""
    plain = "scripts" in request.node.name
    page = window(320, java_script_enabled=False) if plain else window(390)
    sign_in(page.context, learner.clinician)
    return Hand(page)


def open_item(hand: Hand, learner, kind: str) -> Item:  # type: ignore[no-untyped-def]
    item = Item.objects.get(module__version=learner.cohort.version_id, kind=kind)
    hand.open(reverse("programs:item_detail", args=[learner.public_id, item.public_id]))
    return item


def test_five_minutes_of_reading_take_seven_taps_and_no_typing(hand):
    hand.open(reverse("programs:learn"))
    hand.spent()
    hand.press("Start", role="link")
    for _ in range(5):
        hand.press("Next")
    hand.press("Finish")
    assert hand.spent() == 7
    assert "Done: The reading" in hand.page.locator("h1").inner_text()


def test_practice_is_logged_in_two_taps(hand, learner):
    hand.open(reverse("programs:learn"))
    hand.spent()
    hand.press("Log practice", role="link")
    hand.press("10 min")
    assert hand.spent() == 2
    log = PracticeLog.objects.get()
    assert (log.minutes, log.item.kind) == (10, Item.Kind.PRACTICE)


def test_a_minute_without_a_connection_loses_nothing(hand, learner):
    item = open_item(hand, learner, Item.Kind.REFLECTION)
    page = hand.page
    page.context.set_offline(True)
    page.locator("textarea").fill(TEXT)
    page.get_by_role("button", name="Next").click()
    expect(page.locator("[data-unsent-note]")).to_be_visible()
    assert page.locator("textarea").input_value() == TEXT

    page.context.set_offline(False)
    page.wait_for_url(re.compile(r"step=2"))
    with acting_as(learner.clinician_id):
        assert Reflection.objects.get(item=item).answers["noticed"] == TEXT


def test_a_text_typed_offline_is_there_after_the_page_was_closed(hand, learner):
    open_item(hand, learner, Item.Kind.REFLECTION)
    page = hand.page
    page.context.set_offline(True)
    page.locator("textarea").fill(TEXT)
    page.wait_for_function("Object.keys(sessionStorage).some(key => key.startsWith('draft:'))")
    page.context.set_offline(False)
    page.reload()
    expect(page.locator("textarea")).to_have_value(TEXT)


def test_a_page_made_before_the_last_save_is_asked_for_again(hand, learner):
    """The reload overtook the save: its empty box would be sent over the text."""
    open_item(hand, learner, Item.Kind.REFLECTION)
    page = hand.page
    draft = page.locator("form[data-draft]").get_attribute("data-draft")
    page.evaluate("draft => sessionStorage.setItem(`revision:${draft}`, '1')", draft)
    asked = []
    page.on("request", lambda sent: sent.is_navigation_request() and asked.append(sent.url))

    page.reload()
    page.wait_for_function("!Object.keys(sessionStorage).some(key => key.startsWith('revision:'))")
    page.wait_for_load_state("networkidle")

    assert len(asked) == 2  # and not a third time: the server has nothing newer


def test_the_clock_by_keys_resumes_paused_and_logs_nothing_by_itself(hand, learner):
    open_item(hand, learner, Item.Kind.PRACTICE)
    page = hand.page
    hand.press("Begin")
    toggle = page.locator("[data-timer-toggle]")
    expect(toggle).to_be_visible()  # the script is there
    toggle.focus()
    page.keyboard.press("Space")
    expect(toggle).to_have_text("Pause")
    expect(page.get_by_role("timer")).to_have_text("4:58")
    page.keyboard.press("Space")
    expect(toggle).to_have_text("Go on")

    state = learner.item_states.get()
    for _ in range(50):  # the page tells the server at a pause; nobody waits for an answer
        state.refresh_from_db()
        if state.position.get("seconds"):
            break
        page.wait_for_timeout(100)
    page.evaluate("sessionStorage.clear()")  # the phone forgot; the server did not
    page.reload()
    expect(page.locator("[data-timer-toggle]")).to_have_text("Go on")
    assert page.get_by_role("timer").inner_text() < "4:59"
    assert not PracticeLog.objects.exists()
    hand.press("Finish")
    page.wait_for_url(re.compile("/done/"))
    assert PracticeLog.objects.get().source == "timer"


def test_a_conversation_by_keys_puts_focus_on_the_next_line(hand, learner):
    open_item(hand, learner, Item.Kind.SCENARIO)
    page = hand.page
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("h2[data-focus]").first).to_be_focused()
    assert page.get_by_role("status").filter(has_text="You said").count() == 1
    hand.press("Try again from here")
    assert ScenarioStep.objects.filter(is_rewind=True, to_node="open").count() == 1


def test_all_of_it_works_without_scripts_on_the_smallest_phone(hand, learner):
    page = hand.page
    open_item(hand, learner, Item.Kind.SCENARIO)
    page.get_by_role("radio").last.check()
    hand.press("Say it")
    assert "Your way through it" in hand.words
    assert _is_narrow(page)

    open_item(hand, learner, Item.Kind.PRACTICE)
    hand.press("Begin")
    assert _is_narrow(page)
    hand.press("Finish")
    assert PracticeLog.objects.count() == 1

    open_item(hand, learner, Item.Kind.REFLECTION)
    page.locator("textarea").fill(TEXT)
    hand.press("Next")
    hand.press("Finish")
    with acting_as(learner.clinician_id):
        assert Reflection.objects.get().submitted_at
    open_item(hand, learner, Item.Kind.REFLECTION)
    assert "Who reads it" in hand.words
    assert _is_narrow(page)


def _is_narrow(page: Page) -> bool:
    """Nothing reaches beyond the window: measured by its widest box, without a script of the page."""
    right = max(
        (box["x"] + box["width"])
        for box in (one.bounding_box() for one in page.locator("main *:visible").all())
        if box
    )
    return right <= 321
