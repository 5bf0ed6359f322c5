"""One balance: what the consultant's page shows is what the organization sees."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from coaching.services.attendance import mark
from coaching.services.bookings import book, cancel
from coaching.services.ledger import adjust
from coaching.tests.factories import CoachedEnrollmentFactory, SessionTypeFactory
from outcomes.reports.hours import hours_of

pytestmark = pytest.mark.django_db


def test_both_pages_show_one_balance(client):
    enrollment = CoachedEnrollmentFactory(cohort__engagement__coaching_hours=10)
    engagement, kind = enrollment.cohort.engagement, SessionTypeFactory(length_min=60)
    owner = UserFactory(practice_role="owner")
    now = datetime.now(UTC)
    first = (now + timedelta(days=3)).replace(hour=10, minute=0, second=0, microsecond=0)
    bookings = [
        book(
            actor=enrollment.clinician,
            enrollment=enrollment,
            session_type=kind,
            start=first + timedelta(days=day),
            idem_key=uuid4(),
            now=now,
        )
        for day in range(4)
    ]
    adjust(engagement=engagement, minutes=-30, reason="other_work", actor=owner, now=now)
    cancel(actor=enrollment.clinician, booking=bookings[0], expected_rev=1, now=now)
    after = first + timedelta(days=2, hours=2)
    marked = mark(
        actor=enrollment.coach, booking=bookings[1], state="attended", expected_rev=1, now=after
    )
    mark(
        actor=enrollment.coach,
        booking=marked,
        state="coach_cancel",
        expected_rev=marked.rev,
        now=after,
    )
    mark(actor=enrollment.coach, booking=bookings[2], state="no_show", expected_rev=1, now=after)

    client.force_login(owner)
    page = reverse("coaching:hours_list", args=[engagement.public_id])
    balance, hours = client.get(page).context["balance"], hours_of([engagement])

    assert balance == (570, 60, 120, 60)
    assert (hours.purchased, hours.held, hours.used) == (570, 60, 60)
    assert hours.left == balance.left == 450
