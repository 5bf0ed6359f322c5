import pytest
from django.utils import timezone

from accounts.reports.roles import roles_of
from accounts.tests.factories import MembershipFactory, OrganizationFactory, UserFactory

pytestmark = pytest.mark.django_db


def keys(user):
    return [role.key for role in roles_of(user)]


def test_a_person_without_any_role_keeps_the_own_record():
    assert keys(UserFactory()) == ["clinician"]


def test_every_role_once_the_usual_one_first(django_assert_num_queries):
    user = UserFactory(practice_role="consultant")
    north, south = OrganizationFactory(name="A North"), OrganizationFactory(name="B South")
    for organization in (south, north):
        MembershipFactory(user=user, organization=organization)
        MembershipFactory(user=user, organization=organization, role="admin")

    with django_assert_num_queries(1):
        roles = roles_of(user)

    assert [role.key for role in roles] == [
        "consultant",
        "clinician",
        str(north.public_id),
        str(south.public_id),
    ]
    assert [role.role for role in roles] == [
        "consultant",
        "clinician",
        "organization",
        "organization",
    ]
    assert roles[1].sublabel == "A North, B South"
    assert (roles[2].organization, roles[0].organization) == (north, None)


def test_an_invited_or_ended_membership_is_no_role():
    user = UserFactory(practice_role="owner")
    MembershipFactory(user=user, role="admin", started_at=None)
    MembershipFactory(user=user, role="admin", ended_at=timezone.now())
    MembershipFactory(role="admin")

    assert keys(user) == ["consultant"]


def test_an_admin_who_is_not_enrolled_is_no_clinician():
    membership = MembershipFactory(role="admin")

    assert keys(membership.user) == [str(membership.organization.public_id)]


def test_who_left_keeps_the_own_record_beside_every_other_role():
    user = UserFactory(practice_role="consultant")
    left = MembershipFactory(user=user, ended_at=timezone.now())
    MembershipFactory(user=left.user, role="admin", organization=left.organization)

    assert keys(user) == ["consultant", "clinician", str(left.organization.public_id)]
    assert roles_of(user)[1].sublabel == ""
