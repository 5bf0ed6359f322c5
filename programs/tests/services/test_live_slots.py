from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import UserFactory
from programs.models import AttendanceRecord, ItemState, LiveSlot, ProgressEvent
from programs.services.live_slots import (
    cancel_slot,
    mark_attendance,
    move_slot,
    plan_slot,
    record_attendance,
)
from programs.tests.factories import (
    CohortFactory,
    EnrollmentFactory,
    ItemFactory,
    LiveSlotFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def by():
    return UserFactory(practice_role="consultant")


@pytest.fixture
def cohort():
    cohort = CohortFactory()
    ItemFactory(
        module=cohort.version.modules.first(),
        kind="live",
        required=False,
        body={"session": "mid", "prompt": "Come"},
    )
    return cohort


@pytest.fixture
def slot(cohort):
    return LiveSlotFactory(cohort=cohort, key="mid", starts_at=NOW - 3 * HOUR)


def code_of(call, **arguments):
    with pytest.raises(ValidationError) as refusal:
        call(**arguments)
    return refusal.value.code


def test_presence_completes_the_live_item_once(slot, cohort, by):
    person = EnrollmentFactory(cohort=cohort)
    for _ in range(3):
        record_attendance(enrollment=person, slot=slot, status="present", by=by, now=NOW)

    assert AttendanceRecord.objects.count() == 1
    assert ProgressEvent.objects.filter(kind="attended").count() == 1
    assert ItemState.objects.get().done_at == slot.ends_at
    slot.refresh_from_db()
    assert slot.state == LiveSlot.State.HELD


def test_a_correction_keeps_the_old_mark_and_takes_no_completion_back(slot, cohort, by):
    person = EnrollmentFactory(cohort=cohort)
    record_attendance(enrollment=person, slot=slot, status="present", by=by, now=NOW)
    record_attendance(
        enrollment=person, slot=slot, status="absent", by=by, reason="wrong person", now=NOW
    )

    marks = AttendanceRecord.objects.order_by("pk")
    assert [(mark.status, mark.superseded_at) for mark in marks] == [
        ("present", NOW),
        ("absent", None),
    ]
    assert ItemState.objects.exclude(done_at=None).count() == 1


def test_attendance_stays_in_its_cohort(slot, by):
    stranger = EnrollmentFactory()
    arguments = {"enrollment": stranger, "slot": slot, "status": "present", "by": by, "now": NOW}

    assert code_of(record_attendance, **arguments) == "wrong_cohort"
    assert mark_attendance(slot=slot, statuses={stranger.pk: "present"}, by=by, now=NOW) == 0


def test_marking_a_group_passes_over_others_and_what_stands(cohort, by):
    north, south = (cohort.groups.create(name=name) for name in ("North", "South"))
    slot = LiveSlotFactory(cohort=cohort, group=north, starts_at=NOW - 3 * HOUR)
    own = EnrollmentFactory(cohort=cohort, group=north)
    other = EnrollmentFactory(cohort=cohort, group=south)
    statuses = {own.pk: "present", other.pk: "present"}

    assert mark_attendance(slot=slot, statuses=statuses, by=by, now=NOW) == 1
    assert mark_attendance(slot=slot, statuses=statuses, by=by, now=NOW) == 0


def test_a_session_is_planned_once_and_within_its_cohort(slot, cohort, by):
    arguments = {
        "cohort": cohort,
        "key": "mid",
        "title": "Middle",
        "starts_at": NOW,
        "ends_at": NOW + HOUR,
        "by": by,
    }
    elsewhere = CohortFactory().groups.create(name="Elsewhere")

    assert code_of(plan_slot, **arguments) == "already_planned"
    assert code_of(plan_slot, group=elsewhere, **arguments) == "wrong_cohort"


def test_a_session_cannot_end_before_it_starts(slot, by):
    with pytest.raises(ValidationError):
        move_slot(slot=slot, starts_at=NOW, ends_at=NOW, by=by)


def test_what_was_held_is_neither_moved_nor_cancelled(slot, cohort, by):
    person = EnrollmentFactory(cohort=cohort)
    record_attendance(enrollment=person, slot=slot, status="absent", by=by, now=NOW)

    moved = {"slot": slot, "starts_at": NOW, "ends_at": NOW + HOUR, "by": by}
    assert code_of(move_slot, **moved) == "not_scheduled"
    assert code_of(cancel_slot, slot=slot, by=by, now=NOW) == "not_scheduled"


def test_a_cancelled_session_takes_no_mark(slot, cohort, by):
    person = EnrollmentFactory(cohort=cohort)
    cancelled = cancel_slot(slot=slot, by=by, now=slot.starts_at)
    arguments = {"enrollment": person, "slot": cancelled, "status": "present", "by": by}

    assert code_of(record_attendance, now=NOW, **arguments) == "cancelled"
