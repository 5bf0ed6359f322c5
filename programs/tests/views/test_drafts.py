from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from programs.models import Cohort, ProgramDraft, ProgramVersion
from programs.tests.factories import CohortFactory

pytestmark = pytest.mark.django_db


def part(draft, at):
    return reverse("programs:program_draft_part", args=[draft.public_id]) + f"?at={at}"


def first_reading(draft):
    for module in draft.content["modules"]:
        for item in module["items"]:
            if item["kind"] == "reading":
                return f"{module['key']}/{item['key']}"
    raise AssertionError("no reading")


def test_from_list_to_a_published_patch_without_touching_a_file(client, writer, version):
    cohort = CohortFactory(version=version)
    page = client.get(reverse("programs:program_list"))
    assert b"1 cohort uses it" in page.content
    response = client.post(reverse("programs:program_draft_create", args=[version.public_id]))
    draft = ProgramDraft.objects.get()
    assert response.url == reverse("programs:program_draft", args=[draft.public_id])

    address = part(draft, first_reading(draft))
    typed = {"body.steps.0.markdown": "Quite **other** words.<script>x</script>", "revision": 1}
    shown = client.post(address, typed | {"do": "preview"}).content.decode()
    assert "<strong>other</strong>" in shown
    assert "<script>x" not in shown
    draft.refresh_from_db()
    assert draft.revision == 1
    assert client.post(address, typed).status_code == 302

    publish = reverse("programs:program_draft_publish", args=[draft.public_id])
    plan = client.get(publish).content.decode()
    assert f"1 cohort keeps {version.version}." in plan
    assert "Only words differ" in plan
    major, minor, patch = version.version.split(".")
    proposed = f"{major}.{minor}.{int(patch) + 1}"
    assert f'value="{proposed}"' in plan
    assert client.post(publish, {"version": proposed, "revision": 2}).status_code == 302

    new = ProgramVersion.objects.get(version=proposed)
    assert new.change_class == "patch"
    assert ProgramVersion.objects.count() == 2
    assert Cohort.objects.get(pk=cohort.pk).version_id == version.pk
    assert not ProgramDraft.objects.exists()


def test_publish_leads_to_the_editions_of_ones_own_running_cohorts(client, writer, draft, version):
    own, foreign = CohortFactory(version=version), CohortFactory(version=version)
    closed = CohortFactory(version=version, closed_at=timezone.now())
    for cohort in (own, closed):
        cohort.engagement.organization.consultants.add(writer)
    page = client.get(reverse("programs:program_draft_publish", args=[draft.public_id]))
    links = [
        reverse("programs:cohort_edition", args=[cohort.public_id]) in page.content.decode()
        for cohort in (own, foreign, closed)
    ]
    assert links == [True, False, False]


def test_a_stale_save_shows_both_texts_and_writes_nothing(client, draft):
    address = part(draft, first_reading(draft))
    client.post(address, {"body.steps.0.title": "First saved", "revision": 1})
    response = client.post(address, {"body.steps.0.title": "Typed late", "revision": 1})

    assert response.status_code == 409
    assert b"First saved" in response.content
    assert b"Typed late" in response.content
    draft.refresh_from_db()
    assert draft.revision == 2
    assert b'name="revision" value="2"' in response.content


def test_a_faulty_draft_is_kept_but_not_published(client, draft):
    address = part(draft, first_reading(draft))
    client.post(address, {"title": "", "minutes": "soon", "revision": 1})
    publish = reverse("programs:program_draft_publish", args=[draft.public_id])
    response = client.post(publish, {"version": "9.0.0", "revision": 2})

    assert response.status_code == 422
    assert b"minutes" in response.content
    assert ProgramVersion.objects.count() == 1
    draft.refresh_from_db()
    assert draft.revision == 2


def test_a_number_already_published_with_other_content_is_refused(client, draft, version):
    client.post(part(draft, first_reading(draft)), {"title": "Other", "revision": 1})
    publish = reverse("programs:program_draft_publish", args=[draft.public_id])
    response = client.post(publish, {"version": version.version, "revision": 2})

    assert response.status_code == 422
    assert ProgramDraft.objects.exists()


def test_removing_is_undone_by_one_button(client, draft):
    before = draft.content
    arrange = reverse("programs:program_draft_arrange", args=[draft.public_id])
    at = first_reading(draft)
    client.post(arrange, {"do": f"remove {at}", "revision": 1})
    draft.refresh_from_db()
    assert draft.content != before
    client.post(arrange, {"do": "undo", "revision": 2})
    draft.refresh_from_db()

    assert draft.content == before


def test_a_program_without_an_id_gets_one_of_its_title(client, writer):
    response = client.post(reverse("programs:program_create"), {"title": "Later talks", "slug": ""})

    draft = ProgramDraft.objects.get(slug="later-talks")
    assert response.url == reverse("programs:program_draft", args=[draft.public_id])


def test_a_new_step_needs_a_title_alone_and_opens_at_once(client, draft):
    arrange = reverse("programs:program_draft_arrange", args=[draft.public_id])
    module = draft.content["modules"][0]["key"]
    typed = {"do": f"add {module}/", "kind": "reading", "title": "  Añadir: 2 Fragen? "}
    first = client.post(arrange, typed | {"revision": 1})
    second = client.post(arrange, typed | {"revision": 2})
    draft.refresh_from_db()
    keys = [item["key"] for item in draft.content["modules"][0]["items"]]

    assert keys[-2:] == ["anadir-2-fragen", "anadir-2-fragen-2"]
    assert draft.content["modules"][0]["items"][-1]["title"] == "Añadir: 2 Fragen?"
    assert first.url == part(draft, f"{module}/anadir-2-fragen")
    page = client.get(second.url).content.decode()
    # What comes before it is offered by its name.
    assert '<option value="anadir-2-fragen"' not in page  # no row of “opens after” yet
    client.post(second.url, {"do": "add requires", "revision": 3})
    page = client.get(second.url).content.decode()
    assert '<option value="anadir-2-fragen">Añadir: 2 Fragen?</option>' in page
    nothing = client.post(
        arrange, {"do": f"add {module}/", "kind": "reading", "revision": 4}, follow=True
    )
    assert b"Give it a title." in nothing.content


def test_every_part_of_the_draft_opens(client, draft):
    kinds = {}
    for module in draft.content["modules"]:
        for item in module["items"]:
            kinds.setdefault(item["kind"], f"{module['key']}/{item['key']}")
    guide = next(iter(draft.content["sessions"]))
    for at in (*kinds.values(), "", f"@{guide}", f"{draft.content['modules'][0]['key']}/"):
        assert client.get(part(draft, at)).status_code == 200, at
    assert client.get(part(draft, "no/such")).status_code == 404


def test_rows_are_added_and_removed_and_made_up_addresses_change_nothing(client, draft):
    address = part(draft, first_reading(draft))
    client.post(address, {"do": "add body.steps", "revision": 1})
    draft.refresh_from_db()
    assert draft.revision == 2
    for made_up in ("remove body.steps.999", "up nothing.at.all", "add a.b", "remove ", "add "):
        assert client.post(address, {"do": made_up, "revision": 2}).status_code == 302
    draft.refresh_from_db()
    assert draft.revision == 2


def test_a_new_program_begins_as_a_draft(client, writer):
    form = {"title": "Night talks", "slug": "night-talks"}
    assert client.post(reverse("programs:program_create"), form).status_code == 302
    assert client.post(reverse("programs:program_create"), form).status_code == 422
    bad = client.post(reverse("programs:program_create"), form | {"slug": "../x"})
    assert bad.status_code == 422
    draft = ProgramDraft.objects.get()
    page = client.get(reverse("programs:program_draft_publish", args=[draft.public_id]))
    assert b"things to mend first" in page.content


def test_a_clinician_sees_no_draft(client, draft):
    client.force_login(UserFactory())
    for name in ("program_draft", "program_draft_part", "program_draft_publish"):
        assert client.get(reverse(f"programs:{name}", args=[draft.public_id])).status_code == 404


def test_a_title_with_a_nul_is_added_without_it(client, draft):
    address = reverse("programs:program_draft_arrange", args=[draft.public_id])
    typed = {"do": "add ", "title": "A new\0 module", "revision": draft.revision}

    assert client.post(address, typed).status_code == 302
    draft.refresh_from_db()
    assert draft.content["modules"][-1]["title"] == "A new module"
