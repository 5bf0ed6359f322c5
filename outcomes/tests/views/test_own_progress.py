"""Progress says who sees the minutes, and says it as the practice log does."""

import pytest
from django.urls import reverse
from django.utils import timezone

from coaching.tests.factories import CoachedEnrollmentFactory
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
