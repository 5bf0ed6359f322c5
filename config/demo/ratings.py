"""Invented patients of the first client: one link that is over, one that hangs on the wall."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from config.demo.clients import Client
from outcomes.models import Instrument
from outcomes.services.ratings import make_rating_link, receive_rating

FORMS = 38


def make_ratings(*, clients: list[Client], rng: Random, now: datetime) -> None:
    client = clients[0]
    actor = client.organization.consultants.order_by("pk")[0]
    found = Instrument.objects.filter(key="patient-questions").order_by("-pk").first()
    if found is None:
        return  # its file was not imported
    given: dict[str, Any] = {
        "organization": client.organization,
        "instrument": found,
        "actor": actor,
    }
    then = now - timedelta(days=60)
    over = make_rating_link(
        unit=client.units[2],
        opens_on=then.date(),
        closes_on=(now - timedelta(days=20)).date(),
        now=then,
        **given,
    )
    keys = found.parsed.presentation_order
    for number in range(FORMS):
        answers = {key: float(rng.choice((3, 4, 4, 5, 5))) for key in keys}
        receive_rating(link=over, answers=answers, now=then + timedelta(days=1 + number % 30))
    make_rating_link(
        unit=client.units[1],
        opens_on=now.date() - timedelta(days=5),
        closes_on=now.date() + timedelta(days=85),
        now=now - timedelta(days=5),
        **given,
    )
