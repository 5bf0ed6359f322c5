"""What is new for a learner: modules that opened, dates that moved, since the digest before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from programs.engine.digests import covered, digest_at, digest_day
from programs.models import Cohort, Enrollment, ScheduleChange, ScheduleRow
from programs.reports.learning import ModuleStep, holding_rows, module_path, next_in

if TYPE_CHECKING:
    from accounts.models import User

What = ScheduleChange.What
_DATES = (What.RELEASE, What.DUE, What.EXTENSION)
_BACK = timedelta(hours=26)  # a day of a digest, with an hour that a clock change adds


@dataclass(frozen=True)
class MovedDate:
    """Of the module at `position`; `what` is release, due or extension; `at` None: open again."""

    position: int
    what: str
    at: datetime | None


@dataclass(frozen=True)
class ProgramNews:
    """Numbers and dates of one program, no title: a mail names no topic."""

    enrollment: Enrollment
    opened: tuple[int, ...]  # positions of modules
    moved: tuple[MovedDate, ...]
    minutes: int | None  # of the next open step


def digests_due(
    *, cohorts: Iterable[Cohort], after: datetime, until: datetime
) -> Iterator[tuple[User, date, datetime]]:
    """Yield each learner, day and instant of a digest that has something to tell in (after, until].

    Five queries for any number of cohorts; nothing is read of people where nothing happens.
    """
    lo = after - _BACK
    changes = ScheduleChange.objects.filter(changed_at__gt=lo, changed_at__lte=until)
    rows = ScheduleRow.objects.filter(at__gt=lo, at__lte=until)
    touched = list(
        Cohort.objects.filter(pk__in=[cohort.pk for cohort in cohorts]).filter(
            Exists(changes.filter(cohort=OuterRef("pk")))
            | Exists(rows.filter(cohort=OuterRef("pk"), kind=ScheduleRow.Kind.RELEASE))
            | Q(everything_open_at__gt=lo, everything_open_at__lte=until)
        )
    )
    if not touched:
        return
    instants: dict[int, list[tuple[int | None, int | None, datetime]]] = defaultdict(list)
    for cohort in touched:
        if cohort.everything_open_at:
            instants[cohort.pk].append((None, None, cohort.everything_open_at))
    opening = rows.filter(cohort__in=touched, kind=ScheduleRow.Kind.RELEASE)
    for pk, group, own, at in opening.values_list("cohort", "group", "enrollment", "at"):
        if at is not None:
            instants[pk].append((group, own, at))
    told = changes.filter(cohort__in=touched, what__in=_DATES)
    who = ("cohort", "group", "enrollment", "changed_at")
    for pk, group, own, changed_at in told.values_list(*who).distinct():
        instants[pk].append((group, own, changed_at))
    seen: set[tuple[int, date]] = set()
    for enrollment in _learners(touched):
        for of_group, of_one, at in instants[enrollment.cohort_id]:
            if of_group not in (None, enrollment.group_id) or of_one not in (None, enrollment.pk):
                continue
            if enrollment.accepted_at is None or at <= enrollment.accepted_at:
                continue
            person = enrollment.clinician
            day = digest_day(at, person.zone)
            due = digest_at(day, person.zone)
            if after < due <= until and (person.pk, day) not in seen:
                seen.add((person.pk, day))
                yield person, day, due


def news_of(*, person: User, day: date, now: datetime) -> list[ProgramNews]:
    """What the digest of `day` tells `person`, as things stand at `now`: nothing stale."""
    after, until = covered(day, person.zone)
    enrollments = (
        Enrollment.objects.owned_by(person)
        .live()
        .filter(completed_at=None, cohort__closed_at=None)
        .select_related("cohort")
    )
    found = [_news(enrollment, after, until, now) for enrollment in enrollments]
    return [news for news in found if news.opened or news.moved]


def _learners(cohorts: list[Cohort]) -> Iterable[Enrollment]:
    return (
        Enrollment.objects.live()
        .filter(cohort__in=cohorts, completed_at=None, clinician__is_active=True)
        .select_related("clinician")
        .order_by("pk")
    )


def _news(enrollment: Enrollment, after: datetime, until: datetime, now: datetime) -> ProgramNews:
    path = module_path(enrollment, now)
    since = max(after, enrollment.accepted_at) if enrollment.accepted_at else after
    opened = tuple(
        step.module.position
        for step in path
        if step.is_open and not step.is_done and since < _opened_at(enrollment, step) <= until
    )
    step = next_in(path)
    return ProgramNews(
        enrollment=enrollment,
        opened=opened,
        moved=tuple(_moved(enrollment, path, opened, since, until)),
        minutes=step.minutes_left if step else None,
    )


def _opened_at(enrollment: Enrollment, step: ModuleStep) -> datetime:
    """When an open module opened: by its own date, or with everything."""
    instants = [step.opens_at, enrollment.cohort.everything_open_at]
    return min(instant for instant in instants if instant is not None)


def _moved(
    enrollment: Enrollment,
    path: list[ModuleStep],
    opened: tuple[int, ...],
    after: datetime,
    until: datetime,
) -> Iterator[MovedDate]:
    """Yield what stands elsewhere than before; what moved to and fro, or is told as open, is no news."""
    modules = {step.module.pk: step for step in path if not step.is_done}
    holding = holding_rows(enrollment)
    nets: dict[tuple[int, str], list[datetime | None]] = {}
    changes = (
        ScheduleChange.objects.filter(
            cohort=enrollment.cohort_id,
            changed_at__gt=after,
            changed_at__lte=until,
            what__in=_DATES,
        )
        .filter(Q(enrollment=None) | Q(enrollment=enrollment.pk))
        .order_by("changed_at", "pk")
    )
    for change in changes:
        if change.module_id not in modules:
            continue
        row = holding.get((change.module_id, change.what))
        own = change.what == What.EXTENSION or (
            row is not None
            and (row.group_id, row.enrollment_id) == (change.group_id, change.enrollment_id)
        )
        if own:
            net = nets.setdefault((change.module_id, change.what), [change.old, change.new])
            net[1] = change.new
    for (module, what), (old, new) in sorted(nets.items()):
        step = modules[module]
        is_told = what == What.RELEASE and (step.is_open or step.module.position in opened)
        if old != new and not is_told:
            yield MovedDate(step.module.position, what, new)
