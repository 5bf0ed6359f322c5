from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from coaching.models import TimeClaim
from coaching.services.bookings import book
from coaching.services.conflicts import declare_conflict
from coaching.services.reassignments import reassign_coach
from coaching.tests.factories import (
    AvailabilityScheduleFactory,
    CoachedEnrollmentFactory,
    SessionTypeFactory,
)
from notifications.kinds import get_kind
from notifications.models import Message
from programs.tests.factories import CohortStaffFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 6, 1, 6, tzinfo=UTC)
TEN = datetime(2027, 6, 3, 10, tzinfo=UTC)


@pytest.fixture
def enrollment():
    return CoachedEnrollmentFactory(
        cohort__engagement__starts_on=date(2027, 1, 1),
        cohort__engagement__ends_on=date(2027, 12, 31),
    )


@pytest.fixture
def kind():
    return SessionTypeFactory(length_min=60, step_min=30, uses_hours=False)


@pytest.fixture
def booking(enrollment, kind):
    return sit(enrollment, kind, coach=enrollment.coach)


@pytest.fixture
def second(enrollment):
    person = CohortStaffFactory(cohort=enrollment.cohort).person
    AvailabilityScheduleFactory(coach=person)
    return person


def sit(enrollment, kind, **fields):
    return book(
        actor=enrollment.clinician,
        enrollment=enrollment,
        session_type=kind,
        start=TEN,
        idem_key=uuid4(),
        now=NOW,
        **fields,
    )


def hand_over(booking, coach, rev=1, now=NOW):
    return reassign_coach(
        actor=booking.coaching_session.coach,
        session=booking.coaching_session,
        coach=coach,
        expected_rev=rev,
        now=now,
    )


def calendar_of(kind, person):
    message = Message.objects.pending().get(kind=f"coaching.{kind}", recipient=person)
    assert get_kind(message.kind).current(message)
    mail = get_kind(message.kind).render(message)
    lines = mail.calendar.decode().replace("\r\n ", "").split("\r\n")
    fields = dict(line.partition(":")[::2] for line in lines)
    return fields | {"method": mail.calendar_method}


def test_the_clinician_keeps_the_entry_and_the_former_coach_gets_a_cancellation(booking, second):
    former = booking.coaching_session.coach
    session = hand_over(booking, second)

    mine = calendar_of("coach_changed", booking.clinician)
    assert (mine["method"], mine["UID"], mine["SEQUENCE"]) == (
        "REQUEST",
        str(booking.ics_uid),
        "1",
    )
    gone = calendar_of("session_handed_over", former)
    assert (gone["METHOD"], gone["UID"], gone["SEQUENCE"]) == ("CANCEL", str(session.ics_uid), "1")
    new = calendar_of("session_taken_over", second)
    assert (new["METHOD"], new["UID"], new["SEQUENCE"]) == ("REQUEST", str(session.ics_uid), "1")
    organizers = {
        next(value for name, value in fields.items() if name.startswith("ORGANIZER"))
        for fields in (mine, gone, new)
    }
    assert len(organizers) == 1


def test_the_former_coach_is_free_again_and_the_new_one_is_not(enrollment, booking, second, kind):
    former = booking.coaching_session.coach
    hand_over(booking, second)
    people = TimeClaim.objects.filter(active=True).values_list("person", flat=True)
    assert set(people) == {booking.clinician_id, second.pk}
    other = EnrollmentFactory(cohort=enrollment.cohort)
    assert sit(other, kind, coach=former).coaching_session.coach == former


def test_reminders_are_owed_at_the_new_revision_only(booking, second):
    hand_over(booking, second)
    kept = Message.objects.pending().filter(kind="coaching.session_reminder")
    assert {message.subject_rev for message in kept} == {2}


@pytest.mark.parametrize("case", ["busy", "stale", "conflict", "outsider", "same", "begun"])
def test_what_refuses(enrollment, booking, second, kind, case):
    codes = {
        "busy": "slot_taken",
        "stale": "stale",
        "conflict": "no_coach",
        "outsider": "no_coach",
        "same": "not_open",
        "begun": "already_started",
    }
    target, rev, now = second, 1, NOW
    if case == "busy":
        sit(EnrollmentFactory(cohort=enrollment.cohort), kind, coach=second)
    elif case == "stale":
        rev = 2
    elif case == "conflict":
        declare_conflict(
            person=second, other=booking.clinician, kind="personal", by=booking.clinician
        )
    elif case == "outsider":
        target = CoachedEnrollmentFactory().coach
    elif case == "same":
        target = enrollment.coach
    else:
        now = TEN + timedelta(minutes=1)
    with pytest.raises(ValidationError) as refusal:
        hand_over(booking, target, rev, now)
    assert refusal.value.code == codes[case]
    booking.coaching_session.refresh_from_db()
    assert booking.coaching_session.coach == enrollment.coach
    assert not Message.objects.filter(kind="coaching.coach_changed").exists()
