"""A total less one of its parts is the other part: of such scales the same people count."""

import random

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from outcomes.models import ReleaseRow, Response, Score
from outcomes.services.releases import release_wave
from outcomes.services.waves import close_wave, open_wave
from outcomes.tests.factories import InstrumentFactory, WaveFactory, definition
from programs.tests.factories import CohortFactory, EnrollmentFactory

NOW = timezone.now()


def scale(key, *numbers):
    items = [f"w{number}" for number in numbers]
    return {
        "key": key,
        "title": key,
        "items": items,
        "method": "mean",
        "range": [1, 5],
        "direction": "up",
    }


@pytest.fixture
def instrument(db):
    """A total of two parts, and a scale by itself."""
    return InstrumentFactory(
        definition=definition(
            count=9,
            subscales=[
                scale("total", 1, 2, 3, 4, 5, 6),
                scale("first", 1, 2, 3),
                scale("second", 4, 5, 6),
                scale("apart", 7, 8, 9),
            ],
        )
    )


def test_what_shares_items_is_tied(instrument):
    assert instrument.parsed.tied == (("total", "first", "second"),)


def asked(cohort, instrument, label, days, without, alike=""):
    """A closed round, in which the last person has no value of the scale `without`."""
    rng = random.Random(days)
    wave = open_wave(
        wave=WaveFactory(
            cohort=cohort,
            label=label,
            instruments=[instrument],
            opens_at=NOW + timezone.timedelta(days=days),
        ),
        now=NOW,
    )
    people = list(cohort.enrollments.order_by("pk"))
    for enrollment in people:
        response = Response.objects.create(
            wave=wave,
            enrollment=enrollment,
            respondent=enrollment.clinician,
            started_at=NOW,
            submitted_at=NOW,
        )
        for key in ("total", "first", "second", "apart"):
            if key != without or enrollment != people[-1]:
                value = 3.0 if key == alike else 3 + rng.random()
                Score.objects.create(
                    response=response,
                    instrument=instrument,
                    subscale=key,
                    value=value,
                    n_answered=3,
                    n_items=3,
                )
    return close_wave(wave=wave, now=NOW)


@pytest.mark.parametrize("missing_at", [0, 1])
def test_who_left_a_part_out_does_not_follow_from_the_total(instrument, missing_at):
    cohort = CohortFactory()
    EnrollmentFactory.create_batch(12, cohort=cohort)
    rounds = [
        asked(cohort, instrument, label, at, "second" if at == missing_at else "")
        for at, label in enumerate(("baseline", "end"))
    ]
    payload = release_wave(
        wave=rounds[1], actor=UserFactory(practice_role="owner"), now=NOW
    ).payload

    people = {one["key"].split(".")[1]: one["n"] for one in payload["outcomes"]}
    assert people == {"total": 11, "first": 11, "second": 11, "apart": 12}
    tied = ReleaseRow.objects.exclude(family__contains=".apart:")
    assert len({tuple(sorted(row.pseudonyms)) for row in tied}) == 1


def test_a_part_all_answered_alike_does_not_follow_from_the_total(instrument):
    cohort = CohortFactory()
    EnrollmentFactory.create_batch(12, cohort=cohort)
    asked(cohort, instrument, "baseline", 0, "", alike="first")
    end = asked(cohort, instrument, "end", 1, "")
    payload = release_wave(wave=end, actor=UserFactory(practice_role="owner"), now=NOW).payload

    assert {one["key"].split(".")[1]: one["n"] for one in payload["outcomes"]} == {
        "total": None,
        "first": None,
        "second": None,
        "apart": 12,
    }
