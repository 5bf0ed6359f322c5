"""Objects of this app for tests: an instrument of our own, rounds, responses."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from outcomes.models import Instrument, Wave, WaveInstrument
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
