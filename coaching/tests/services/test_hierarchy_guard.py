"""Declared pairs are kept apart in the player too: no buddies, no observing each other."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from coaching.tests.factories import ConflictFactory
from programs.models import BuddyPair, Item
from programs.services.buddies import ask_for_buddy
from programs.services.rubrics import observers_for, request_observation
from programs.tests.factories import (
    CohortFactory,
    CohortStaffFactory,
    EnrollmentFactory,
    ItemFactory,
    ModuleFactory,
)
from programs.tests.kinds import BODIES

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.mark.parametrize("turned", [False, True])
def test_nobody_is_paired_with_who_supervises_them(turned):
    cohort = CohortFactory()
    first, second, third = (EnrollmentFactory(cohort=cohort) for _ in range(3))
    people = [first.clinician, second.clinician]
    person, other = reversed(people) if turned else people
    ConflictFactory(person=person, other=other, declared_by=person, kind="supervises")
    for enrollment in (first, second):
        ask_for_buddy(enrollment=enrollment, now=NOW)
    assert not BuddyPair.objects.exists()
    ask_for_buddy(enrollment=third, now=NOW)
    assert {(pair.one, pair.other) for pair in BuddyPair.objects.all()} == {(first, third)}


def test_who_has_a_say_over_a_learner_cannot_be_asked_to_watch():
    enrollment = EnrollmentFactory()
    mentor = CohortStaffFactory(cohort=enrollment.cohort).person
    module = ModuleFactory(version=enrollment.cohort.version)
    item = ItemFactory(
        module=module, kind=Item.Kind.OBSERVATION, body=BODIES[Item.Kind.OBSERVATION]
    )
    assert mentor in observers_for(enrollment)
    ConflictFactory(
        person=mentor, other=enrollment.clinician, declared_by=mentor, kind="supervises"
    )
    assert mentor not in observers_for(enrollment)
    with pytest.raises(ValidationError) as refusal:
        request_observation(enrollment=enrollment, item=item, observer=mentor, now=NOW)
    assert refusal.value.code == "not_an_observer"
