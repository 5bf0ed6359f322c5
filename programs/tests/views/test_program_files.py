from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from programs.models import ProgramVersion

pytestmark = pytest.mark.django_db


def scenario_of(content):
    for module in content["modules"]:
        for item in module["items"]:
            if item["kind"] == "scenario":
                return f"{module['key']}/{item['key']}", item
    raise AssertionError("no scenario")


def test_a_download_uploaded_again_changes_nothing_and_after_deletion_gives_the_hash(
    client,
    writer,
    version,
):
    data = client.get(reverse("programs:program_export", args=[version.public_id])).content
    upload = reverse("programs:program_import")

    def send():
        file = SimpleUploadedFile("program.zip", data)
        return client.post(upload, {"file": file})

    assert send().status_code == 302
    assert ProgramVersion.objects.get() == version
    version.program.versions.all().delete()
    assert send().status_code == 302
    assert ProgramVersion.objects.get().sha256 == version.sha256


def test_an_upload_that_is_no_program_says_why(client, writer):
    file = io.BytesIO(b"not a zip")
    file.name = "program.zip"
    response = client.post(reverse("programs:program_import"), {"file": file})

    assert response.status_code == 422
    assert b"cannot be read as .zip" in response.content


def test_a_conversation_goes_to_twine_and_back(client, draft):
    at, item = scenario_of(draft.content)
    query = f"?at={at}"
    text = client.get(
        reverse("programs:program_draft_twee", args=[draft.public_id]) + query
    ).content
    address = reverse("programs:program_draft_map", args=[draft.public_id]) + query
    words = item["body"]["nodes"][item["body"]["start"]]["says"]["text"].split("\n")[0]
    changed = text.replace(words.encode(), b"Altogether other words.")
    assert changed != text
    file = SimpleUploadedFile("ring.twee", changed)
    assert client.post(address, {"file": file, "revision": 1}).status_code == 302
    draft.refresh_from_db()
    assert "Altogether other words." in str(scenario_of(draft.content))

    bad = SimpleUploadedFile("ring.twee", b":: StoryTitle\nx\n")
    assert client.post(address, {"file": bad, "revision": 2}).status_code == 422
    late = SimpleUploadedFile("ring.twee", text)
    assert client.post(address, {"file": late, "revision": 1}).status_code == 422
    page = client.get(address).content
    assert page.count(b"map__box ") == len(item["body"]["nodes"])
