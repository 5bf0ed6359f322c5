"""A place in a group that is kept for somebody stands on their Today, as long as it is kept."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coaching.tests.factories import WaitlistEntryFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("state", "ends_in", "is_shown"),
    [("offered", 60, True), ("offered", -1, False), ("waiting", 60, False)],
)
def test_an_offer_is_on_today_until_it_ends(client, state, ends_in, is_shown):
    entry = WaitlistEntryFactory(
        state=state, offer_expires_at=timezone.now() + timedelta(minutes=ends_in)
    )
    other = WaitlistEntryFactory()  # somebody else's
    client.force_login(entry.clinician)
    page = client.get(reverse("outcomes:today"))

    assert page.context["today"].offers == ([entry] if is_shown else [])
    text = page.content.decode()
    assert (f"/groups/{entry.coaching_session.public_id}/" in text) is is_shown
    assert f"/groups/{other.coaching_session.public_id}/" not in text
