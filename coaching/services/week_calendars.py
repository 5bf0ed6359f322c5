"""A coach's week as it is drawn: sessions, open hours, and time that is taken otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.template.defaultfilters import capfirst
from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.engine.hours import windows
from coaching.engine.intervals import Iv, merge, subtract
from coaching.engine.slots import Diary, SlotShape
from coaching.engine.wall_clock import day_table, from_epoch, to_epoch
from coaching.engine.week_grid import DayColumn, Place, Row, WeekGrid, side_by_side, week_grid
from coaching.models import CoachingSession, TimeClaim
from coaching.services.calendars import load_calendars
from core.templatetags.ui import initials

if TYPE_CHECKING:
    from accounts.models import User

DAYS = 7


@dataclass(frozen=True)
class CalendarEvent:
    """Something of the week that has a place of its own. Names nobody: initials only."""

    starts_at: datetime
    ends_at: datetime
    title: str
    url: str = ""  # "" if there is nothing to open
    tone: str = ""  # "" | now | quiet | asked
    status: str = ""  # a word
    badge: str = "neutral"  # and its shape


@dataclass(frozen=True)
class PlacedEvent:
    event: CalendarEvent
    place: Place
    begins_here: bool  # else it came over from the day before
    label: str  # its time; with the zone's abbreviation where the date has that hour twice


@dataclass(frozen=True)
class OpenSpan:
    """Hours in which clinicians may find free times."""

    starts_at: datetime
    ends_at: datetime
    place: Place


@dataclass(frozen=True)
class CalendarDay:
    date: date
    is_today: bool
    events: list[PlacedEvent]
    open: list[OpenSpan]
    absent: list[Place]  # half-hours that the clocks skip on this date


@dataclass(frozen=True)
class WeekCalendar:
    monday: date
    rows: tuple[Row, ...]
    days: list[CalendarDay]

    @property
    def previous(self) -> date:
        return self.monday - timedelta(days=DAYS)

    @property
    def next(self) -> date:
        return self.monday + timedelta(days=DAYS)

    @property
    def last_day(self) -> date:
        return self.monday + timedelta(days=DAYS - 1)

    @property
    def is_empty(self) -> bool:
        return not any(day.events or day.open for day in self.days)


def week_calendar_of(*, coach: User, day: date, now: datetime) -> WeekCalendar:
    """Return the week from Monday that holds `day`, in the coach's own zone.

    Five queries, whatever stands in the week.
    """
    monday = day - timedelta(days=day.weekday())
    table = day_table(coach.time_zone, monday, monday + timedelta(days=DAYS))
    lo, hi = table[0].midnight, table[-1].midnight
    diary = _diary(coach, lo, hi, now)
    opened = _open_hours(diary, lo, hi) if diary else []
    sessions = _sessions(coach, lo, hi)
    events = [_of_session(session, now) for session in sessions]
    events += _taken_otherwise(coach, diary, lo, hi, now)
    spans = [*opened, *((to_epoch(one.starts_at), to_epoch(one.ends_at)) for one in events)]
    grid = week_grid(coach.time_zone, monday, [_clip(span, lo, hi) for span in spans])
    today = now.astimezone(coach.zone).date()
    return WeekCalendar(
        monday, grid.rows, [_day(grid, column, events, opened, today) for column in grid.days]
    )


def _clip(span: Iv, lo: int, hi: int) -> Iv:
    return max(span[0], lo), min(span[1], hi)


def _diary(coach: User, lo: int, hi: int, now: datetime) -> Diary | None:
    calendars = load_calendars(
        coach_ids=[coach.pk], viewer_id=None, shape=SlotShape(0), lo=lo, hi=hi, now=to_epoch(now)
    )
    return calendars.diaries.get(coach.pk)


def _open_hours(diary: Diary, lo: int, hi: int) -> list[Iv]:
    # A window of the day before reaches in, and the hours' zone may be a date apart.
    d0, d1 = (from_epoch(at).date() for at in (lo - 2 * 86400, hi + 2 * 86400))
    found = windows(
        diary.rules,
        diary.overrides,
        diary.zone,
        d0,
        d1,
        travel=diary.travel,
        leaves=diary.leaves,
    )
    return [_clip(span, lo, hi) for span in found if span[0] < hi and span[1] > lo]


def _sessions(coach: User, lo: int, hi: int) -> list[CoachingSession]:
    held = CoachingSession.objects.managed_by(coach).filter(coach=coach)
    return list(
        held.exclude(status=CoachingSession.Status.CANCELLED)
        .filter(span__overlap=(from_epoch(lo), from_epoch(hi)))
        .select_related("session_type")
        .prefetch_related("bookings__clinician")
        .order_by("span__startswith", "pk")
    )


def _of_session(session: CoachingSession, now: datetime) -> CalendarEvent:
    is_over = session.ends_at <= now
    is_on = session.starts_at <= now < session.ends_at
    status, badge = capfirst(session.get_status_display()), session.status
    title = f"{session.session_type.name} {session.taken}/{session.capacity}"
    asked = False
    if not session.is_group:
        bookings = sorted(session.bookings.all(), key=lambda one: (one.is_live, one.pk))
        title = initials(bookings[-1].clinician.name) if bookings else session.session_type.name
        if bookings:
            status, badge = capfirst(bookings[-1].get_state_display()), bookings[-1].state
            asked = bookings[-1].state == "requested"
    if is_on:
        status, badge = _("Now"), "now"
    elif is_over and session.status == CoachingSession.Status.SCHEDULED:
        status, badge = _("How did it go?"), "waiting"
    return CalendarEvent(
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        title=title,
        url=reverse("coaching:session_workspace", args=[session.public_id]),
        tone="now" if is_on else "asked" if asked else "quiet" if is_over else "",
        status=status,
        badge=badge,
    )


def _taken_otherwise(
    coach: User, diary: Diary | None, lo: int, hi: int, now: datetime
) -> list[CalendarEvent]:
    """Return holds, and busy time that no claim explains: it comes from other calendars."""
    claims = list(
        TimeClaim.objects.owned_by(coach)
        .filter(active=True, span__overlap=(from_epoch(lo), from_epoch(hi)))
        .values_list("kind", "span", "expires_at")
    )
    live = [
        (kind, (to_epoch(span.lower), to_epoch(span.upper)))
        for kind, span, expires_at in claims
        if expires_at is None or expires_at > now
    ]
    events = [
        _neutral(span, _("On hold"), _("Somebody is choosing"))
        for kind, span in live
        if kind == TimeClaim.Kind.HOLD
    ]
    busy = (
        [_clip(span, lo, hi) for span in diary.busy if span[0] < hi and span[1] > lo]
        if diary
        else []
    )
    elsewhere = subtract(merge(busy), merge(span for _kind, span in live))
    events += [
        _neutral((piece.start, piece.end), _("Busy"), _("Another calendar")) for piece in elsewhere
    ]
    return events


def _neutral(span: Iv, title: str, status: str) -> CalendarEvent:
    return CalendarEvent(
        from_epoch(span[0]), from_epoch(span[1]), title, tone="taken", status=status
    )


def _day(
    grid: WeekGrid,
    column: DayColumn,
    events: Sequence[CalendarEvent],
    opened: Sequence[Iv],
    today: date,
) -> CalendarDay:
    here = []
    for event in events:
        span = to_epoch(event.starts_at), to_epoch(event.ends_at)
        if place := grid.place(column, span):
            here.append((event, place, span[0] >= column.lo))
    here.sort(key=lambda one: (one[0].starts_at, one[0].ends_at))
    places = side_by_side([place for _event, place, _begins in here])
    return CalendarDay(
        date=column.day,
        is_today=column.day == today,
        events=[
            PlacedEvent(event, place, begins, grid.label(column, to_epoch(event.starts_at)))
            for (event, _place, begins), place in zip(here, places, strict=True)
        ],
        open=[
            OpenSpan(
                from_epoch(max(span[0], column.lo)), from_epoch(min(span[1], column.hi)), place
            )
            for span in opened
            if (place := grid.place(column, span))
        ],
        absent=grid.absent(column),
    )
