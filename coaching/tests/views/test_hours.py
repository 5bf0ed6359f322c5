"""The ledger of a contract: every entry with its cause, and hours changed by hand."""

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from coaching.models import HoursEntry
from coaching.services.bookings import cancel
from coaching.services.holds import place_hold
from coaching.tests.views.conftest import NOW, TEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client, clock):
    client.force_login(UserFactory(practice_role="owner"))
    return client


@pytest.fixture
def engagement(enrollment):
    return enrollment.cohort.engagement


@pytest.fixture
def page(engagement):
    return reverse("coaching:hours_list", args=[engagement.public_id])


def test_each_entry_leads_to_the_session_that_caused_it(owner, page, booking):
    cancel(actor=booking.clinician, booking=booking, expected_rev=1, now=NOW)
    answer = owner.get(page)
    kinds = [entry.kind for entry in answer.context["page"]]
    assert kinds == ["release", "hold", "purchase"]
    workspace = reverse("coaching:session_workspace", args=[booking.coaching_session.public_id])
    assert answer.content.decode().count(workspace) == 2


def test_a_change_by_hand_has_a_reason_and_a_name(owner, page, engagement):
    assert owner.post(page, {"minutes": "90", "reason": "goodwill"}).status_code == 302
    entry = HoursEntry.objects.get(kind="adjust")
    assert (entry.minutes, entry.reason, entry.actor.is_owner) == (90, "goodwill", True)
    text = owner.get(page).content.decode()
    assert "Goodwill" in text
    assert entry.actor.name in text


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"minutes": "0", "reason": "goodwill"}, "minutes"),
        ({"minutes": "10", "reason": "because"}, "reason"),
        ({"minutes": "1e9", "reason": "goodwill"}, "minutes"),
        ({"minutes": "99999999999", "reason": "goodwill"}, "minutes"),
        ({"minutes": "-541", "reason": "correction"}, "__all__"),  # 540 are left
    ],
)
def test_what_cannot_be_is_an_error_and_changes_nothing(owner, page, booking, data, field):
    answer = owner.post(page, data)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not HoursEntry.objects.filter(kind="adjust").exists()


def test_what_is_kept_right_now_is_said_and_cannot_be_taken(owner, page, enrollment, kind):
    place_hold(
        actor=enrollment.clinician, enrollment=enrollment, session_type=kind, start=TEN, now=NOW
    )
    assert owner.get(page).context["kept"] == 60
    assert owner.post(page, {"minutes": "-541", "reason": "correction"}).status_code == 422
    assert owner.post(page, {"minutes": "-540", "reason": "correction"}).status_code == 302
    assert HoursEntry.objects.balance().left == 60


def test_hours_are_for_those_who_look_after_the_client(client, page, enrollment, clock):
    for person in (enrollment.clinician, UserFactory(practice_role="consultant")):
        client.force_login(person)
        assert client.get(page).status_code == 404
