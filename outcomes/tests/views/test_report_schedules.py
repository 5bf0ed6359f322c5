"""Reports of an organization: the rhythm of mails, and the log of what was released."""

import pytest
from django.urls import reverse

from accounts.tests.factories import MembershipFactory, UserFactory
from outcomes.models import ReportSchedule
from outcomes.tests.services.test_releases import Asked

pytestmark = pytest.mark.django_db


def test_a_rhythm_is_chosen_said_and_given_up(client):
    asked = Asked(Ward=12)
    organization = asked.cohort.engagement.organization
    MembershipFactory(organization=organization, role="admin")
    client.force_login(UserFactory(practice_role="owner"))
    address = reverse("outcomes:report_list", args=[organization.public_id])

    assert b"Nothing released yet" in client.get(address).content
    assert client.post(address, {"every": "week"}).status_code == 422
    assert client.post(address, {"every": "month"}).status_code == 302
    shown = client.get(address).content.decode()
    assert "Next:" in shown
    assert "1 admin may read it." in shown
    assert client.post(address, {"every": "never"}).status_code == 302
    assert not ReportSchedule.objects.exists()


def test_what_was_released_stands_in_the_log(client):
    asked = Asked(Ward=12)
    asked.round("baseline", asked.people)
    end = asked.round("end", asked.people, 0.5)
    release = asked.release(end)
    client.force_login(UserFactory(practice_role="owner"))
    organization = asked.cohort.engagement.organization
    shown = client.get(reverse("outcomes:report_list", args=[organization.public_id]))

    assert release.get_absolute_url() in shown.content.decode()
    assert f"Release 1 by {release.actor.name}" in shown.content.decode()
