import pytest
from django.urls import reverse

from accounts.models import Unit
from accounts.tests.factories import (
    MembershipFactory,
    OrganizationFactory,
    UnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def organization(client):
    lead = UserFactory(practice_role="consultant")
    client.force_login(lead)
    organization = OrganizationFactory()
    organization.consultants.add(lead)
    return organization


def test_units_are_added_renamed_and_removed(client, organization):
    create = reverse("accounts:unit_create", args=[organization.public_id])
    assert client.get(create).status_code == 200
    assert client.post(create, {"unit-name": "  Ward   5 "}).url == organization.get_absolute_url()
    unit = Unit.objects.get()
    assert unit.name == "Ward 5"

    edit = reverse("accounts:unit_edit", args=[unit.public_id])
    assert "Ward 5" in client.get(edit).content.decode()
    client.post(edit, {"unit-name": "Ward 6"})
    assert Unit.objects.get().name == "Ward 6"

    client.post(reverse("accounts:unit_delete", args=[unit.public_id]))
    assert not Unit.objects.exists()


def test_a_name_is_taken_whatever_its_case_within_one_organization(client, organization):
    UnitFactory(organization=organization, name="ICU")
    UnitFactory(name="ED")
    create = reverse("accounts:unit_create", args=[organization.public_id])

    assert client.post(create, {"unit-name": "icu"}).status_code == 400
    assert client.post(create, {"unit-name": ""}).status_code == 400
    assert client.post(create, {"unit-name": "ed"}).status_code == 302
    mine = Unit.objects.get(organization=organization, name="ed")
    edit = reverse("accounts:unit_edit", args=[mine.public_id])
    assert client.post(edit, {"unit-name": "Icu"}).status_code == 400
    assert Unit.objects.filter(organization=organization).count() == 2


def test_a_unit_with_people_stays(client, organization):
    unit = UnitFactory(organization=organization)
    MembershipFactory(organization=organization, unit=unit)

    client.post(reverse("accounts:unit_delete", args=[unit.public_id]))

    assert Unit.objects.filter(pk=unit.pk).exists()
