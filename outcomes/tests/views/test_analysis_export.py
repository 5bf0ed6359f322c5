"""The statistician's export: no names, no words, new pseudonyms each time, by permission, logged."""

import io

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AccessLog
from accounts.tests.factories import UserFactory
from core.acting import acting_as
from outcomes.models import Answer
from outcomes.services.responses import (
    save_answer,
    start_response,
    submit_response,
    withdraw_response,
)
from outcomes.services.waves import close_wave, open_wave
from outcomes.tests.factories import WaveFactory
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def statistician(client):
    person = UserFactory(practice_role="owner", may_export_answers=True)
    client.force_login(person)
    return person


@pytest.fixture
def cohort():
    """Three people answered; one of them took it back, one wrote words; a second round is open."""
    now = timezone.now()
    wave = open_wave(wave=WaveFactory(), now=now)
    people = EnrollmentFactory.create_batch(3, cohort=wave.cohort)
    for place, enrollment in enumerate(people):
        response = start_response(wave=wave, enrollment=enrollment, now=now)
        for number in range(1, 5):
            save_answer(response=response, item_id=f"w{number}", value=place + 1, elapsed_ms=2500)
        submit_response(response=response, now=now)
    withdraw_response(response=response, now=now)
    with acting_as(people[0].clinician_id):
        Answer.objects.filter(respondent=people[0].clinician, item_id="w4").update(text="secret")
    close_wave(wave=wave, now=now)
    later = open_wave(wave=WaveFactory(cohort=wave.cohort, label="pulse"), now=now)
    response = start_response(wave=later, enrollment=people[0], now=now)
    save_answer(response=response, item_id="w1", value=5)
    return wave.cohort


def sheets(client, cohort):
    response = client.get(reverse("outcomes:wave_analysis", args=[cohort.public_id]))
    book = load_workbook(io.BytesIO(response.content))
    return {sheet.title: list(sheet.values) for sheet in book}


def test_answers_and_scores_without_names_or_words(client, statistician, cohort):
    found = sheets(client, cohort)
    answers, scores = found["Answers"][1:], found["Scores"][1:]

    assert len(answers) == 7  # four and four, less the one in words; the third took theirs back
    assert len({row[0] for row in answers}) == len(scores) == 2
    assert {row[1] for row in answers} == {"baseline 1"}
    assert sorted(row[4] for row in scores) == [2.0, 2.5]
    everything = str(found)
    assert "secret" not in everything
    for person in cohort.enrollments.all():
        assert person.clinician.name not in everything
        assert person.clinician.email not in everything
    assert {row[0] for row in found["Codebook"][1:]} >= set(found["Answers"][0])


def test_two_exports_cannot_be_laid_beside_each_other(client, statistician, cohort):
    first, second = (
        {row[0] for row in sheets(client, cohort)["Scores"][1:]} for _twice in range(2)
    )
    assert not first & second
    logged = AccessLog.objects.filter(kind="outcomes.answers")
    assert list(logged.values_list("action", flat=True)) == ["exported", "exported"]


def test_being_the_owner_is_not_the_permission(client, cohort):
    owner, other = UserFactory(practice_role="owner"), UserFactory(practice_role="consultant")
    client.force_login(owner)
    address = reverse("outcomes:wave_analysis", args=[cohort.public_id])
    assert client.get(address).status_code == 404
    allow = reverse("accounts:staff_export", args=[owner.public_id])
    client.post(allow, {"allow": "yes"})
    assert client.get(address).status_code == 200
    client.post(allow, {"allow": "no"})
    assert client.get(address).status_code == 404
    client.force_login(other)
    assert client.post(allow, {"allow": "yes"}).status_code == 404
