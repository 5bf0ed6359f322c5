"""Every cell of a cohort: one row a person, one column a step, the day on which it was done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, Func, Q, QuerySet, TextField, Value

from core.tables import neutral
from programs.models import Item, ProgressEvent
from programs.reports.cohort_facts import people_of
from programs.reports.edition_facts import load_heirs
from programs.reports.event_facts import Kind, counted, standing

if TYPE_CHECKING:
    from programs.models import Cohort

Row = list[str | int | float]
HEAD = ("Name", "Group", "Unit")


class Day(Func):
    """The calendar day of a moment in a zone, as text."""

    template = "to_char(%(expressions)s, 'YYYY-MM-DD')"
    arg_joiner = " AT TIME ZONE "
    output_field = TextField()


def steps_done(*, cohort: Cohort, at: datetime) -> tuple[list[str], Iterator[Row]]:
    """The header, and neutral rows as they are asked for: four queries, one more after a correction."""
    items = list(
        Item.objects.filter(module__version=cohort.version_id)
        .order_by("module__position", "position")
        .values_list("pk", "module__key", "key")
    )
    header = [*HEAD, *(f"{module}/{item}" for _pk, module, item in items)]
    places = {pk: place for place, (pk, _module, _key) in enumerate(items)}
    heirs = load_heirs(cohort)
    return header, _rows(cohort, at, places, heirs)


def _rows(
    cohort: Cohort, at: datetime, places: Mapping[int, int], heirs: Mapping[int, list[int]]
) -> Iterator[Row]:
    done = _done(cohort, at)
    blank: Row = [""] * len(places)
    people = people_of(cohort, at, None).exclude(transferred_out_at__lte=at)
    for person in people.filter(accepted_at__lte=at):
        row = blank.copy()
        for item, day in done.get(person[0], ()):
            place = places.get(item)
            if place is not None:
                row[place] = day
            for heir in heirs.get(item, ()) if heirs else ():
                row[places[heir]] = row[places[heir]] or day
        texts = (person[2] or person[3], person[7] or "", person[5] or "")
        yield [*map(neutral, texts), *row]


def _done(cohort: Cohort, at: datetime) -> dict[int, list[tuple[int, str]]]:
    events = ProgressEvent.objects.filter(enrollment__cohort=cohort)
    rows = {row[0]: row for row in _days(events, cohort, at)}
    if corrected := [pk for pk, row in rows.items() if row[-1]]:
        for pk in corrected:
            del rows[pk]
        rows |= {row[0]: row for row in _days(standing(corrected, None), cohort, at)}
    return {
        pk: list(zip(items or (), days or (), strict=True)) for pk, items, days, _v in rows.values()
    }


def _days(
    events: QuerySet[ProgressEvent], cohort: Cohort, at: datetime
) -> Iterable[tuple[Any, ...]]:
    is_done = counted(at, None) & Q(kind=Kind.ITEM_COMPLETED)
    day = Day(F("occurred_at"), Value(cohort.time_zone))
    return (
        events.order_by()
        .values("enrollment_id")
        .annotate(
            items=ArrayAgg("item_id", filter=is_done),
            days=ArrayAgg(day, filter=is_done),
            corrections=Count("occurred_at", filter=Q(kind=Kind.VOIDED)),
        )
        .values_list("enrollment_id", "items", "days", "corrections")
    )
