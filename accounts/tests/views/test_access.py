"""Every address of this app, asked by everybody to whom it does not belong."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from accounts import kinds, urls
from accounts.models import AccessLog, Consent, Invitation, Membership, Organization, Practice, Unit
from accounts.tests.factories import (
    InvitationFactory,
    MembershipFactory,
    OrganizationFactory,
    UnitFactory,
    UserFactory,
)
from core.registry import Registry

pytestmark = pytest.mark.django_db

ANYBODY = {"invitation_accept", "demo", "demo_sign_in"}  # no sign-in needed
OWN = {"account", "theme_set", "act_as"}  # about oneself
STAFF = {"organization_list", "organization_create"}
LEADS = {
    "organization_detail",
    "organization_edit",
    "admin_invite",
    "admin_remove",
    "unit_create",
    "unit_edit",
    "unit_delete",
    "invitation_resend",
    "invitation_revoke",
}
OWNERS = {"practice_edit", "staff_list", "staff_export", "staff_remove"}
PERSONAS = ["clinician", "admin", "admin_other", "consultant_other", "stranger"]


@pytest.fixture(autouse=True)
def _no_panels(monkeypatch):
    """The panels of higher apps are tested there."""
    monkeypatch.setattr(kinds, "_PANELS", Registry("organization panel"))


@pytest.fixture
def world():
    """One organization with one of everything, and people who have nothing to do with it."""
    organization = OrganizationFactory()
    admin = MembershipFactory(organization=organization, role="admin")
    consultant = UserFactory(practice_role="consultant")
    organization.consultants.add(consultant)
    other = UserFactory(practice_role="consultant")
    OrganizationFactory().consultants.add(other)
    return {
        "organization": organization,
        "admin_membership": admin,
        "unit": UnitFactory(organization=organization),
        "invitation": InvitationFactory(organization=organization),
        "staff": consultant,
        "people": {
            "clinician": MembershipFactory(organization=organization).user,
            "admin": admin.user,
            "admin_other": MembershipFactory(role="admin").user,
            "consultant": consultant,
            "consultant_other": other,
            "stranger": UserFactory(),
            "owner": UserFactory(practice_role="owner"),
        },
    }


def address(world, name):
    arguments = {
        "theme_set": ["dark"],
        "act_as": ["nobody"],
        "demo_sign_in": ["owner"],
        "invitation_accept": ["x" * 43],
        "admin_remove": [world["admin_membership"].public_id],
        "unit_edit": [world["unit"].public_id],
        "unit_delete": [world["unit"].public_id],
        "invitation_resend": [world["invitation"].public_id],
        "invitation_revoke": [world["invitation"].public_id],
        "staff_export": [world["staff"].public_id],
        "staff_remove": [world["staff"].public_id],
    }
    default = [world["organization"].public_id] if name in LEADS else []
    return reverse(f"accounts:{name}", args=arguments.get(name, default))


def rows():
    models = (
        *(AccessLog, Consent, Invitation, Membership, Organization, Practice, Unit),
        get_user_model(),
    )
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_every_address_is_in_one_of_the_lists():
    names = [pattern.name for pattern in urls.urlpatterns]

    assert sorted(names) == sorted(ANYBODY | OWN | STAFF | LEADS | OWNERS)


@pytest.mark.parametrize("name", sorted(OWN | STAFF | LEADS | OWNERS))
def test_the_anonymous_are_asked_to_sign_in(client, world, name):
    for method in (client.get, client.post):
        response = method(address(world, name))
        assert response.status_code == 302
        assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize(
    ("name", "persona"),
    [
        (name, persona)
        for name in sorted(STAFF | LEADS | OWNERS)
        for persona in PERSONAS
        if not (name in STAFF and persona == "consultant_other")  # every consultant may
    ],
)
def test_a_stranger_gets_404_and_changes_nothing(client, world, name, persona):
    client.force_login(world["people"][persona])
    before = rows()

    statuses = {method(address(world, name)).status_code for method in (client.get, client.post)}

    assert 404 in statuses
    assert statuses <= {404, 405}  # a method that nobody may use is refused first
    assert rows() == before


@pytest.mark.parametrize("name", sorted(OWNERS))
def test_a_consultant_is_no_owner(client, world, name):
    client.force_login(world["people"]["consultant"])

    assert client.post(address(world, name)).status_code == 404


@pytest.mark.parametrize("name", ["organization_detail", "organization_edit", "unit_edit"])
@pytest.mark.parametrize("persona", ["consultant", "owner"])
def test_those_who_look_after_it_may(client, world, name, persona):
    client.force_login(world["people"][persona])

    assert client.get(address(world, name)).status_code == 200


def test_foreign_and_nonexistent_look_alike(client, world):
    client.force_login(world["people"]["consultant_other"])
    foreign = client.get(address(world, "organization_detail"))
    nothing = client.get(
        reverse("accounts:organization_detail", args=["00000000-0000-4000-8000-000000000000"])
    )

    assert foreign.status_code == nothing.status_code == 404


def test_an_ended_assignment_ends_access_with_the_next_click(client, world):
    client.force_login(world["people"]["consultant"])
    url = address(world, "organization_detail")
    assert client.get(url).status_code == 200

    world["organization"].consultants.clear()

    assert client.get(url).status_code == 404
