from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import Organization, Practice
from accounts.tests.factories import OrganizationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def base(settings, tmp_path):
    settings.LOCAL_MODE = True
    settings.BASE_DIR = tmp_path
    return tmp_path


def seed() -> str:
    told = StringIO()
    call_command("seed_demo", stdout=told)
    return told.getvalue()


def test_seed_demo_stays_out_of_an_installation_with_data(base):
    OrganizationFactory(name="A real hospital")

    told = seed()

    assert "data of your own" in told
    assert list(Organization.objects.values_list("name", flat=True)) == ["A real hospital"]
    assert not (base / "var" / "seeding").exists()


def test_seed_demo_says_who_can_sign_in_when_it_is_loaded_already(base):
    Practice.objects.create()

    assert "clinician@demo.rapport.example" in seed()
    assert Organization.objects.count() == 0


def test_a_load_that_breaks_off_leaves_its_mark_and_is_not_repeated_over_itself(base):
    # No program has been imported, so the load cannot succeed.
    with pytest.raises(IndexError):
        seed()
    assert (base / "var" / "seeding").exists()

    with pytest.raises(CommandError):
        seed()


def test_seed_demo_refuses_to_run_in_production(base, settings):
    settings.LOCAL_MODE = False

    with pytest.raises(CommandError):
        seed()
