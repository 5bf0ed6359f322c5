"""Either side says how a session went; where they differ, the owner settles it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from coaching.models import Booking, HoursEntry
from coaching.tests.views.conftest import TEN

pytestmark = pytest.mark.django_db

AFTER = TEN + timedelta(hours=2)
LIST = "coaching:dispute_list"


@pytest.fixture
def over(clinician, booking, later):
    later(AFTER)
    return booking


@pytest.fixture
def disputed(over, clinician, client, coach, url):
    """She says that it took place; the coach, that she did not come."""
    clinician.post(url("session_outcome", over.coaching_session), {"state": "attended", "rev": 1})
    client.force_login(coach)
    client.post(url("booking_mark", over), {"state": "no_show", "rev": 2})
    over.refresh_from_db()
    assert over.disputed_at is not None
    return over


@pytest.fixture
def owner(client, disputed):
    client.force_login(UserFactory(practice_role="owner"))
    return client


def test_the_clinician_says_how_it_went(clinician, over, url):
    page = clinician.get(url("session_detail", over.coaching_session)).content.decode()
    assert "How did it go?" in page
    assert "I was called to a patient" in page

    answer = clinician.post(
        url("session_outcome", over.coaching_session), {"state": "no_show", "rev": 1}, follow=True
    )

    over.refresh_from_db()
    assert over.state == Booking.State.NO_SHOW
    assert "We missed each other" in answer.content.decode()
    assert "Missed" not in answer.content.decode()


def test_after_two_days_duty_is_no_longer_asked_for(clinician, over, url, later):
    later(TEN + timedelta(hours=49))

    page = clinician.get(url("session_detail", over.coaching_session)).content.decode()

    assert "It took place" in page
    assert "I was called to a patient" not in page


def test_after_a_week_nobody_is_asked(clinician, over, url, later):
    later(TEN + timedelta(days=8))

    assert (
        "How did it go?"
        not in clinician.get(url("session_detail", over.coaching_session)).content.decode()
    )


@pytest.mark.parametrize("data", [{}, {"state": "coach_cancel", "rev": 1}, {"state": "attended"}])
def test_half_a_word_changes_nothing(clinician, over, url, data):
    clinician.post(url("session_outcome", over.coaching_session), data)

    over.refresh_from_db()
    assert over.state == Booking.State.BOOKED


def test_nobody_else_speaks_for_her(client, over, url, coach):
    client.force_login(coach)

    answer = client.post(
        url("session_outcome", over.coaching_session), {"state": "attended", "rev": 1}
    )

    assert answer.status_code == 404


def test_the_owner_reads_both_sides_and_settles(owner, disputed, url):
    assert "told differently" in owner.get("/practice/").content.decode()
    page = owner.get(reverse(LIST)).content.decode()
    assert "Marked: took place" in page
    assert "Marked: did not come" in page

    owner.post(url("dispute_settle", disputed), {"state": "attended", "rev": disputed.rev})

    disputed.refresh_from_db()
    assert (disputed.state, disputed.disputed_at) == (Booking.State.ATTENDED, None)
    assert "Nothing to settle" in owner.get(reverse(LIST)).content.decode()


def test_to_settle_for_the_state_that_stands_changes_no_hours(owner, disputed, url):
    before = HoursEntry.objects.count()

    owner.post(url("dispute_settle", disputed), {"state": "no_show", "rev": disputed.rev})

    disputed.refresh_from_db()
    assert (disputed.state, disputed.disputed_at) == (Booking.State.NO_SHOW, None)
    assert HoursEntry.objects.count() == before


def test_settling_follows_in_the_hours(owner, disputed, url):
    """Clinical duty costs nothing under the usual contract: the used hour comes back."""
    owner.post(url("dispute_settle", disputed), {"state": "clinical_duty", "rev": disputed.rev})

    balance = HoursEntry.objects.filter(engagement=disputed.engagement).balance()
    assert (balance.held, balance.used - balance.returned) == (0, 0)


def test_what_is_settled_is_settled_once(owner, disputed, url):
    data = {"state": "attended", "rev": disputed.rev}
    owner.post(url("dispute_settle", disputed), data)

    assert owner.post(url("dispute_settle", disputed), data).status_code == 404


def test_a_mark_against_the_settlement_goes_to_the_owner_again(owner, disputed, coach, url):
    owner.post(url("dispute_settle", disputed), {"state": "attended", "rev": disputed.rev})
    disputed.refresh_from_db()

    owner.force_login(coach)
    owner.post(url("booking_mark", disputed), {"state": "no_show", "rev": disputed.rev})

    disputed.refresh_from_db()
    assert disputed.state == Booking.State.NO_SHOW
    assert disputed.disputed_at is not None


def test_the_owner_may_correct_their_own_settlement(owner, disputed, url):
    owner.post(url("dispute_settle", disputed), {"state": "attended", "rev": disputed.rev})
    disputed.refresh_from_db()

    owner.post(url("booking_mark", disputed), {"state": "no_show", "rev": disputed.rev})

    disputed.refresh_from_db()
    assert (disputed.state, disputed.disputed_at) == (Booking.State.NO_SHOW, None)


def test_consultants_do_not_settle(client, disputed, coach, url):
    client.force_login(coach)

    assert client.get(reverse(LIST)).status_code == 404
    data = {"state": "attended", "rev": disputed.rev}
    assert client.post(url("dispute_settle", disputed), data).status_code == 404
