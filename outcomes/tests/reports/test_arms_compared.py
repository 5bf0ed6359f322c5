"""The lot's arms beside each other: by person, as drawn, only when all were asked and are done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from outcomes.models import Lot, Response, Score, Wave
from outcomes.reports.arms_compared import arms_compared, arms_of
from outcomes.services.allocations import allocate
from outcomes.services.wave_plans import plan_wave
from outcomes.tests.factories import InstrumentFactory, WaveFactory
from programs.models import Cohort, Enrollment
from programs.tests.factories import CohortFactory, EngagementFactory, EnrollmentFactory

NOW = timezone.now()


def answer(wave, enrollment, value):
    response = Response.objects.create(
        wave=wave,
        enrollment=enrollment,
        respondent=enrollment.clinician,
        started_at=NOW,
        submitted_at=NOW,
    )
    instrument = wave.ordered_instruments()[0]
    given = {"subscale": "total", "value": value, "n_answered": 4, "n_items": 4}
    Score.objects.create(response=response, instrument=instrument, **given)


@pytest.fixture
def drawn(db):
    """Twelve people answer before the lot; the first arm gains one point, those who wait none."""
    engagement = EngagementFactory(seats=12)
    arms = [
        CohortFactory(
            engagement=engagement,
            name=str(days),
            starts_on=NOW.date() + timedelta(days=days),
            ends_on=NOW.date() + timedelta(days=days + 40),
        )
        for days in (5, 90)
    ]
    people = EnrollmentFactory.create_batch(12, cohort=arms[0])
    instrument = InstrumentFactory()
    baseline = WaveFactory(
        cohort=arms[0],
        instruments=[instrument],
        opens_at=NOW - timedelta(days=20),
        state="closed",
        opened_at=NOW - timedelta(days=20),
    )
    for number, one in enumerate(people):
        answer(baseline, one, 2 + number % 4 / 4)
    day = NOW.date() + timedelta(days=44)
    later = plan_wave(
        cohort=arms[0], label="end", opens_on=day, closes_on=day, instruments=[instrument]
    )
    lot = allocate(
        engagement=engagement,
        enrollments=people,
        arms=arms,
        seed=3,
        actor=UserFactory(practice_role="owner"),
        now=NOW,
    )
    at = NOW + timedelta(days=50)
    for number, one in enumerate(people):
        place = Enrollment.objects.live().get(clinician=one.clinician)
        wave = Wave.objects.get(cohort=place.cohort, opens_at=later.opens_at)
        if number:  # the first one drops out
            gain = 1 if place.cohort == arms[0] else 0
            answer(wave, place, 2 + number % 4 / 4 + gain + number % 3 / 30)
    return lot, later, at


def close(lot):
    Wave.objects.filter(cohort__in=lot.arms).update(state="closed", opened_at=NOW)


def test_the_arms_are_compared_as_drawn_with_the_answers_from_before_the_lot(
    drawn, django_assert_max_num_queries
):
    lot, later, at = drawn
    close(lot)
    later.refresh_from_db()
    with django_assert_max_num_queries(7):
        (found,) = arms_compared(lot=lot, later=later, now=at)
    assert found.key == "warmth.total"
    assert "by person" in found.difference.difference.method
    assert found.adjusted.n_program + found.adjusted.n_comparison == 11
    assert found.adjusted.difference.value == pytest.approx(1, abs=0.08)
    assert found.difference.difference.value == pytest.approx(1, abs=0.08)
    assert found.adjusted.label == found.difference.label == "randomized"
    flows = (found.program, found.waiting)
    assert sum(flow.invited for flow in flows) == 12
    assert sum(flow.paired for flow in flows) == 11


def test_whoever_moved_later_counts_with_the_arm_drawn(drawn):
    lot, later, at = drawn
    close(lot)
    later.refresh_from_db()
    before = arms_compared(lot=lot, later=later, now=at)
    moved = Enrollment.objects.live().filter(cohort=lot.arms[1]).first()
    Enrollment.objects.filter(pk=moved.pk).update(cohort=lot.arms[0])
    assert arms_compared(lot=lot, later=later, now=at) == before


def test_nothing_is_compared_while_somebody_may_still_answer(drawn):
    lot, later, at = drawn
    assert arms_compared(lot=lot, later=later, now=at) == ()
    close(lot)
    later.refresh_from_db()
    waiting = Wave.objects.get(options__beside=str(later.public_id))
    Wave.objects.filter(pk=waiting.pk).update(state="open")
    assert arms_compared(lot=lot, later=later, now=at) == ()


def test_what_those_who_wait_were_asked_on_the_way_is_not_their_beginning(drawn):
    lot, later, at = drawn
    close(lot)
    later.refresh_from_db()
    before = arms_compared(lot=lot, later=later, now=at)
    way = {"opens_at": NOW + timedelta(days=20), "state": "closed", "opened_at": NOW}
    way["instruments"] = later.ordered_instruments()
    pulse = WaveFactory(cohort_id=lot.arms[0], label="pulse", **way)
    beside = {"beside": str(pulse.public_id)}
    waiting = WaveFactory(cohort_id=lot.arms[1], number=9, options=beside, **way)
    for place in Enrollment.objects.live().filter(cohort=lot.arms[1]):
        answer(waiting, place, 4.5)
    assert arms_compared(lot=lot, later=later, now=at) == before


def test_who_began_before_the_round_closed_did_not_wait(drawn):
    lot, later, at = drawn
    close(lot)
    later.refresh_from_db()
    assert arms_compared(lot=lot, later=later, now=at)
    Cohort.objects.filter(pk=lot.arms[1]).update(starts_on=later.opens_at.date())
    assert arms_compared(lot=lot, later=later, now=at) == ()


def test_a_log_that_does_not_follow_from_its_seed_is_no_lot(drawn):
    lot, later, at = drawn
    close(lot)
    later.refresh_from_db()
    assert arms_of(later=later, now=at)
    same = {"engagement": lot.engagement, "arms": lot.arms, "seed": lot.seed, "actor": lot.actor}
    Lot.objects.create(**same, sha256="0" * 64, drawn_at=lot.drawn_at + timedelta(hours=1))
    assert arms_of(later=later, now=at) == ()


def test_a_few_whole_units_carry_no_interval(drawn):
    lot, later, at = drawn
    close(lot)
    later.refresh_from_db()
    lot.by = "unit"
    assert arms_compared(lot=lot, later=later, now=at) == ()
