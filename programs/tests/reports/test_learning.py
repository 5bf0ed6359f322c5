"""The path and the one next step: same queries for any size, order by what is required and open."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from programs.models import Item, ScheduleRow
from programs.reports.learning import module_path, next_step, short_steps
from programs.services.progress import record_event, save_position
from programs.tests.factories import (
    CohortFactory,
    EnrollmentFactory,
    ItemFactory,
    ModuleFactory,
    ProgramVersionFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


def finish(enrollment, item):
    record_event(
        enrollment=enrollment,
        item=item,
        kind="item_completed",
        occurred_at=NOW,
        key=uuid4(),
        now=NOW,
    )


def test_next_step_prefers_required_and_then_offers_the_optional(enrollment, item_of):
    optional = item_of(Item.Kind.PRACTICE, required=False)
    item_of(Item.Kind.LIVE, required=False)
    required = item_of(Item.Kind.READING)

    first = next_step(enrollment, NOW)
    finish(enrollment, required)
    second = next_step(enrollment, NOW)
    finish(enrollment, optional)

    assert first.title == required.title
    assert first.url == reverse(
        "programs:item_detail", args=[enrollment.public_id, required.public_id]
    )
    assert second.title == optional.title
    assert next_step(enrollment, NOW) is None  # a live session is no next step


def test_next_step_resumes_with_the_minutes_that_are_left(enrollment, item_of):
    item = item_of(Item.Kind.READING, minutes=9)
    assert (next_step(enrollment, NOW).resume, next_step(enrollment, NOW).minutes_left) == (
        False,
        9,
    )
    save_position(enrollment=enrollment, item=item, position={"step": 3, "of": 3}, now=NOW)
    assert (next_step(enrollment, NOW).resume, next_step(enrollment, NOW).minutes_left) == (True, 3)


def test_the_row_of_the_own_group_wins(enrollment, item_of):
    cohort = enrollment.cohort
    cohort.everything_open_at = None
    cohort.save()
    group = cohort.groups.create(name="Nights")
    item = item_of(Item.Kind.READING)
    for owner, days in ((None, -1), (group, 1)):
        ScheduleRow.objects.create(
            cohort=cohort,
            group=owner,
            module=item.module,
            kind="release",
            anchor="cohort_start",
            at=NOW + timedelta(days=days),
        )
    assert module_path(enrollment, NOW)[0].is_open
    enrollment.group = group
    enrollment.save()
    assert not module_path(enrollment, NOW)[0].is_open
    assert module_path(enrollment, NOW + timedelta(days=1))[0].is_open  # half-open: at the instant


def test_a_module_without_a_schedule_row_is_closed(item_of, enrollment):
    enrollment.cohort.everything_open_at = None
    item_of(Item.Kind.READING)
    assert not module_path(enrollment, NOW)[0].is_open


def test_everything_open_counts_from_its_instant(enrollment, item_of):
    item_of(Item.Kind.READING)
    opened = enrollment.cohort.everything_open_at
    assert module_path(enrollment, opened)[0].is_open
    assert not module_path(enrollment, opened - timedelta(microseconds=1))[0].is_open


def test_what_is_done_stays_readable(enrollment, item_of):
    finish(enrollment, item_of(Item.Kind.READING))
    enrollment.cohort.everything_open_at = None
    assert module_path(enrollment, NOW)[0].items[0].is_open


def test_short_steps_fit_into_the_minutes(enrollment, item_of):
    item_of(Item.Kind.READING, minutes=6)
    five = item_of(Item.Kind.READING, minutes=5)
    item_of(Item.Kind.LIVE, minutes=1, required=False)
    assert [step.item for step in short_steps(module_path(enrollment, NOW), 5)] == [five]


def test_the_path_takes_four_queries_whatever_its_size(django_assert_num_queries):
    for modules, items in ((1, 3), (6, 30)):
        version = ProgramVersionFactory(modules=0)
        for _ in range(modules):
            module = ModuleFactory(version=version, items=0)
            for _ in range(items // modules):
                ItemFactory(module=module)
        enrollment = EnrollmentFactory(cohort=CohortFactory(version=version))
        with django_assert_num_queries(4):
            module_path(enrollment, NOW)
