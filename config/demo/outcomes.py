"""Rounds of questions: one cohort is asked on the way, a finished one answered before and after."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from random import Random

from accounts.models import User
from config.demo.cohorts import DemoCohort
from core.acting import acting_as
from outcomes.engine.instruments import Item
from outcomes.models import Answer, Instrument, Wave, WaveInstrument
from outcomes.services.releases import release_wave
from outcomes.services.responses import start_response, submit_response
from outcomes.services.waves import close_wave, open_wave
from programs.engine.schedule import local_instant
from programs.models import Enrollment

BATTERY = ("ceas-others", "scs-sf", "cbi-work-patients", "single-item-burnout")
PULSE = ("single-item-burnout",)
PRIMARY = "ceas-others.total"
# Which cohort is asked what, when: place in the list, label, days from its start, days open,
# share of people who answer, how much better than before (in shares of an answer's range).
ROUNDS = (
    (0, Wave.Label.BASELINE, -7, 9, 0.9, 0.0),
    (0, Wave.Label.PULSE, 6, 7, 0.85, 0.05),
    (0, Wave.Label.PULSE, 15, 9, 0.0, 0.0),
    (2, Wave.Label.BASELINE, -7, 9, 0.95, 0.0),
    (2, Wave.Label.END, 40, 14, 0.85, 0.07),
    (3, Wave.Label.BASELINE, -7, 9, 0.9, 0.0),
)


RECOMMENDATIONS = (
    "Put twenty minutes a week for the module on the roster, as paid time.",
    "Ask again three months after the end before you decide on a second group.",
)


def make_outcomes(*, cohorts: list[DemoCohort], by: User, rng: Random, now: datetime) -> None:
    """Plan and open the rounds; those whose time is over are answered and closed."""
    leanings = {
        enrollment.pk: rng.uniform(0.3, 0.7) for demo in cohorts for enrollment in demo.enrollments
    }
    for place, label, day, days_open, share, better in ROUNDS:
        demo = cohorts[place]
        keys = BATTERY if share else PULSE
        wave = _plan(demo, label, day, days_open, keys, now)
        live = demo.cohort.enrollments.live().order_by("pk")
        for enrollment in [one for one in live if rng.random() < share]:
            lean = min(0.95, leanings[enrollment.pk] + better * rng.uniform(0, 2))
            answer(wave, enrollment, lean, rng)
        if wave.closes_at <= now:
            close_wave(wave=wave, now=wave.closes_at)
        if wave.closes_at <= now and label != Wave.Label.BASELINE:
            # A while ago: the mail that tells of it is history.
            at = min(wave.closes_at + timedelta(days=1), now - timedelta(minutes=5))
            release_wave(wave=wave, actor=by, now=at, recommendations=RECOMMENDATIONS)


def _plan(
    demo: DemoCohort, label: str, day: int, days_open: int, keys: tuple[str, ...], now: datetime
) -> Wave:
    cohort = demo.cohort
    opens_at = local_instant(cohort.starts_on + timedelta(days=day), time(7), cohort.zone)
    wave = Wave.objects.create(
        cohort=cohort,
        label=label,
        number=Wave.objects.filter(cohort=cohort, label=label).count() + 1,
        offset_days=day,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(days=days_open),
        primary_outcome=PRIMARY if keys == BATTERY else "",
        breakdowns=["unit"],
    )
    for position, key in enumerate(keys):
        instrument = Instrument.objects.filter(key=key).order_by("-pk")[0]
        WaveInstrument.objects.create(wave=wave, instrument=instrument, position=position)
    return open_wave(wave=wave, now=min(opens_at, now))


def answer(wave: Wave, enrollment: Enrollment, lean: float, rng: Random) -> None:
    at = wave.opens_at + timedelta(hours=rng.uniform(1, 24 * 6))
    response = start_response(wave=wave, enrollment=enrollment, now=at)
    with acting_as(enrollment.clinician_id):
        Answer.objects.bulk_create(
            Answer(
                response=response,
                respondent_id=enrollment.clinician_id,
                instrument=instrument,
                item_id=item.key,
                value=_value(item, lean, instrument, rng),
                elapsed_ms=rng.randint(3000, 11_000),
            )
            for instrument in wave.ordered_instruments()
            for item in instrument.parsed.items
        )
    submit_response(response=response, now=at)


def _value(item: Item, lean: float, instrument: Instrument, rng: Random) -> float:
    """An answer near where the person leans; burnout runs the other way."""
    assert item.scale  # noqa: S101  all of them have one
    options = sorted(option.value for option in item.scale.options)
    burdens = instrument.parsed.subscales[0].direction == "down"
    toward = 1 - lean if burdens != item.is_reversed else lean
    place = toward * (len(options) - 1) + rng.gauss(0, 0.12 * len(options))
    return options[max(0, min(len(options) - 1, round(place)))]
