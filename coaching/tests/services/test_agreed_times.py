"""A country changes its clocks after a session was booked: its table is as if from before."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
import tzdata
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from coaching.services.agreed_times import (
    agree_on_shown_time,
    changed_agreed_times,
    keep_agreed_time,
)
from coaching.tests.factories import (
    BookingFactory,
    CoachedEnrollmentFactory,
    CoachingSessionFactory,
)

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
OLD = "2020a"


def planned(**fields):
    """15 June 09:00 in London by today's table, 08:00Z."""
    return CoachingSessionFactory(
        **{
            "starts_at": datetime(2027, 6, 15, 8, tzinfo=UTC),
            "wall_zone": "Europe/London",
            "wall_start": "2027-06-15T09:00",
            "tzdb_version": OLD,
        }
        | fields
    )


@pytest.mark.django_db
def test_only_sessions_that_show_another_time_are_listed():
    planned()  # an older table that says the same
    planned(wall_start="2027-06-15T08:00", tzdb_version=tzdata.IANA_VERSION)
    planned(wall_start="2027-06-15T08:00", status="cancelled")
    planned(wall_start="2027-05-15T08:00", starts_at=NOW - timedelta(days=17))
    planned(wall_start="")  # from before wall times were kept
    # Agreed when the table had no summer time: 08:00Z was 08:00.
    changed = planned(wall_start="2027-06-15T08:00")

    (row,) = changed_agreed_times(now=NOW)
    assert row.session == changed
    assert row.agreed == datetime(2027, 6, 15, 8)  # noqa: DTZ001  # a wall time
    assert f"{row.shown:%H:%M %Z}" == "09:00 BST"
    assert row.agreed_at == datetime(2027, 6, 15, 7, tzinfo=UTC)
    assert changed_agreed_times(now=NOW, coach=changed.coach) == [row]
    assert changed_agreed_times(now=NOW, coach=planned().coach) == []


@pytest.mark.django_db
def test_the_time_shown_can_be_agreed_on_and_nothing_else_changes():
    changed = planned(wall_start="2027-06-15T08:00")
    agree_on_shown_time(session=changed)
    assert changed_agreed_times(now=NOW) == []
    before = (changed.span, changed.rev, changed.ics_seq, changed.status)
    changed.refresh_from_db()
    assert (changed.span, changed.rev, changed.ics_seq, changed.status) == before
    assert changed.wall_start == "2027-06-15T09:00"


@pytest.mark.django_db(transaction=True)
def test_keeping_the_agreed_time_is_a_move():
    enrollment = CoachedEnrollmentFactory()
    at = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=20)
    session = planned(
        coach=enrollment.coach,
        cohort=enrollment.cohort,
        starts_at=at.replace(hour=12),
        wall_zone="UTC",
        wall_start=f"{at:%Y-%m-%d}T11:00",
        taken=1,
    )
    booking = BookingFactory(enrollment=enrollment, coaching_session=session)
    now = timezone.now()
    (row,) = changed_agreed_times(now=now)

    keep_agreed_time(actor=enrollment.coach, session=session, idem_key=uuid4(), now=now)

    session.refresh_from_db()
    assert (session.starts_at, session.rev) == (row.agreed_at, 2)
    assert session.wall_start == f"{at:%Y-%m-%d}T11:00"
    booking.refresh_from_db()
    assert (booking.state, booking.rev, booking.move_count) == ("booked", 2, 0)
    assert booking.events.get().reason == "agreed_time"
    assert changed_agreed_times(now=now) == []


@pytest.mark.django_db
def test_a_session_nobody_is_booked_in_has_nothing_to_keep():
    session = planned(wall_start="2027-06-15T08:00")
    with pytest.raises(ValidationError) as refusal:
        keep_agreed_time(actor=session.coach, session=session, idem_key=uuid4(), now=NOW)
    assert refusal.value.code == "not_live"


@pytest.mark.django_db
def test_the_command_lists_them_and_changes_nothing():
    changed = planned(wall_start="2037-06-15T08:00", starts_at=datetime(2037, 6, 15, 8, tzinfo=UTC))
    out = StringIO()
    call_command("list_agreed_times", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines == [
        f"{changed.public_id}  agreed 2037-06-15 08:00 Europe/London, shows 2037-06-15 09:00 BST",
        "1 to decide on.",
    ]
    changed.refresh_from_db()
    assert (changed.rev, changed.wall_start) == (1, "2037-06-15T08:00")
