"""Progress says who sees the minutes, and says it as the practice log does."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from coaching.tests.factories import CoachedEnrollmentFactory
from outcomes.reports.own_progress import own_progress
from programs.models import PracticeLog
from programs.services.shares import end_share, share_practice

pytestmark = pytest.mark.django_db


def test_minutes_shown_to_the_coach_are_not_called_private(client):
    enrollment = CoachedEnrollmentFactory()
    client.force_login(enrollment.clinician)
    both = f"You and {enrollment.coach.name} see this."

    def text():
        return client.get(reverse("outcomes:progress")).content.decode()

    assert "Only you see this." in text()
    share = share_practice(enrollment=enrollment, now=timezone.now())
    assert both in text()
    assert "Only you see this." not in text()
    end_share(share=share, now=timezone.now())
    assert "Only you see this." in text()


def test_weeks_practiced_are_never_more_than_the_weeks_there_were():
    """Both by the calendar: begun on a Friday, the Monday after is in the second week."""
    enrollment = CoachedEnrollmentFactory(
        cohort__starts_on=date(2026, 11, 6), cohort__ends_on=date(2026, 12, 18)
    )
    for day in (6, 9, 16, 23):
        PracticeLog.objects.create(
            enrollment=enrollment,
            started_at=datetime(2026, 11, day, 18, tzinfo=UTC),
            minutes=5,
            source="manual",
            key=uuid4(),
        )

    (part,) = own_progress(user=enrollment.clinician, now=datetime(2026, 11, 23, 20, tzinfo=UTC))
    assert (part.weeks_practiced, part.weeks) == (4, 4)
    (part,) = own_progress(user=enrollment.clinician, now=datetime(2027, 2, 1, 20, tzinfo=UTC))
    assert (part.weeks_practiced, part.weeks) == (4, 7)
