from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction

from programs.engine.practice_plan import assigned_by_week
from programs.models import Item
from programs.reports.practice_plan import practice_plan, track_choices
from programs.services.practice_tracks import choose_track
from programs.services.schedules import refresh_schedule
from programs.tests.factories import EnrollmentFactory, ItemFactory

pytestmark = pytest.mark.django_db
HOME = {"days": 6, "full": 45, "short": 20}


@pytest.fixture
def enrollment():
    enrollment = EnrollmentFactory()
    module = enrollment.cohort.version.modules.first()
    ItemFactory(module=module, kind=Item.Kind.PRACTICE, required=False, home=HOME, minutes=20)
    ItemFactory(module=module, kind=Item.Kind.PRACTICE, required=False, minutes=3)
    refresh_schedule(cohort=enrollment.cohort)
    return enrollment


def weeks_of(cohort):
    start = int(
        cohort.schedule.filter(kind="release").order_by("at").first().at.astimezone(UTC).timestamp()
    )
    return [(start + n * 604_800, start + (n + 1) * 604_800) for n in range(2)]


def test_assigned_minutes_follow_the_chosen_track(enrollment):
    weeks = weeks_of(enrollment.cohort)
    [plan] = practice_plan(enrollment.cohort).values()
    chosen_at = datetime.fromtimestamp(weeks[0][0], UTC) + timedelta(days=1)

    assert assigned_by_week(plan, [], weeks) == [120, 0]
    choose_track(enrollment=enrollment, track="full", now=chosen_at)
    choices = track_choices(enrollment.cohort)[enrollment.pk]

    assert assigned_by_week(plan, choices, weeks) == [270, 0]
    assert enrollment.practice_track == "full"


def test_the_same_track_again_writes_nothing_and_a_choice_cannot_be_changed(enrollment):
    now = datetime.now(UTC)
    for _ in range(2):
        choose_track(enrollment=enrollment, track="full", now=now)

    assert enrollment.track_choices.count() == 1
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        enrollment.track_choices.update(track="short")


def test_an_unknown_track_is_refused(enrollment):
    with pytest.raises(ValidationError) as refusal:
        choose_track(enrollment=enrollment, track="heroic", now=datetime.now(UTC))

    assert refusal.value.code == "unknown_track"
