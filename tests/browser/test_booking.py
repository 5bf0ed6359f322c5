"""Booking within its budget: two clicks from Today, three from Book; with keys alone; without scripts."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from coaching.models import Booking
from tests.browser.northlight import Hand, half_way

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def booker(db):
    """A nurse who has signed, with a coach who is at work."""
    return half_way(timezone.now()).enrollment


@pytest.fixture
def hand(request, window, sign_in, booker) -> Hand:
    """On a phone; with keys at a desk."""
    page = window(1280 if "keys" in request.node.name else 390)
    sign_in(page.context, booker.clinician)
    hand = Hand(page)
    hand.open("/")
    return hand


def is_booked(page: Page, booker) -> Booking:  # type: ignore[no-untyped-def]
    page.wait_for_url(re.compile("/sessions/[0-9a-f-]+/$"))
    assert "You are booked" in page.locator("h1").inner_text()
    return Booking.objects.get(clinician=booker.clinician)


def test_two_clicks_from_today(hand, booker):
    hand.tap(hand.page.locator("main button.slot").first)
    hand.tap(hand.page.locator(".book-bar button"))

    assert hand.spent() == 2
    is_booked(hand.page, booker)


def test_three_clicks_from_book(hand, booker):
    hand.press("Book", role="link", within=hand.page.get_by_role("navigation"))
    slot = hand.page.locator("label.slot").last
    said = slot.inner_text().strip()
    slot.click()
    hand.taps += 1
    bar = hand.page.locator(".book-bar button")
    assert said in bar.inner_text()  # the button restates the choice
    hand.tap(bar)

    assert hand.spent() == 3
    assert is_booked(hand.page, booker).coaching_session.starts_at


def focus_on(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until what has the focus matches; each stop must be seen and not hidden."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no stop matches {selector}")


def test_keys_alone_from_today(hand, booker):
    page = hand.page
    focus_on(page, "main button.slot")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    focus_on(page, ".book-bar button")
    page.keyboard.press("Space")

    is_booked(page, booker)


def test_keys_alone_from_book(hand, booker):
    """One stop for all the times of a day; arrows choose, Enter books."""
    page = hand.page
    page.goto(reverse("coaching:session_book", args=[booker.public_id]))
    focus_on(page, "input[name=slot]")
    page.keyboard.press("ArrowRight")
    chosen = page.locator("input[name=slot]:checked")
    said = chosen.get_attribute("data-says")
    assert said is not None
    assert said in page.locator(".book-bar button").inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.matches('.book-bar button')")
    page.keyboard.press("Enter")

    is_booked(page, booker)


def test_without_scripts(page_without_javascript, sign_in, booker):
    page = page_without_javascript
    sign_in(page.context, booker.clinician)
    page.goto(reverse("coaching:session_book", args=[booker.public_id]))
    page.locator("label.slot").first.click()
    page.locator(".book-bar button").click()

    booking = is_booked(page, booker)
    page.get_by_role("link", name="Move").first.click()
    page.wait_for_url(f"**{reverse('coaching:booking_move', args=[booking.public_id])}*")
    page.locator("label.slot").last.click()
    page.locator(".book-bar button").click()
    page.wait_for_url(re.compile("/sessions/[0-9a-f-]+/$"))
    booking.refresh_from_db()
    assert booking.move_count == 1
