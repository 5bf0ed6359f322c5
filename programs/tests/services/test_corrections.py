"""What was recorded in error is voided by a later event; completions of programs stay."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import UserFactory
from programs.models import Item, ProgressEvent
from programs.reports.cohort_progress import cohort_progress
from programs.services.corrections import void_event
from programs.services.enrollments import transfer
from programs.services.live_slots import cancel_slot, record_attendance
from programs.services.progress import record_event
from programs.tests.factories import CohortFactory, LiveSlotFactory

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def by(db):
    return UserFactory(practice_role="consultant")


def record(enrollment, item, kind="item_completed", **fields):
    fields = {"occurred_at": NOW, "key": uuid4(), "now": NOW, **fields}
    return record_event(enrollment=enrollment, item=item, kind=kind, **fields)


def row(enrollment):
    (found,) = cohort_progress(cohort=enrollment.cohort, at=NOW + timedelta(days=1)).learners
    return found


def test_an_item_taken_back_can_be_done_again(enrollment, item_of, by):
    item = item_of(Item.Kind.READING)
    item_of(Item.Kind.READING)
    for times in (1, 2):
        event = record(enrollment, item)
        assert row(enrollment).done == 1
        void_event(event=event, by=by, reason="wrong person", now=NOW)
        assert row(enrollment).done == 0
        assert enrollment.item_states.get(item=item).done_at is None
        assert enrollment.events.filter(kind="item_completed").count() == times
    assert void_event(event=event, by=by, reason="again", now=NOW).reason == "wrong person"


def test_the_completion_of_a_program_stays(enrollment, item_of, by):
    event = record(enrollment, item_of(Item.Kind.READING))
    void_event(event=event, by=by, reason="wrong person", now=NOW)

    enrollment.refresh_from_db()
    assert enrollment.completed_at == NOW
    assert row(enrollment).state == "completed"
    with pytest.raises(ValidationError) as refusal:
        void_event(
            event=enrollment.events.get(kind="program_completed"), by=by, reason="x", now=NOW
        )
    assert refusal.value.code == "completion_stays"


def test_a_correction_needs_a_reason_and_is_not_corrected(enrollment, item_of, by):
    event = record(enrollment, item_of(Item.Kind.READING))
    void = void_event(event=event, by=by, reason="wrong person", now=NOW)
    for wrong, reason, code in ((event, " ", "reason_missing"), (void, "x", "is_a_correction")):
        with pytest.raises(ValidationError) as refusal:
            void_event(event=wrong, by=by, reason=reason, now=NOW)
        assert refusal.value.code == code


def test_who_was_not_there_after_all_was_not_active_then(enrollment, item_of, by):
    """And attended again by a second correction: present, absent, present."""
    item_of(Item.Kind.READING)
    slot = LiveSlotFactory(cohort=enrollment.cohort, starts_at=NOW - timedelta(hours=3))
    active = []
    for status in ("present", "absent", "present"):
        record_attendance(enrollment=enrollment, slot=slot, status=status, by=by, now=NOW)
        active.append(row(enrollment).last_event_at)
    assert active == [slot.ends_at, None, slot.ends_at]


def test_a_canceled_session_completes_whom_it_held_up(enrollment, item_of, by):
    """One of two is too few for two thirds; one of one is enough."""
    enrollment.accepted_at = NOW - timedelta(days=14)
    enrollment.save()
    held = LiveSlotFactory(cohort=enrollment.cohort, starts_at=NOW - timedelta(hours=3))
    ahead = LiveSlotFactory(cohort=enrollment.cohort)
    record_attendance(enrollment=enrollment, slot=held, status="present", by=by, now=NOW)
    record(enrollment, item_of(Item.Kind.READING))
    enrollment.refresh_from_db()
    assert enrollment.completed_at is None

    later = NOW + timedelta(minutes=5)
    cancel_slot(slot=ahead, by=by, now=later)

    enrollment.refresh_from_db()
    assert enrollment.completed_at == later


def test_a_session_of_before_one_joined_is_not_missed(enrollment, item_of, by):
    LiveSlotFactory(cohort=enrollment.cohort, starts_at=NOW - timedelta(days=20))
    record(enrollment, item_of(Item.Kind.READING))
    enrollment.refresh_from_db()
    assert enrollment.completed_at == NOW


def test_completion_is_as_late_as_the_last_thing_it_needs(enrollment, item_of, by):
    """The step of last week is entered after the session of this morning."""
    slot = LiveSlotFactory(cohort=enrollment.cohort, starts_at=NOW - timedelta(hours=3))
    record_attendance(enrollment=enrollment, slot=slot, status="present", by=by, now=NOW)
    record(enrollment, item_of(Item.Kind.READING), occurred_at=NOW - timedelta(days=7))
    enrollment.refresh_from_db()
    assert enrollment.completed_at == slot.ends_at


def test_practice_of_no_minute_is_refused(enrollment, item_of):
    with pytest.raises(ValidationError) as refusal:
        record(enrollment, item_of(Item.Kind.PRACTICE), "practiced", payload={"minutes": 0})
    assert refusal.value.code == "minutes_out_of_range"
    assert not ProgressEvent.objects.exists()


def test_a_transfer_takes_along_what_was_done_of_the_same_program(enrollment, item_of, by):
    done, _undone = item_of(Item.Kind.READING), item_of(Item.Kind.READING)
    record(enrollment, done, occurred_at=NOW - timedelta(days=2))
    cohort = enrollment.cohort
    to = CohortFactory(engagement=cohort.engagement, version=cohort.version)

    moved = transfer(enrollment=enrollment, to=to, by=by, now=NOW)

    state = moved.item_states.get()
    assert (state.item, state.done_at) == (done, NOW - timedelta(days=2))
    assert row(moved).done == 1
    assert cohort_progress(cohort=cohort, at=NOW).enrolled == 0
