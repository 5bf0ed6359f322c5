import pytest
from django.utils import timezone

from accounts.models import Organization
from accounts.tests.factories import (
    ConsentFactory,
    DisclosureFactory,
    MembershipFactory,
    OrganizationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("visibility", "signs", "membership", "named"),
    [
        ("completion", True, {}, True),
        ("aggregate_only", True, {}, False),
        ("completion", False, {}, False),
        ("completion", True, {"ended_at": timezone.now()}, False),
        ("completion", True, {"started_at": None}, False),
    ],
)
def test_an_organization_reads_a_name_only_of_who_takes_part_and_signed_so(
    visibility, signs, membership, named
):
    user = UserFactory()
    disclosure = DisclosureFactory(visibility=visibility)
    MembershipFactory(user=user, organization=disclosure.organization, **membership)
    ConsentFactory(disclosure=disclosure, user=user if signs else UserFactory())

    assert Organization.objects.naming(user).exists() is named


def test_scopes_of_the_cast():
    mine, other = OrganizationFactory(), OrganizationFactory()
    lead = UserFactory(practice_role="consultant")
    mine.consultants.add(lead)
    admin = MembershipFactory(organization=mine, role="admin").user
    clinician = MembershipFactory(organization=mine).user
    former = MembershipFactory(organization=mine, role="admin", ended_at=timezone.now()).user
    owner = UserFactory(practice_role="owner")

    def seen(user):
        return (
            set(Organization.objects.visible_to(user)),
            set(Organization.objects.managed_by(user)),
        )

    assert seen(lead) == ({mine}, {mine})
    assert seen(admin) == ({mine}, set())
    assert seen(clinician) == seen(former) == (set(), set())
    assert seen(owner) == ({mine, other}, {mine, other})
