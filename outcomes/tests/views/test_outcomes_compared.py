"""Two reports side by side: what both were released with, and nothing more."""

import re
from html import unescape

import pytest
from django.urls import reverse

from accounts.models import AccessLog
from accounts.tests.factories import MembershipFactory, UserFactory
from outcomes.tests.services.test_releases import Asked
from programs.tests.factories import CohortFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db
ADDRESS = reverse("outcomes:outcomes_compared")


@pytest.fixture
def asked():
    made = Asked(ICU=16)
    made.round("baseline", made.people)
    made.end = made.round("end", made.people, 0.6)
    return made


@pytest.fixture
def admin(client, asked):
    person = UserFactory()
    organization = asked.cohort.engagement.organization
    MembershipFactory(user=person, organization=organization, role="admin")
    client.force_login(person)
    return client


def beside(asked, people):
    """Another cohort of the same contract, of other people."""
    asked.cohort = CohortFactory(engagement=asked.cohort.engagement)
    asked.people = EnrollmentFactory.create_batch(people, cohort=asked.cohort)
    asked.round("baseline", asked.people)
    return asked.round("end", asked.people, -0.2)


def words(response):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def pair(first, second):
    return {"first": first.public_id, "second": second.public_id}


def test_one_report_cannot_be_compared(admin, asked):
    asked.release(asked.end)
    shown = admin.get(ADDRESS)
    assert "Fewer than two reports" in words(shown)
    assert ADDRESS not in admin.get(reverse("outcomes:outcome_list")).content.decode()


def test_the_newest_two_stand_side_by_side_with_the_figures_of_their_reports(admin, asked):
    one = asked.release(asked.end)
    other = asked.release(beside(asked, 20))
    assert ADDRESS in admin.get(reverse("outcomes:outcome_list")).content.decode()
    before = AccessLog.objects.count()
    shown = words(admin.get(ADDRESS))

    for release in (one, other):
        figures = release.payload["outcomes"][0]
        assert f"{figures['n']} of {figures['of']}" in shown
        assert f"{figures['change']:+.1f}".replace("-", "−") in shown
    assert "a difference between the two is no finding" in shown
    assert AccessLog.objects.count() == before + 2


def test_what_one_of_them_hides_stays_hidden(admin, asked):
    one = asked.release(asked.end)
    other = asked.release(beside(asked, 7))
    assert other.payload["outcomes"][0]["tier"] == "nothing"
    shown = words(admin.get(ADDRESS, pair(one, other)))

    assert "no scale that both have" in shown
    assert "Not in both, or of too few people in one of them: Warmth" in shown
    assert "16 of 16" not in shown


def test_two_rounds_of_one_cohort_are_said_to_be_of_the_same_people(admin, asked):
    one = asked.release(asked.end)
    other = asked.release(asked.round("followup", asked.people, 0.4))
    assert "many of the same people" in words(admin.get(ADDRESS, pair(one, other)))


def test_a_report_of_others_or_twice_the_same_is_refused(admin, asked):
    one = asked.release(asked.end)
    asked.release(beside(asked, 16))
    foreign = Asked(ICU=16)
    foreign.round("baseline", foreign.people)
    theirs = foreign.release(foreign.round("end", foreign.people, 0.5))

    refused = words(admin.get(ADDRESS, pair(one, theirs)))
    assert "Please look at this again" in refused
    assert theirs.wave.cohort.name not in refused
    assert "Choose two different reports." in words(admin.get(ADDRESS, pair(one, one)))
    assert admin.get(ADDRESS, {"first": "nonsense", "second": "\0"}).status_code == 200
