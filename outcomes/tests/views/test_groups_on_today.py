"""Groups on a clinician's Today: a place that is kept, as long as it is kept; a place that is taken."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from coaching.tests.factories import BookingFactory, WaitlistEntryFactory

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


@pytest.mark.parametrize(("kind", "can_move"), [("group", False), ("one", True)])
def test_only_a_session_of_ones_own_can_be_moved(client, kind, can_move):
    """A group does not move for one of its members: the page to move it does not exist."""
    booking = BookingFactory(coaching_session__session_type__kind=kind)
    client.force_login(booking.clinician)
    page = client.get(reverse("outcomes:today")).content.decode()
    address = reverse("coaching:booking_move", args=[booking.public_id])

    assert (address in page) is can_move
    assert (client.get(address).status_code == 200) is can_move
    assert reverse("coaching:booking_cancel", args=[booking.public_id]) in page
