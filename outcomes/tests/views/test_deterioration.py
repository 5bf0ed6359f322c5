"""The owner sees how many changed for the worse: pooled, whole rounds, from twenty people, noted."""

import pytest
from django.urls import reverse

from accounts.models import AccessLog
from accounts.tests.factories import UserFactory
from outcomes.models import Score
from outcomes.reports.deterioration import worse_lines
from outcomes.tests.factories import InstrumentFactory, definition
from outcomes.tests.services.test_releases import Asked

pytestmark = pytest.mark.django_db


def asked(people, worse=0):
    """A released cohort; on a scale of 1 to 5 with a reliable change of 1.0, `worse` fell by two."""
    scale = definition()
    published = {"sd": 0.721, "r": 0.75, "source": "Ours", "verified": True}
    scale["subscales"][0]["reliable_change"] = published
    InstrumentFactory(definition=scale)
    made = Asked(ICU=people)
    made.round("baseline", made.people)
    wave = made.round("end", made.people)
    for place, score in enumerate(Score.objects.filter(response__wave=wave)):
        before = Score.objects.get(
            response__enrollment=score.response.enrollment, response__wave__label="baseline"
        )
        before.value, score.value = 3.5 + 0.1 * (place % 3), 1.5 if place < worse else 3.6
        before.save()
        score.save()
    return made, wave


def figures():
    return [(line.people, line.worse) for line in worse_lines()]


def test_whole_released_rounds_are_pooled_from_twenty_people():
    one, wave = asked(12, worse=1)
    one.release(wave)
    assert figures() == []
    other, later = asked(9, worse=3)
    assert figures() == []
    other.release(later)
    assert figures() == [(21, 4)]
    few, last = asked(5, worse=5)
    few.release(last)
    assert figures() == [(21, 4)]  # else the next look would tell five


def test_only_the_owner_looks_and_it_is_noted(client):
    made, wave = asked(20, worse=2)
    made.release(wave)
    address = reverse("outcomes:worse_changes")
    client.force_login(UserFactory(practice_role="consultant"))
    assert client.get(address).status_code == 404
    client.force_login(made.actor)
    page = client.get(address).content.decode()

    assert "<td data-figure>20</td><td data-figure>2</td>" in page
    assert made.cohort.name not in page
    assert AccessLog.objects.filter(kind="outcomes.worse_changes", actor=made.actor).count() == 1
