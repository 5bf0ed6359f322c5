"""What a clinician's rota says: to the clinician's own pages and messages, to nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Value
from psycopg.types.range import TimestamptzRange

from accounts.models import User
from coaching.engine.intervals import Iv, merge
from coaching.engine.rota import SLEEP_S, Rota, sleep_after
from coaching.engine.wall_clock import from_epoch, to_epoch
from coaching.models import RotaShift
from core.db import Int8Range

_AROUND = timedelta(days=2)


def _shifts(person_id: int, lo: datetime, hi: datetime) -> list[Iv]:
    rows = (
        RotaShift.objects.annotate(who=Int8Range(F("person"), F("person"), Value("[]")))
        .filter(
            who__overlap=Int8Range(Value(person_id), Value(person_id), Value("[]")),
            span__overlap=TimestamptzRange(lo, hi),
        )
        .values_list("span", flat=True)
    )
    return merge((to_epoch(span.lower), to_epoch(span.upper)) for span in rows)


def shifts_for(*, person_id: int, lo: int, hi: int) -> list[Iv]:
    """Return the shifts of a person that meet [lo, hi), all epoch seconds; sorted, disjoint."""
    return _shifts(person_id, from_epoch(lo), from_epoch(hi))


def rota_of(person: User, lo: datetime, hi: datetime) -> Rota:
    """Return the rota to ask about slots in [lo, hi), with the shifts just outside."""
    return Rota(_shifts(person.pk, lo - _AROUND, hi + _AROUND), person.time_zone)


def sleep_spans(person_id: int, lo: datetime, hi: datetime) -> list[Iv]:
    """Return the sleep after night shifts that meets [lo, hi): nothing is sent in it."""
    shifts = _shifts(person_id, lo - timedelta(seconds=SLEEP_S), hi)
    if not shifts:
        return []
    person = User.objects.get(pk=person_id)
    return [span for span in sleep_after(shifts, person.zone) if _meets(span, lo, hi)]


def _meets(span: Iv, lo: datetime, hi: datetime) -> bool:
    return span[0] < to_epoch(hi) and to_epoch(lo) < span[1]


def spans_of(ranges: Iterable[Iv]) -> list[TimestamptzRange]:
    """Return spans of epoch seconds as PostgreSQL keeps them."""
    return [TimestamptzRange(from_epoch(start), from_epoch(end)) for start, end in ranges]
