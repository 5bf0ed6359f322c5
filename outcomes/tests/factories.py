"""Objects of this app for tests: an instrument of our own, rounds, responses."""

from __future__ import annotations

from datetime import date, timedelta

import factory
from django.conf import settings
from django.utils import timezone
from factory.django import DjangoModelFactory

from outcomes.engine.indicator_files import HEADERS
from outcomes.models import Instrument, Wave, WaveInstrument
from outcomes.services.instruments import import_instrument
from programs.tests.factories import CohortFactory

WORDS = ("Not at all", "A little", "Somewhat", "Mostly", "Fully")


def definition(key: str = "warmth", count: int = 4, **fields):
    """An instrument of our own: a mean of 1 to 5, its second item reversed."""
    keys = [f"w{number}" for number in range(1, count + 1)]
    return {
        "id": key,
        "version": "1.0.0",
        "title": "Warmth at work",
        "purpose": "How warm people are with others.",
        "instructions": "Think of the last two weeks.",
        "licence": {"class": "own", "name": "our own", "attribution": "Our own."},
        "text_status": "shipped",
        "scales": {
            "much": {
                "options": [{"value": at, "label": word} for at, word in enumerate(WORDS, start=1)]
            }
        },
        "items": [
            {"id": one, "text": f"Statement {one}.", "scale": "much", "reverse": one == "w2"}
            for one in keys
        ],
        "subscales": [
            {
                "key": "total",
                "title": "Warmth",
                "items": keys,
                "method": "mean",
                "range": [1, 5],
                "direction": "up",
            }
        ],
        **fields,
    }


class InstrumentFactory(DjangoModelFactory):
    class Meta:
        model = Instrument
        django_get_or_create = ("key", "version")

    key = "warmth"
    version = "1.0.0"
    title = "Warmth at work"
    sha256 = "0" * 64
    definition = factory.LazyAttribute(lambda made: definition(made.key))


class WaveFactory(DjangoModelFactory):
    """Planned, not open: it asks one instrument of our own."""

    class Meta:
        model = Wave
        skip_postgeneration_save = True

    cohort = factory.SubFactory(CohortFactory)
    label = Wave.Label.BASELINE
    opens_at = factory.LazyFunction(timezone.now)
    closes_at = factory.LazyAttribute(lambda made: made.opens_at + timedelta(days=14))

    @factory.post_generation
    def instruments(self, create, extracted, **kwargs):
        for position, instrument in enumerate(extracted or [InstrumentFactory()]):
            WaveInstrument.objects.create(wave=self, instrument=instrument, position=position)


def indicator_file(
    *, months: int, key: str = "safety_event_rate", unit: str = "", first: int = 3
) -> bytes:
    """Monthly figures from January 2024 on, as an organization would upload them."""
    lines = [",".join(HEADERS)]
    for month in range(months):
        year, number = 2024 + month // 12, month % 12 + 1
        end = date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)
        counts = f"{first + month % 3},1300,,,"
        lines.append(f"{key},{unit},{year}-{number:02}-01,{end},{counts},Incident system")
    return "\n".join(lines).encode()


def patient_questions() -> Instrument:
    """The questions for patients as they are shipped."""
    return shipped("patient-questions")


def shipped(key: str) -> Instrument:
    outcome = import_instrument(path=settings.BASE_DIR / "instruments" / key / "1.0.0.yaml")
    assert outcome.instrument is not None, outcome.reasons
    return outcome.instrument
