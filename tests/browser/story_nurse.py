"""Steps 3 to 5 of the story: the nurse on her phone."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

from django.utils import timezone

from accounts.models import Invitation
from accounts.services.invitations import accept
from coaching.models import Booking
from notifications.models import Message
from tests.browser.northlight import (
    PASSWORD,
    SECRET,
    Hand,
    World,
    link_in,
    mail_to,
    text_of,
)

NURSE = "ana.ruiz@northfield.example"


def the_nurse_accepts(world: World) -> None:
    """Opening the link twice, as a mail scanner would, consumes nothing."""
    hand = world.nurse
    mail = mail_to(world.post, NURSE, "Maya Lind invites you")
    assert "Northfield" not in str(mail["Subject"])
    link = link_in(mail, "/invitations/")
    for _ in range(2):
        hand.open(link)
        assert "Northfield Hospital" in hand.words
    assert Invitation.objects.filter(accepted_at=None).count() == 9
    assert hand.page.locator("main ol").first.locator("li").count() <= 6
    hand.fill(name="Ana Ruiz", typed_name="Ana Ruiz", password=PASSWORD)
    hand.press("Sign and join")

    assert urlsplit(hand.page.url).path == "/"
    assert "Three things called empathy" in hand.words
    others = Invitation.objects.filter(accepted_at=None, user__email__lt="f").select_related("user")
    for invitation in others:  # four colleagues: enough for a report, not for every unit
        accept(
            invitation=invitation,
            typed_name=invitation.user.name,
            name="",
            password=None,
            now=timezone.now(),
        )


def she_does_the_first_steps(world: World) -> None:
    hand = world.nurse
    hand.spent()
    hand.press("Start", role="link")
    steps = int(hand.page.locator("progress[aria-label=Steps]").get_attribute("max") or 0)
    for _ in range(steps - 1):
        hand.press("Next")
    hand.press("Finish")
    assert hand.spent() == steps + 1  # one tap a step, and nothing to type
    assert "Done: Three things called empathy" in hand.page.locator("h1").inner_text()

    _open_item(hand, "Arriving before a room")
    hand.press("Begin")
    assert hand.page.get_by_role("timer").is_visible()
    hand.press("Finish")
    assert "Arriving before a room" in hand.page.locator("h1").inner_text()

    _open_item(hand, "Where I am starting from")
    last = int(hand.page.locator("progress[aria-label=Steps]").get_attribute("max") or 0)
    for step in range(1, last + 1):
        box = hand.page.locator("main textarea")
        badge = (
            hand.page.locator(".field")
            .filter(has=hand.page.locator("textarea"))
            .get_by_text("Only you")
        )
        assert badge.bounding_box()["y"] < box.bounding_box()["y"]
        box.fill(f"{SECRET} {step}")
        hand.press("Finish" if step == last else "Next")
    assert "Done: Where I am starting from" in hand.page.locator("h1").inner_text()


def _open_item(hand: Hand, title: str) -> None:
    hand.open("/learn/")
    hand.press("What empathy does at the bedside", role="link")
    hand.tap(hand.page.get_by_role("link", name=title).last)


def she_books_in_two_taps(world: World) -> None:
    hand = world.nurse
    hand.open("/")
    hand.spent()
    hand.tap(hand.page.locator("main button.slot").last)
    assert "Kept for you until" in hand.words
    hand.tap(hand.page.locator(".book-bar button"))
    hand.page.wait_for_url(re.compile("/sessions/"))
    assert hand.spent() == 2  # ux.md, section 6: book, fast
    assert "You are booked" in hand.page.locator("h1").inner_text()
    booking = Booking.objects.get()
    assert booking.clinician.email == NURSE

    world.send()
    mail = mail_to(world.post, NURSE, "Confirmed:")
    (calendar,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    entry = calendar.get_content()
    assert "METHOD:REQUEST" in entry
    assert "SEQUENCE:0" in entry
    for word in ("Northfield", "empathy", "Ana"):
        assert word not in text_of(mail).replace("Hello Ana", "")
        assert f"SUMMARY:{word}" not in entry
    assert "Northfield" not in entry


def she_moves_it_from_the_mail(world: World) -> None:
    """Called to theatre: two taps, without signing in. Her phone forgets the session first."""
    before = Booking.objects.select_related("coaching_session").get()
    hand = world.nurse
    hand.page.context.clear_cookies()
    hand.spent()
    link = link_in(mail_to(world.post, NURSE, "Confirmed:"), "/b/")
    hand.open(link)
    hand.taps += 1  # the link itself
    button = hand.page.get_by_role("button", name="Move to").last
    said = re.search(r"\d\d:\d\d", button.inner_text()).group()
    hand.tap(button)
    assert hand.spent() == 2  # ux.md, section 6: move from e-mail
    assert said in hand.words

    booking = Booking.objects.select_related("coaching_session").get()
    starts_at = booking.coaching_session.starts_at
    assert starts_at > before.coaching_session.starts_at
    reminders = Message.objects.filter(kind="coaching.session_reminder", subject_id=booking.pk)
    old = reminders.filter(subject_rev__lt=booking.rev)
    assert list(old.values_list("state", flat=True)) == ["superseded", "superseded"]
    planned = {row.rule: row for row in reminders.filter(subject_rev=booking.rev)}
    for hours in (24, 1):
        assert planned[f"{hours}h"].due_at == starts_at - timedelta(hours=hours)
        assert planned[f"{hours}h"].state == "pending"
    world.send()
    calendar = next(
        part
        for part in mail_to(world.post, NURSE, "Moved to").walk()
        if part.get_content_type() == "text/calendar"
    )
    assert "SEQUENCE:1" in calendar.get_content()
