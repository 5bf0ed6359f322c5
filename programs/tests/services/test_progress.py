"""The append-only record: once per key, done by the kind's rule, complete once and for good."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from programs.models import Attempt, AttendanceRecord, Item, LiveSlot, ProgressEvent
from programs.services.progress import complete_if_due, open_items, record_event
from programs.tests.factories import EnrollmentFactory, ItemFactory, LiveSlotFactory, ModuleFactory

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


def record(enrollment, item, kind="item_completed", **fields):
    fields = {"occurred_at": NOW, "key": uuid4(), "now": NOW, **fields}
    return record_event(enrollment=enrollment, item=item, kind=kind, **fields)


def test_the_same_key_ten_times_is_one_event(enrollment, item_of):
    item, key = item_of(Item.Kind.FIELD_LOG), uuid4()
    events = {record(enrollment, item, "submitted", key=key).pk for _ in range(10)}
    assert len(events) == 1
    assert ProgressEvent.objects.count() == 1


def test_a_key_of_another_fact_is_refused(enrollment, item_of):
    item, key = item_of(Item.Kind.FIELD_LOG), uuid4()
    record(enrollment, item, "submitted", key=key)
    peer = EnrollmentFactory(cohort=enrollment.cohort)
    with pytest.raises(ValidationError) as refusal:
        record(peer, item, "submitted", key=key)
    assert refusal.value.code == "key_taken"


@pytest.mark.parametrize(
    ("kind", "event", "payload", "times"),
    [
        (Item.Kind.READING, "item_completed", {}, 1),
        (Item.Kind.REFLECTION, "submitted", {}, 1),
        (Item.Kind.CHECK, "submitted", {}, 1),
        (Item.Kind.OBSERVATION, "submitted", {}, 1),
        (Item.Kind.THREAD, "submitted", {}, 1),
        (Item.Kind.SCENARIO, "scenario_ended", {}, 1),
        (Item.Kind.LIVE, "attended", {}, 1),
        (Item.Kind.FIELD_LOG, "submitted", {}, 2),  # entries_min
        (Item.Kind.PRACTICE, "practiced", {"minutes": 2}, 2),  # 2 + 2 reach done_minutes 3
    ],
)
def test_each_kind_is_done_by_its_own_rule(enrollment, item_of, kind, event, payload, times):
    item = item_of(kind)
    item_of(Item.Kind.READING)  # or the program would be complete
    for turn in range(1, times + 1):
        assert not ProgressEvent.objects.filter(kind="item_completed").exists()
        record(enrollment, item, event, payload=payload)
        state = enrollment.item_states.get(item=item)
        assert (state.done_at == NOW) is (turn == times)
    assert ProgressEvent.objects.filter(kind="item_completed", item=item).count() == 1


def test_more_of_a_done_item_completes_nothing_again(enrollment, item_of):
    item = item_of(Item.Kind.REFLECTION)
    item_of(Item.Kind.READING)
    record(enrollment, item, "submitted")
    later = NOW + timedelta(minutes=1)
    record(enrollment, item, "submitted", occurred_at=later, now=later)
    assert enrollment.item_states.get(item=item).done_at == NOW
    assert ProgressEvent.objects.filter(kind="item_completed").count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"withdrawn_at": NOW}, "enrollment_not_live"),
        ({"accepted_at": None}, "enrollment_not_live"),
    ],
)
def test_who_does_not_take_part_records_nothing(enrollment, item_of, change, code):
    item = item_of(Item.Kind.READING)
    for name, value in change.items():
        setattr(enrollment, name, value)
    enrollment.save()
    with pytest.raises(ValidationError) as refusal:
        record(enrollment, item)
    assert refusal.value.code == code


def test_an_item_of_another_edition_is_refused(enrollment):
    foreign = ItemFactory(module=ModuleFactory(items=0))
    with pytest.raises(ValidationError) as refusal:
        record(enrollment, foreign)
    assert refusal.value.code == "item_not_in_program"


def test_the_future_is_refused(enrollment, item_of):
    with pytest.raises(ValidationError) as refusal:
        record(enrollment, item_of(Item.Kind.READING), occurred_at=NOW + timedelta(microseconds=1))
    assert refusal.value.code == "in_the_future"


def test_events_can_not_be_changed_or_deleted(enrollment, item_of):
    record(enrollment, item_of(Item.Kind.READING))
    for sql in (
        "UPDATE programs_progressevent SET kind = 'x'",
        "DELETE FROM programs_progressevent",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_the_program_is_complete_once_all_required_items_are_done(enrollment, item_of):
    one, two = item_of(Item.Kind.READING), item_of(Item.Kind.REFLECTION)
    item_of(Item.Kind.PRACTICE, required=False)

    record(enrollment, one)
    assert enrollment.completed_at is None
    record(enrollment, two, "submitted")

    enrollment.refresh_from_db()
    assert enrollment.completed_at == NOW
    assert ProgressEvent.objects.filter(kind="program_completed").count() == 1


def test_completion_is_never_taken_back(enrollment, item_of):
    record(enrollment, item_of(Item.Kind.READING))
    item_of(Item.Kind.READING)  # R grew
    later = NOW + timedelta(days=1)
    enrollment.refresh_from_db()
    assert complete_if_due(enrollment=enrollment, occurred_at=later, now=later)
    enrollment.refresh_from_db()
    assert enrollment.completed_at == NOW


def test_completion_waits_for_enough_sessions(enrollment, item_of):
    item = item_of(Item.Kind.READING)
    item_of(Item.Kind.LIVE, required=False)
    slots = [LiveSlotFactory(cohort=enrollment.cohort) for _ in range(3)]
    LiveSlotFactory(cohort=enrollment.cohort, state=LiveSlot.State.CANCELLED)
    record(enrollment, item)
    answers = []
    for slot in slots:
        AttendanceRecord.objects.create(
            slot=slot, enrollment=enrollment, status="present", recorded_at=NOW
        )
        answers.append(complete_if_due(enrollment=enrollment, occurred_at=NOW, now=NOW))
    assert answers == [False, True, True]  # 2 of 3 reach 0.66


def test_completion_waits_for_sessions_that_are_not_planned_yet(enrollment, item_of):
    item_of(Item.Kind.LIVE, required=False)
    record(enrollment, item_of(Item.Kind.READING))
    enrollment.refresh_from_db()
    assert enrollment.completed_at is None


@pytest.mark.parametrize(("score", "complete"), [("0.699", False), ("0.700", True)])
def test_completion_needs_the_best_attempt_at_a_required_check(
    enrollment, item_of, score, complete
):
    item = item_of(Item.Kind.CHECK)
    for number, value in enumerate((score, "0.100"), start=1):
        Attempt.objects.create(
            enrollment=enrollment, item=item, number=number, score=value, submitted_at=NOW
        )
    record(enrollment, item, "submitted")
    enrollment.refresh_from_db()
    assert (enrollment.completed_at is not None) is complete


def test_open_items_follow_requires(enrollment, item_of):
    first = item_of(Item.Kind.READING, key="first")
    second = item_of(Item.Kind.READING, requires=["first"])
    assert [step.item for step in open_items(enrollment, NOW)] == [first]
    record(enrollment, first)
    assert [step.item for step in open_items(enrollment, NOW)] == [first, second]
