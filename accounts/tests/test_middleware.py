from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.http import SEEN_AT
from accounts.tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
URL = "accounts:account"


def status_after(client, time_machine, *pauses):
    """Open a page after each pause; return the last status."""
    now = timezone.now()
    for pause in pauses:
        now += pause
        time_machine.move_to(now, tick=False)
        status = client.get(reverse(URL)).status_code
    return status


@pytest.mark.parametrize(
    ("who", "minutes", "status"),
    [
        ("consultant", 29, 200),
        ("consultant", 31, 302),
        ("admin", 29, 200),
        ("admin", 31, 302),
        ("clinician", 31, 200),
        ("clinician", 119, 200),
        ("clinician", 121, 302),
    ],
)
def test_a_session_ends_when_nobody_uses_it(client, time_machine, who, minutes, status):
    if who == "consultant":
        user = UserFactory(practice_role="consultant")
    else:
        user = MembershipFactory(role=who).user
    client.force_login(user)

    assert status_after(client, time_machine, timedelta(minutes=minutes)) == status
    assert ("_auth_user_id" in client.session) is (status == 200)


def test_using_it_keeps_it_for_twelve_hours_and_no_longer(client, time_machine):
    client.force_login(MembershipFactory().user)
    hour = timedelta(hours=1)

    assert status_after(client, time_machine, *[hour] * 11) == 200
    assert status_after(client, time_machine, hour + timedelta(minutes=1)) == 302


def test_using_it_is_noted_at_most_once_a_minute(client, time_machine):
    client.force_login(MembershipFactory().user)
    begun = client.session[SEEN_AT]

    status_after(client, time_machine, timedelta(seconds=59))
    assert client.session[SEEN_AT] == begun
    status_after(client, time_machine, timedelta(seconds=2))
    assert client.session[SEEN_AT] > begun


def test_what_a_signed_in_person_saw_is_not_kept(client):
    client.force_login(UserFactory())

    assert client.get(reverse(URL)).headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("zone", ["Nowhere/Else", "../etc/passwd", ""])
def test_an_unknown_zone_is_utc(client, zone):
    client.force_login(UserFactory(time_zone=zone))

    assert client.get(reverse(URL)).status_code == 200
