from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import UserFactory
from programs.models import Cohort
from programs.services.cohorts import (
    add_group,
    add_staff,
    close_cohort,
    create_cohort,
    edit_cohort,
    end_staff,
    open_everything,
)
from programs.signals import cohort_closed
from programs.tests.factories import CohortFactory, EngagementFactory, ProgramVersionFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 2, 1, tzinfo=UTC)


@pytest.fixture
def consultant():
    return UserFactory(practice_role="consultant")


def make(consultant, **changes):
    arguments = {
        "engagement": EngagementFactory(),
        "version": ProgramVersionFactory(published_at=NOW),
        "name": "Spring nurses",
        "starts_on": date(2026, 3, 2),
        "ends_on": date(2026, 4, 13),
        "by": consultant,
        "now": NOW,
    }
    return create_cohort(**(arguments | changes))


def test_a_cohort_pins_its_edition_takes_its_zone_and_team(consultant):
    coach = UserFactory(practice_role="consultant")
    cohort = make(consultant, facilitators=[consultant], coaches=[coach, consultant])

    assert cohort.time_zone == cohort.engagement.organization.time_zone
    assert sorted(cohort.staff.values_list("role", flat=True)) == ["coach", "coach", "facilitator"]
    assert list(cohort.coaches()) == sorted([coach, consultant], key=lambda person: person.pk)
    assert cohort.schedule.count() == 2 * cohort.version.modules.count()


def test_an_unpublished_edition_is_refused(consultant):
    with pytest.raises(ValidationError) as refusal:
        make(consultant, version=ProgramVersionFactory(published_at=None))

    assert refusal.value.code == "not_published"


@pytest.mark.parametrize(
    "changes", [{"time_zone": "Mars/Olympus"}, {"ends_on": date(2026, 1, 1)}, {"name": ""}]
)
def test_a_wrong_cohort_is_refused(consultant, changes):
    with pytest.raises(ValidationError):
        make(consultant, **changes)

    assert Cohort.objects.count() == 0


def test_two_cohorts_of_one_contract_need_two_names(consultant):
    cohort = make(consultant)

    with pytest.raises(ValidationError):
        make(consultant, engagement=cohort.engagement)


def test_staff_are_people_of_the_practice(consultant):
    cohort = CohortFactory()
    for person in (UserFactory(), UserFactory(practice_role="consultant", is_active=False)):
        with pytest.raises(ValidationError) as refusal:
            add_staff(cohort=cohort, person=person, role="coach", by=consultant)
        assert refusal.value.code == "not_staff"


def test_a_role_is_given_once_and_ends_with_its_view(consultant):
    cohort = CohortFactory()
    first = add_staff(cohort=cohort, person=consultant, role="coach", by=consultant)
    assert add_staff(cohort=cohort, person=consultant, role="coach", by=consultant) == first
    assert cohort in Cohort.objects.visible_to(consultant)

    end_staff(staff=first, by=consultant, now=NOW)

    assert cohort not in Cohort.objects.visible_to(consultant)


def test_everything_opens_and_closing_is_told_once(consultant):
    heard = []

    def hear(sender, cohort, **kwargs):
        heard.append(cohort.pk)

    cohort_closed.connect(hear)
    cohort = CohortFactory()
    assert open_everything(cohort=cohort, by=consultant, now=NOW).everything_open_at == NOW
    for _ in range(2):
        assert close_cohort(cohort=cohort, by=consultant, now=NOW).closed_at == NOW
    cohort_closed.disconnect(hear)

    assert heard == [cohort.pk]


def test_a_group_has_a_name_of_its_own(consultant):
    cohort = CohortFactory()
    add_group(cohort=cohort, name=" North  wing ", by=consultant)

    with pytest.raises(ValidationError):
        add_group(cohort=cohort, name="North wing", by=consultant)


def test_fields_that_are_not_a_cohorts_to_change_are_refused(consultant):
    with pytest.raises(TypeError):
        edit_cohort(cohort=CohortFactory(), by=consultant, version=None)
