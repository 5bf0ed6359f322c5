"""A consultant plans rounds, opens and closes them; how many answered is said in bands only."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from outcomes.models import Response, Wave
from outcomes.services.waves import close_wave, open_wave
from outcomes.tests.factories import InstrumentFactory, WaveFactory
from programs.tests.factories import CohortFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort(client):
    owner = UserFactory(practice_role="owner")
    client.force_login(owner)
    return CohortFactory()


def plan(instrument, **more):
    return {
        "label": "baseline",
        "opens_on": "2027-03-01",
        "closes_on": "2027-03-10",
        "instruments": [instrument.pk],
        "breakdowns": ["unit"],
        **more,
    }


def test_planned_changed_opened_closed(client, cohort):
    instrument = InstrumentFactory()
    listing = reverse("outcomes:wave_list", args=[cohort.public_id])
    assert b"No rounds planned yet" in client.get(listing).content
    made = client.post(reverse("outcomes:wave_plan", args=[cohort.public_id]), plan(instrument))
    wave = Wave.objects.get()
    assert made.url == wave.get_absolute_url()
    client.post(made.url, plan(instrument, closes_on="2027-03-12", primary_outcome="warmth.total"))
    wave.refresh_from_db()
    assert wave.primary_outcome == "warmth.total"

    client.post(reverse("outcomes:wave_open", args=[wave.public_id]))
    assert b"What it asks" in client.get(made.url).content
    client.post(reverse("outcomes:wave_close", args=[wave.public_id]))
    wave.refresh_from_db()
    assert wave.state == "closed"
    assert b"too few people" in client.get(listing).content


def test_a_plan_that_ends_before_it_begins_is_refused_in_place(client, cohort):
    address = reverse("outcomes:wave_plan", args=[cohort.public_id])
    refused = client.post(address, plan(InstrumentFactory(), closes_on="2027-02-01"))

    assert refused.status_code == 422
    assert b"It closes before it opens." in refused.content
    assert b'value="2027-03-01"' in refused.content


def test_response_is_told_in_bands_once_it_is_over(client, cohort):
    wave = open_wave(wave=WaveFactory(cohort=cohort), now=timezone.now())
    people = EnrollmentFactory.create_batch(10, cohort=cohort)
    for enrollment in people[:7]:
        Response.objects.create(
            wave=wave,
            enrollment=enrollment,
            respondent=enrollment.clinician,
            started_at=timezone.now(),
            submitted_at=timezone.now(),
        )
    while_open = client.get(wave.get_absolute_url()).content.decode()
    close_wave(wave=wave, now=timezone.now())
    after = client.get(wave.get_absolute_url()).content.decode()

    assert "%" not in while_open.split("How it stands")[1].split("What it asks")[0]
    assert "60–79%" in after
    assert people[0].clinician.name not in after


def test_a_cohort_that_begins_later_is_asked_beside(client, cohort):
    waiting = CohortFactory(
        engagement=cohort.engagement,
        starts_on=cohort.starts_on + timedelta(days=90),
        ends_on=cohort.starts_on + timedelta(days=130),
    )
    listing = reverse("outcomes:wave_list", args=[cohort.public_id])
    address = reverse("outcomes:wave_beside", args=[cohort.public_id])
    day = timezone.localdate() + timedelta(days=2)
    first = WaveFactory(cohort=cohort, opens_at=timezone.now() + timedelta(days=1))
    WaveFactory(cohort=cohort, label="end", opens_at=timezone.now() + timedelta(days=9))
    assert day < waiting.starts_on
    assert b"A group to compare with" in client.get(listing).content
    nobody = client.post(address, {"other": CohortFactory().public_id}, follow=True)
    assert b"Choose a cohort of this contract" in nobody.content

    done = client.post(address, {"other": waiting.public_id}, follow=True)
    assert f"{waiting} is asked at the same times: 2 rounds planned." in done.content.decode()
    assert b"A group to compare with" not in done.content
    theirs = client.get(reverse("outcomes:wave_list", args=[waiting.public_id])).content.decode()
    assert theirs.count(f"Asked at the same time as {cohort.name}, for comparison.") == 2
    assert "Rounds of its own" in theirs
    client.post(reverse("outcomes:wave_drop", args=[first.public_id]))
    assert Wave.objects.filter(cohort=waiting).count() == 1
