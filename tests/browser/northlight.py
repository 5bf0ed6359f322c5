"""The practice of the browser tests as it stands before their story begins, and its visitors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Locator, Page

from accounts.models import Invitation, Practice, User
from accounts.services.invitations import accept, invite
from accounts.services.organizations import create_organization
from accounts.services.units import create_unit
from accounts.tests.factories import MembershipFactory, UserFactory
from coaching.engine.hours import Rule
from coaching.models import Booking, SessionType
from coaching.services.availability import set_weekly_hours
from coaching.services.bookings import book
from coaching.services.slots import find_open_slots
from notifications.services.dispatch import dispatch_due
from notifications.tests.smtp import Post
from programs.models import Cohort, Enrollment, ProgramVersion
from programs.services.cohorts import create_cohort
from programs.services.engagements import create_engagement
from programs.services.enrollments import enroll
from programs.services.versions import import_program

PASSWORD = "quiet harbor lantern window"
ZONE = "America/Chicago"
NURSES = ("Ana Ruiz", "Ben Okafor", "Cara Lindqvist", "Dev Patel", "Eli Stone", "Fay Wong")
SECRET = "The man in bed nine and his red scarf"
PROGRAM = "foundations-clinical-empathy"


def open_practice() -> None:
    """The practice, its program, what can be booked."""
    Practice.objects.create(name="Northlight", sender_name="Northlight", time_zone=ZONE)
    # Two days of notice: whatever the hour of the test, a booking may still be moved freely.
    SessionType.objects.create(
        name="Coaching session", length_min=45, location="Room 4", notice_min=2 * 24 * 60
    )
    folder = Path(settings.CURRICULUM_DIR) / PROGRAM
    assert import_program(path=folder, now=timezone.now()).status == "created"


def hire(name: str) -> User:
    """A consultant with a password and hours from seven to nine at night, every day."""
    address = f"{name.split()[0].lower()}@northlight.example"
    person = UserFactory(
        name=name, email=address, practice_role="consultant", time_zone=ZONE, password=PASSWORD
    )
    EmailAddress.objects.create(user=person, email=address, verified=True, primary=True)
    hours = [Rule(day, 7 * 60, 21 * 60, None, None) for day in range(7)]
    set_weekly_hours(coach=person, zone=ZONE, hours=hours)
    return person


class Hand:
    """A visitor who taps, and whose taps are counted against the budget of a flow."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.taps = 0

    def open(self, address: str) -> None:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == 200, f"{address}: {answer.status}"

    def press(self, name: str, *, role: str = "button", within: Locator | None = None) -> None:
        """Tap the button (or link) that says `name`, and let the next page load."""
        place = within if within is not None else self.page.locator("body")
        target = place.get_by_role(role, name=name)  # type: ignore[arg-type]
        self.tap(target.first)

    def tap(self, target: Locator) -> None:
        with self.page.expect_navigation():
            target.click()
        self.taps += 1

    def fill(self, **fields: object) -> None:
        """Type into fields by name; every one must have a label that a person can see."""
        for name, value in fields.items():
            field = self.page.locator(f"main [name={name}]:not([type=hidden])").first
            assert field.evaluate("field => field.labels.length"), f"no label: {name}"
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(str(value))
            else:
                field.fill(str(value))

    def spent(self) -> int:
        """Taps since the last time this was asked."""
        taps, self.taps = self.taps, 0
        return taps

    @property
    def words(self) -> str:
        return self.page.locator("main").inner_text()


def sign_in(hand: Hand, email: str) -> None:
    hand.open("/auth/login/")
    hand.fill(login=email, password=PASSWORD)
    hand.press("Sign in")


def mail_to(post: Post, address: str, subject: str) -> EmailMessage:
    """The newest mail to `address` whose subject begins so."""
    found = [
        delivery.message
        for delivery in post.taken
        if delivery.recipients == [address] and str(delivery.message["Subject"]).startswith(subject)
    ]
    assert found, [(one.recipients, one.message["Subject"]) for one in post.taken]
    return found[-1]


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return part.get_content()


def link_in(mail: EmailMessage, pattern: str) -> str:
    found = re.search(rf"https?://\S*{pattern}\S*", text_of(mail))
    assert found, text_of(mail)
    return found.group()


@dataclass
class World:
    """What the people of the story share."""

    consultant: Hand
    nurse: Hand
    admin: Hand
    post: Post
    folder: Path
    maya: User

    def send(self) -> None:
        """Let the dispatcher send what is due, through the mail server."""
        result = dispatch_due(seconds=20)
        assert set(result.counts) <= {"sent"}, result.counts


def days_from_now(days: int) -> str:
    """A date as date fields take it, in the cohort's zone."""
    local = timezone.now().astimezone(ZoneInfo(ZONE))
    return (local + timedelta(days=days)).date().isoformat()


@dataclass
class Cast:
    """People half-way: one cohort of six on the shipped program, one of them with a booking."""

    consultant: User
    admin: User
    nurse: User
    booked: User
    cohort: Cohort
    enrollment: Enrollment  # the nurse's
    booking: Booking
    invitation: Invitation  # not accepted yet


def half_way(now: datetime) -> Cast:
    """Build the cast through the services that the pages call."""
    then = now - timedelta(days=2)  # figures for organizations are those of last midnight
    open_practice()
    maya = hire("Maya Lind")
    organization = create_organization(name="Northfield Hospital", time_zone=ZONE, actor=maya)
    unit = create_unit(organization=organization, name="Intensive care")
    today = now.date()
    engagement = create_engagement(
        organization=organization, by=maya, now=then, title="Empathy program and coaching",
        starts_on=today - timedelta(days=20), ends_on=today + timedelta(days=300), seats=60,
        coaching_hours=120, po_number="4711", visibility="completion",
    )  # fmt: skip
    cohort = create_cohort(
        engagement=engagement, version=ProgramVersion.objects.get(), facilitators=[maya],
        coaches=[maya], by=maya, now=then, name="Spring nurses", contact=maya,
        starts_on=today - timedelta(days=8), ends_on=today + timedelta(days=40),
    )  # fmt: skip
    invitations = [
        invite(
            organization=organization, email=f"{name.split()[0].lower()}@northfield.example",
            name=name, role="clinician", unit=unit, profession="nurse", invited_by=maya, now=then,
        )
        for name in (*NURSES, "Gus Meyer")
    ]  # fmt: skip
    for invitation in invitations:
        enroll(
            cohort=cohort, user=invitation.user, unit=unit, profession="nurse", by=maya, now=then
        )
    for invitation in invitations[:-1]:
        accept(
            invitation=invitation, typed_name=invitation.user.name, name="", password=None, now=then
        )
    enrollment, second = cohort.enrollments.select_related("clinician").order_by("pk")[:2]
    slot = next(
        slot
        for day in find_open_slots(
            enrollment=second,
            session_type=SessionType.objects.get(),
            now=now,
            first_day=today,
            days=7,
        )
        for slot in day.slots
        if slot.starts_at > now + timedelta(days=3)
    )
    booking = book(
        actor=second.clinician, enrollment=second, session_type=SessionType.objects.get(),
        coach=maya, start=slot.starts_at, idem_key=uuid4(), now=now,
    )  # fmt: skip
    admin = UserFactory(name="Helen Brandt", time_zone=ZONE)
    MembershipFactory(user=admin, organization=organization, role="admin")
    return Cast(
        maya, admin, enrollment.clinician, second.clinician, cohort, enrollment, booking,
        invitations[-1],
    )  # fmt: skip
