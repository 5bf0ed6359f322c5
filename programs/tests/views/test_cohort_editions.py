"""The page of a cohort's edition: wording in one click, a move only after its preview."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from programs.models import Item
from programs.services.versions import import_program
from programs.tests.engine.program_folders import edit, write_program
from programs.tests.factories import CohortFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db
MODULE = "modules/01-one/module.yaml"


def publish(root, version: str, *edits: tuple[str, str, str]):
    for name, old, new in edits:
        edit(root, name, old, new)
    known = (root / "program.yaml").read_text().split("version: ")[1].split("\n")[0]
    if known != version:
        edit(root, "program.yaml", f"version: {known}", f"version: {version}")
        edit(root, "CHANGELOG.md", f"## {known}", f"## {version}\n\nMore.\n\n## {known}")
    return import_program(path=root, now=timezone.now()).version


@pytest.fixture
def root(tmp_path):
    return write_program(tmp_path)


@pytest.fixture
def cohort(client, root):
    made = CohortFactory(version=publish(root, "1.0.0"))
    lead = UserFactory(practice_role="consultant")
    made.engagement.organization.consultants.add(lead)
    client.force_login(lead)
    EnrollmentFactory(cohort=made, clinician__name="Asha Nair")
    return made


def address(name, *args):
    return reverse(f"programs:{name}", args=args)


def read(client, name, *args) -> str:
    response = client.get(address(name, *args))
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_wording_is_taken_and_given_back_with_one_click_each(client, root, cohort):
    assert "No later version" in read(client, "cohort_edition", cohort.public_id)
    patch = publish(root, "1.0.1", ("modules/01-one/010-read.md", "A step.", "A better step."))
    assert "New wording only" in read(client, "cohort_edition", cohort.public_id)

    client.post(address("cohort_text", cohort.public_id, patch.public_id))
    cohort.refresh_from_db()
    assert cohort.text_version == patch
    assert "Its people read the wording of 1.0.1" in read(
        client, "cohort_edition", cohort.public_id
    )

    client.post(address("cohort_text", cohort.public_id, cohort.version.public_id))
    cohort.refresh_from_db()
    assert cohort.text_version is None


def test_more_than_wording_is_refused_in_words(client, root, cohort):
    major = publish(
        root, "2.0.0", (MODULE, "minutes: 8, required: true}", "minutes: 9, required: true}")
    )
    answer = client.post(address("cohort_text", cohort.public_id, major.public_id), follow=True)
    assert "changes more than wording" in unescape(answer.content.decode())
    cohort.refresh_from_db()
    assert cohort.text_version is None


def test_a_move_shows_what_changes_and_waits_for_the_tick(client, root, cohort):
    major = publish(
        root,
        "2.0.0",
        (MODULE, "{id: read, title: Read,", "{id: first, title: Read slowly,"),
        (MODULE, "requires: [read]", "requires: [first]"),
        ("modules/01-one/010-read.md", "id: read", "id: first"),
    )
    url = address("cohort_migrate", cohort.public_id, major.public_id)
    text = read(client, "cohort_migrate", cohort.public_id, major.public_id)
    assert "“Read” goes on as" in text
    assert "Read slowly" in text
    assert "Asha Nair" in text

    heir = Item.objects.get(module__version=major, key="first").identity
    shown = client.post(url, {"step_0": heir})
    assert shown.status_code == 200
    assert "Steps that end" in unescape(shown.content.decode())
    cohort.refresh_from_db()
    assert cohort.version != major

    client.post(url, {"step_0": heir, "confirm": "on"})
    cohort.refresh_from_db()
    assert cohort.version == major
    assert cohort.version_changes.get().mapping == {"tiny/one/read": heir}


def test_an_edition_of_another_program_is_not_found(client, root, cohort):
    other = CohortFactory().version
    for name in ("cohort_text", "cohort_migrate"):
        assert client.post(address(name, cohort.public_id, other.public_id)).status_code == 404
