import html
import re

import html5lib
import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import kinds
from accounts.models import Invitation, Membership, Organization
from accounts.services.disclosures import publish_disclosure
from accounts.tests.factories import (
    InvitationFactory,
    MembershipFactory,
    OrganizationFactory,
    UnitFactory,
    UserFactory,
)
from core.registry import Registry
from notifications.models import Message

pytestmark = pytest.mark.django_db
LIST, CREATE = "accounts:organization_list", "accounts:organization_create"


@pytest.fixture(autouse=True)
def _no_panels(monkeypatch):
    """The panels of higher apps are tested there."""
    monkeypatch.setattr(kinds, "_PANELS", Registry("organization panel"))


@pytest.fixture
def lead(client):
    user = UserFactory(practice_role="consultant", name="Maya Lind")
    client.force_login(user)
    return user


@pytest.fixture
def organization(lead):
    organization = OrganizationFactory(name="Northfield <Hospital>")
    organization.consultants.add(lead)
    return organization


def fill(organization, count):
    for _ in range(count):
        unit = UnitFactory(organization=organization)
        MembershipFactory(organization=organization, unit=unit)
        MembershipFactory(organization=organization, role="admin")
        InvitationFactory(organization=organization)


def check_page(response):
    page = response.content.decode()
    html5lib.HTMLParser(strict=True).parse(page)
    assert page.count("<h1") == 1
    assert not re.search(r'<[^>]+\s(style|on[a-z]+)="', page)
    return html.unescape(page)


def test_list_shows_ones_clients_and_no_others(client, organization):
    stranger = OrganizationFactory(name="Stranger Clinic")
    fill(organization, 2)
    fill(stranger, 1)

    response = client.get(reverse(LIST))
    page = check_page(response)

    [row] = response.context["organizations"]
    assert (row.unit_count, row.people_count, row.admin_count) == (2, 2, 2)
    assert "Northfield <Hospital>" in page
    assert "Stranger" not in page


def test_an_owner_sees_every_client(client, organization):
    OrganizationFactory(name="Stranger Clinic")
    client.force_login(UserFactory(practice_role="owner"))

    assert len(client.get(reverse(LIST)).context["organizations"]) == 2


def test_create_makes_the_consultant_its_lead(client, lead):
    check_page(client.get(reverse(CREATE)))
    response = client.post(reverse(CREATE), {"name": " Southside ", "time_zone": "America/Chicago"})

    created = Organization.objects.get()
    assert response.url == created.get_absolute_url()
    assert (created.name, created.time_zone) == ("Southside", "America/Chicago")
    assert list(created.consultants.all()) == [lead]


@pytest.mark.parametrize(
    "answers",
    [
        {"name": "", "time_zone": "UTC"},
        {"name": "x" * 161, "time_zone": "UTC"},
        {"name": "NORTHFIELD <hospital>", "time_zone": "UTC"},
        {"name": "New", "time_zone": "Nowhere/Else"},
        {"name": "a\x00b", "time_zone": "UTC"},
    ],
)
def test_create_refuses_what_cannot_be(client, organization, answers):
    assert client.post(reverse(CREATE), answers).status_code == 400
    assert Organization.objects.count() == 1


def test_detail_shows_units_admins_invitations_and_what_is_promised(client, organization):
    publish_disclosure(
        organization=organization, visibility="completion", thresholds={}, now=timezone.now()
    )
    fill(organization, 2)
    done = InvitationFactory(organization=organization, accepted_at=timezone.now())

    response = client.get(organization.get_absolute_url())
    page = check_page(response)

    assert {invitation.organization for invitation in response.context["invitations"]} == {
        organization
    }
    assert done not in response.context["invitations"]
    assert len(response.context["invitations"]) == 2
    for unit in organization.units.all():
        assert unit.name in page
    assert response.context["disclosure"].lines[0] in page


@pytest.mark.parametrize("name", ["organization_list", "organization_detail"])
def test_the_number_of_queries_does_not_grow(client, organization, count_queries, name):
    url = reverse(LIST) if name == "organization_list" else organization.get_absolute_url()

    def queries():
        with count_queries() as counted:
            assert client.get(url).status_code == 200
        return len(counted.captured_queries)

    fill(organization, 1)
    few = queries()
    fill(organization, 6)
    for other in OrganizationFactory.create_batch(4):
        other.consultants.add(*organization.consultants.all())
        fill(other, 1)

    assert queries() == few


def test_panels_of_other_apps_get_organization_and_viewer(client, lead, organization):
    def panel(asked, viewer):
        return "accounts/_organization_units.html", {"seen": (asked, viewer)}

    kinds.register_organization_panel("programs.cohorts", panel)
    kinds.register_organization_panel("programs.cohorts", panel)
    with pytest.raises(ValueError, match="registered twice"):
        kinds.register_organization_panel("programs.cohorts", lambda *args: ("", {}))

    [shown] = client.get(organization.get_absolute_url()).context["panels"]

    assert shown["context"]["seen"] == (organization, lead)


def test_edit_changes_name_zone_and_leads(client, lead, organization):
    second = UserFactory(practice_role="consultant")
    url = reverse("accounts:organization_edit", args=[organization.public_id])
    check_page(client.get(url))

    response = client.post(
        url,
        {"name": "Northfield", "time_zone": "UTC", "consultants": [lead.pk, second.pk]},
    )

    assert response.url == organization.get_absolute_url()
    organization.refresh_from_db()
    assert (organization.name, organization.time_zone) == ("Northfield", "UTC")
    assert set(organization.consultants.all()) == {lead, second}


def test_who_hands_a_client_over_is_led_to_the_list(client, lead, organization):
    second = UserFactory(practice_role="consultant")
    url = reverse("accounts:organization_edit", args=[organization.public_id])

    response = client.post(url, {"name": "N", "time_zone": "UTC", "consultants": [second.pk]})

    assert response.url == reverse(LIST)
    assert client.get(organization.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("whom", ["nobody", "clinician", "deactivated"])
def test_only_staff_look_after_a_client(client, lead, organization, whom):
    people = {
        "nobody": [],
        "clinician": [MembershipFactory().user.pk],
        "deactivated": [UserFactory(practice_role="consultant", is_active=False).pk],
    }
    url = reverse("accounts:organization_edit", args=[organization.public_id])

    response = client.post(url, {"name": "N", "time_zone": "UTC", "consultants": people[whom]})

    assert response.status_code == 400
    assert list(organization.consultants.all()) == [lead]


def test_admin_invite_owes_one_mail(client, lead, organization):
    url = reverse("accounts:admin_invite", args=[organization.public_id])

    for _ in range(2):
        response = client.post(url, {"admin-name": "Dana Cho", "admin-email": "dana@example.org"})
        assert response.url == organization.get_absolute_url()

    invitation = Invitation.objects.get()
    assert (invitation.role, invitation.organization) == ("admin", organization)
    assert invitation.invited_by == lead
    assert Message.objects.count() == 1


def test_admin_invite_refuses_on_the_page_of_the_organization(client, organization):
    url = reverse("accounts:admin_invite", args=[organization.public_id])

    response = client.post(url, {"admin-name": "Dana Cho", "admin-email": "dana@"})

    assert response.status_code == 400
    assert response.context["admin_form"].has_error("email")
    check_page(response)
    assert Invitation.objects.count() == 0


def test_a_removed_admin_is_out_with_the_next_click(client, organization):
    membership = MembershipFactory(organization=organization, role="admin")
    url = reverse("accounts:admin_remove", args=[membership.public_id])

    assert client.post(url).url == organization.get_absolute_url()
    assert client.post(url).status_code == 302

    assert Membership.objects.get(pk=membership.pk).ended_at
    assert not Organization.objects.administered_by(membership.user).exists()


def test_a_clinician_is_not_removed_as_an_admin(client, organization):
    membership = MembershipFactory(organization=organization)

    url = reverse("accounts:admin_remove", args=[membership.public_id])
    assert client.post(url).status_code == 404
