"""What the statistician's workbook reckons beside the answers: every row with its people and method."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from accounts.tests.factories import UnitFactory, UserFactory
from core.acting import analyzing
from outcomes.models import Allocation, Lot, Score
from outcomes.reports.analyses import COLUMNS, analysis_rows
from outcomes.services.responses import save_answer, start_response, submit_response
from outcomes.services.waves import close_wave, open_wave
from outcomes.tests.factories import InstrumentFactory, WaveFactory
from outcomes.tests.services.test_releases import Asked, answered
from programs.models import AttendanceRecord
from programs.tests.factories import (
    CohortFactory,
    EngagementFactory,
    EnrollmentFactory,
    LiveSlotFactory,
)

NOW = timezone.now()
pytestmark = pytest.mark.django_db


def rows_of(cohort):
    with analyzing():
        found = list(analysis_rows(cohort=cohort))
    assert {len(row) for row in found} == {len(COLUMNS)}
    return {(row[0], row[2]): dict(zip(COLUMNS, row, strict=True)) for row in found}


def attend(enrollment, times):
    for _number in range(times):
        slot = LiveSlotFactory(cohort=enrollment.cohort)
        AttendanceRecord.objects.create(
            slot=slot, enrollment=enrollment, status="present", recorded_at=NOW
        )


def test_three_rounds_with_sessions_attended():
    asked = Asked(ICU=12)
    waves = [asked.round(label, asked.people) for label in ("baseline", "end", "followup")]
    by_person = {}
    for place, enrollment in enumerate(asked.people):
        attend(enrollment, place % 4)
        before = 2 + place % 5 / 5
        by_person[enrollment.pk] = before
        gain = 0.25 * (place % 4) + (place % 3 - 1) / 20
        for wave, value in zip(waves, (before, before + gain, before + gain / 2), strict=True):
            scores = Score.objects.filter(response__wave=wave, response__enrollment=enrollment)
            scores.update(value=value)
    found = rows_of(asked.cohort)
    end = "baseline 1 to end 1"

    assert found["change", end]["estimate"] == pytest.approx(0.375)
    assert found["change", end]["n"] == 12
    dose = found["per session attended", end]
    assert dose["estimate"] == pytest.approx(0.25, abs=0.03)
    assert "people who attended more may differ" in dose["method"]
    mixed = found["mixed model", end]
    assert mixed["estimate"] == pytest.approx(0.375)  # complete rounds: the plain difference
    assert mixed["low"] < 0.375 < mixed["high"]
    assert found["tipping point", end]["reason"] == "nobody dropped out"
    assert ("mixed model", "end 1 to followup 1") in found


def test_reliability_is_of_the_answers_with_items_turned():
    cohort = CohortFactory()
    people = EnrollmentFactory.create_batch(8, cohort=cohort)
    for label in ("baseline", "end"):
        wave = WaveFactory(
            cohort=cohort, label=label, opens_at=NOW + timedelta(days=(label == "end"))
        )
        wave = open_wave(wave=wave, now=NOW)
        for place, enrollment in enumerate(people):
            response = start_response(wave=wave, enrollment=enrollment, now=NOW)
            for number in range(1, 5):
                level = 1 + place % 5
                value = 6 - level if number == 2 else level  # the second item is reversed
                save_answer(response=response, item_id=f"w{number}", value=value)
            submit_response(response=response, now=NOW)
        close_wave(wave=wave, now=NOW)

    row = rows_of(cohort)["reliability", "baseline 1"]
    assert row["n"] == 8
    assert row["estimate"] == pytest.approx(1.0)  # all four move together


def test_a_roll_out_by_units_finds_what_was_put_in():
    engagement = EngagementFactory(seats=60)
    arms = [
        CohortFactory(
            engagement=engagement,
            starts_on=NOW.date() + timedelta(days=30 * place + 10),
            ends_on=NOW.date() + timedelta(days=30 * place + 100),
        )
        for place in range(3)
    ]
    lot = Lot.objects.create(
        engagement=engagement,
        by=Lot.By.UNIT,
        arms=[arm.pk for arm in arms],
        seed=11,
        sha256="0" * 64,
        actor=UserFactory(),
        drawn_at=NOW,
    )
    instrument, rng, position = InstrumentFactory(), Random(4), 0
    rounds = {
        (arm.pk, period): open_wave(
            wave=WaveFactory(
                cohort=arm,
                label="pulse",
                number=period + 1,
                instruments=[instrument],
                opens_at=NOW + timedelta(days=30 * period),
            ),
            now=NOW,
        )
        for arm in arms
        for period in range(4)
    }
    for arm_place, arm in enumerate(arms):
        for _unit in range(2):
            unit = UnitFactory(organization=engagement.organization)
            for _person in range(4):
                place = EnrollmentFactory(cohort=arm, unit=unit)
                position += 1
                Allocation.objects.create(
                    lot=lot,
                    engagement=engagement,
                    enrollment=place,
                    person=place.clinician,
                    position=position,
                    entry=unit.pk,
                    block=1,
                    arm=arm,
                )
                own = rng.gauss(0, 0.4) + 0.1 * (unit.pk % 3)
                for period in range(4):
                    gain = 1.0 if period > arm_place else 0.0
                    value = 3 + own + 0.2 * period + gain + rng.gauss(0, 0.15)
                    answered(rounds[arm.pk, period], place, value)
    for wave in rounds.values():
        close_wave(wave=wave, now=NOW)

    row = rows_of(arms[0])["roll-out in steps", "4 periods"]
    assert row["estimate"] == pytest.approx(1.0, abs=0.1)
    assert row["n"] == 96
    assert "seed 11" in row["method"]
