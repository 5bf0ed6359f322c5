from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from programs.models import Item, ItemState, ProgressEvent
from programs.services.past_completions import record_completions
from programs.tests.factories import EnrollmentFactory, ItemFactory

pytestmark = pytest.mark.django_db


def items_of(enrollment) -> list[Item]:
    return list(
        Item.objects.filter(module__version=enrollment.cohort.version)
        .select_related("module")
        .order_by("module__position", "position")
    )


def test_record_completions_writes_event_and_state_of_each_item():
    enrollment = EnrollmentFactory()
    now = timezone.now()
    times = {item: now - timedelta(hours=n + 1) for n, item in enumerate(items_of(enrollment)[:2])}

    assert record_completions(enrollment=enrollment, completed=times, now=now) == 2

    events = ProgressEvent.objects.filter(enrollment=enrollment, kind="item_completed")
    assert dict(events.values_list("item", "occurred_at")) == {i.pk: at for i, at in times.items()}
    states = ItemState.objects.filter(enrollment=enrollment)
    assert dict(states.values_list("item", "done_at")) == {i.pk: at for i, at in times.items()}


def test_record_completions_twice_keeps_the_first_time():
    enrollment = EnrollmentFactory()
    now = timezone.now()
    item = items_of(enrollment)[0]
    first = now - timedelta(days=2)
    record_completions(enrollment=enrollment, completed={item: first}, now=now)

    again = record_completions(enrollment=enrollment, completed={item: now}, now=now)

    assert again == 0
    assert ItemState.objects.get(enrollment=enrollment, item=item).done_at == first


def test_record_completions_of_everything_completes_the_program():
    enrollment = EnrollmentFactory()
    now = timezone.now()
    last = now - timedelta(hours=3)
    times = dict.fromkeys(items_of(enrollment), last)

    record_completions(enrollment=enrollment, completed=times, now=now)

    enrollment.refresh_from_db()
    assert enrollment.completed_at == last


def test_record_completions_refuses_the_future_and_foreign_items():
    enrollment = EnrollmentFactory()
    now = timezone.now()
    own, foreign = items_of(enrollment)[0], ItemFactory()

    with pytest.raises(ValidationError) as future:
        record_completions(
            enrollment=enrollment, completed={own: now + timedelta(minutes=1)}, now=now
        )
    with pytest.raises(ValidationError) as strange:
        record_completions(enrollment=enrollment, completed={foreign: now}, now=now)

    assert (future.value.code, strange.value.code) == ("in_the_future", "item_not_in_program")
    assert ProgressEvent.objects.count() == 0
