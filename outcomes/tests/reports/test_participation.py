"""What an organization may see of a person: the employer firewall, state by state."""

from dataclasses import fields
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.tests.factories import ConsentFactory, MembershipFactory, UnitFactory
from outcomes.reports.participation import ParticipationRow, participation_rows
from outcomes.tests.conftest import do_something
from programs.models import Enrollment, Item, ItemState, ProgressEvent
from programs.services.progress import record_event
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db


def one(cohort) -> Enrollment:
    return cohort.enrollments.get()


def test_a_row_has_five_facts_and_no_more():
    assert [field.name for field in fields(ParticipationRow)] == [
        "name",
        "unit",
        "cohort",
        "participation",
        "required_done",
        "required_total",
    ]


@pytest.mark.parametrize("visibility", ["completion", "aggregate_only"])
@pytest.mark.parametrize("state", ["invited", "signed_in", "active", "completed", "withdrawn"])
def test_each_state_under_each_contract(organization, make_cohort, visibility, state):
    enrollment = one(make_cohort(1, visibility=visibility))
    now = timezone.now()
    changes = {
        "invited": {"accepted_at": None, "consent": None},
        "completed": {"completed_at": now, "withdrawn_at": now},
        "withdrawn": {"withdrawn_at": now},
    }
    Enrollment.objects.filter(pk=enrollment.pk).update(**changes.get(state, {"coach": None}))
    if state != "invited" and state != "signed_in":
        do_something(enrollment)
    rows = participation_rows(organization=organization)

    if visibility == "aggregate_only":
        assert rows == []
        return
    shown = "invited" if state == "signed_in" else state  # signing in is not taking part
    assert [(row.name, row.participation) for row in rows] == [(enrollment.clinician.name, shown)]


def test_being_at_a_live_session_does_not_show(organization, make_cohort):
    """“Active, 0 of 23” beside a name would tell the employer who was there."""
    enrollment = one(make_cohort(1))
    live = enrollment.cohort.version.modules.first().items.first()
    Item.objects.filter(pk=live.pk).update(kind=Item.Kind.LIVE, required=False)
    record_event(
        enrollment=enrollment,
        item=Item.objects.get(pk=live.pk),
        kind=ProgressEvent.Kind.ATTENDED,
        occurred_at=timezone.now(),
        now=timezone.now(),
        key=uuid4(),
        source="facilitator",
    )
    assert ItemState.objects.filter(enrollment=enrollment).exclude(done_at=None).exists()
    assert [row.participation for row in participation_rows(organization=organization)] == [
        "invited"
    ]


def test_done_counts_required_steps_only(organization, make_cohort):
    enrollment = one(make_cohort(1))
    first, second = enrollment.cohort.version.modules.first().items.all()
    first.required = False
    first.save()
    for item in (first, second):
        ItemState.objects.create(enrollment=enrollment, item=item, done_at=timezone.now())
    (row,) = participation_rows(organization=organization)

    assert (row.required_done, row.required_total) == (1, 3)


@pytest.mark.parametrize(
    ("contract", "signed", "named"),
    [
        ("completion", "completion", True),
        ("completion", "aggregate_only", False),
        ("aggregate_only", "completion", False),
        ("aggregate_only", "aggregate_only", False),
    ],
)
def test_the_stricter_of_contract_and_signature_holds(
    organization, make_cohort, contract, signed, named
):
    cohort = make_cohort(0, visibility=contract)
    enrollment = EnrollmentFactory(cohort=cohort)
    enrollment.consent = ConsentFactory(
        user=enrollment.clinician,
        disclosure__organization=organization,
        disclosure__visibility=signed,
    )
    enrollment.save()

    assert bool(participation_rows(organization=organization)) is named


def sign_strictly(organization, enrollments) -> None:
    for enrollment in enrollments:
        enrollment.consent = ConsentFactory(
            user=enrollment.clinician,
            disclosure__organization=organization,
            disclosure__visibility="aggregate_only",
        )
        enrollment.save()


@pytest.mark.parametrize(("unnamed", "shown"), [(0, 12), (1, 0), (4, 0), (5, 7)])
def test_totals_less_the_names_are_no_small_group(organization, make_cohort, unnamed, shown):
    """One of twelve unnamed: the cohort's total less eleven rows is that person."""
    people = make_cohort(12).enrollments.order_by("pk")
    sign_strictly(organization, people[:unnamed])

    rows = participation_rows(organization=organization)
    assert len(rows) == shown
    last = people.last().clinician
    assert len(participation_rows(organization=organization, person=last)) == bool(shown)


def test_a_unit_less_its_names_is_no_small_group(organization, make_cohort):
    """Six unnamed in the cohort are a group; one of them alone in a unit is not."""
    people = list(make_cohort(18).enrollments.order_by("pk"))
    wards = [UnitFactory(organization=organization) for _ward in range(3)]
    for place, enrollment in enumerate(people):
        enrollment.unit = wards[place % 3]
        enrollment.save()
    first, second, third = (people[place::3] for place in range(3))
    sign_strictly(organization, first[:5])
    sign_strictly(organization, second[:1])

    assert {row.unit for row in participation_rows(organization=organization)} == {
        wards[0].name,
        wards[2].name,
    }
    assert len(third) == 6


@pytest.mark.parametrize("gone", ["voided_at", "transferred_out_at"])
def test_a_place_that_never_was_has_no_row(organization, make_cohort, gone):
    cohort = make_cohort(1)
    cohort.enrollments.update(**{gone: timezone.now()})

    assert participation_rows(organization=organization) == []


def test_leaving_the_organization_ends_its_sight(organization, make_cohort):
    person = one(make_cohort(1)).clinician
    membership = MembershipFactory(user=person, organization=organization)
    assert participation_rows(organization=organization)

    membership.ended_at = timezone.now()
    membership.save()
    assert participation_rows(organization=organization) == []

    MembershipFactory(user=person, organization=organization)  # came back
    assert participation_rows(organization=organization)


def test_another_organization_is_not_in_it(organization, make_cohort):
    make_cohort(1)
    other = EnrollmentFactory()

    assert len(participation_rows(organization=organization)) == 1
    assert participation_rows(organization=organization, person=other.clinician) == []


@pytest.mark.parametrize("people", [3, 30])
def test_three_queries_whatever_the_number_of_people(
    organization, make_cohort, django_assert_num_queries, people
):
    make_cohort(people)
    with django_assert_num_queries(3):
        assert len(participation_rows(organization=organization)) == people
