"""The dates of a cohort as its staff read them: what each hangs on, in words, and whom it is for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.engine.schedule import ENROLLED, offset_days, session_key
from programs.models import Enrollment, Item, Module, ScheduleRow

if TYPE_CHECKING:
    from programs.models import Cohort, CohortGroup

Kind = ScheduleRow.Kind


@dataclass(frozen=True)
class DateLine:
    row: ScheduleRow
    words: str

    @property
    def is_edited(self) -> bool:
        return bool(self.row.edited_reason)


@dataclass(frozen=True)
class GroupLine:
    """Dates of one module for everybody, or for one group."""

    group: CohortGroup | None
    release: DateLine | None
    due: DateLine | None


@dataclass(frozen=True)
class ModuleLine:
    module: Module
    lines: tuple[GroupLine, ...]
    own_dates: int  # people who have a date of their own, from their first day


def schedule_lines(cohort: Cohort) -> list[ModuleLine]:
    """Every module in order; everybody's dates first, then the groups': four queries."""
    titles = session_titles(cohort)
    found: dict[int, dict[int | None, dict[str, DateLine]]] = defaultdict(dict)
    groups: dict[int | None, CohortGroup | None] = {None: None}
    rows = cohort.schedule.filter(enrollment=None).select_related("group", "edited_by")
    for row in rows.order_by("group__name"):
        groups[row.group_id] = row.group
        dates = found[row.module_id].setdefault(row.group_id, {})
        dates[row.kind] = DateLine(row, anchor_words(row, titles))
    own: dict[int, set[int]] = defaultdict(set)
    personal = cohort.schedule.exclude(enrollment=None)
    for module, enrollment in personal.values_list("module", "enrollment"):
        own[module].add(enrollment or 0)
    return [
        ModuleLine(
            module=module,
            lines=tuple(
                GroupLine(groups[group], dates.get(Kind.RELEASE), dates.get(Kind.DUE))
                for group, dates in found[module.pk].items()
            ),
            own_dates=len(own[module.pk]),
        )
        for module in Module.objects.filter(version=cohort.version_id).order_by("position")
    ]


def session_titles(cohort: Cohort) -> dict[str, str]:
    """What people call the session of each key."""
    live = Item.objects.filter(module__version=cohort.version_id, kind=Item.Kind.LIVE)
    named = {body.get("session", ""): title for body, title in live.values_list("body", "title")}
    return named | dict(cohort.live_slots.values_list("key", "title"))


def anchor_words(row: ScheduleRow, titles: dict[str, str]) -> str:
    """Say what a date follows from: "2 days before Middle session, 20:00"."""
    words = date_words(row.anchor, row.offset, titles)
    return f"{words}, {row.at_time:%H:%M}" if row.at_time else words


def date_words(anchor_name: str, offset: str, titles: dict[str, str]) -> str:
    """Say a rule of the curriculum: "7 days after the start".

    Raises:
        ValueError: `offset` is no duration in days or weeks.
    """
    key = session_key(anchor_name)
    if key:
        anchor = titles.get(key, key)
    elif anchor_name == ENROLLED:
        anchor = _("each person's first day")
    else:
        anchor = _("the start")
    days = offset_days(offset)
    if days == 0:
        words = _("on the day of %(anchor)s") % {"anchor": anchor}
    elif days < 0:
        words = ngettext("%(n)d day before %(anchor)s", "%(n)d days before %(anchor)s", -days) % {
            "n": -days,
            "anchor": anchor,
        }
    else:
        words = ngettext("%(n)d day after %(anchor)s", "%(n)d days after %(anchor)s", days) % {
            "n": days,
            "anchor": anchor,
        }
    return words


def people_of_row(row: ScheduleRow) -> QuerySet[Enrollment]:
    """Everybody taking part for whom this row holds, by name."""
    people = Enrollment.objects.live().filter(cohort=row.cohort_id, completed_at=None)
    others = ScheduleRow.objects.filter(cohort=row.cohort_id, module=row.module_id, kind=row.kind)
    if row.enrollment_id:
        people = people.filter(pk=row.enrollment_id)
    else:
        people = people.exclude(pk__in=others.exclude(enrollment=None).values("enrollment"))
        if row.group_id:
            people = people.filter(group=row.group_id)
        else:
            people = people.exclude(group__in=others.exclude(group=None).values("group"))
    return people.select_related("clinician").order_by("clinician__name", "pk")
