"""A consultant writes a questionnaire in the browser and keeps a permission for another's."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.tests.factories import OrganizationFactory, UserFactory
from outcomes.models import Instrument, InstrumentGrant, QuestionnaireDraft
from outcomes.tests.factories import shipped

pytestmark = pytest.mark.django_db
STEPS = {"kind": "likert", "answers": "no\nsome\nyes", "counts": "on"}


@pytest.fixture
def consultant(client):
    person = UserFactory(practice_role="consultant")
    client.force_login(person)
    return person


@pytest.fixture
def draft(client, consultant):
    about = {"title": "Team climate", "direction": "up", "instructions": "Think of this week."}
    client.post(reverse("outcomes:questionnaire_new"), about)
    return QuestionnaireDraft.objects.get()


def at(draft, name="draft", *more):
    return reverse(f"outcomes:questionnaire_{name}", args=[draft.public_id, *more])


def add(client, draft, wording, **fields):
    return client.post(at(draft, "question", "new"), {"text": wording, **STEPS, **fields})


def texts(draft):
    draft.refresh_from_db()
    return [one["text"] for one in draft.questions]


def test_written_ordered_tried_and_published(client, draft):
    for text in ("We listen.", "We rush.", "We laugh."):
        assert add(client, draft, text).url == at(draft)
    add(client, draft, "How many beds?", kind="number", low="1", high="40")
    client.post(at(draft, "change"), {"do": "up q3"})
    client.post(at(draft, "change"), {"do": "remove q4"})
    edited = {"text": "We hurry.", **STEPS, "reverse": "on"}
    client.post(at(draft, "question", "q2"), edited)
    assert texts(draft) == ["We listen.", "We laugh.", "We hurry."]

    tried = client.get(at(draft, "preview")).content
    assert b"Question 3 of 3" in tried
    assert b"Think of this week." in tried
    published = client.post(at(draft, "change"), {"do": "publish"})
    instrument = Instrument.objects.get()
    assert published.url == reverse("outcomes:questionnaire", args=[instrument.public_id])
    assert b"counts the other way round" in client.get(published.url).content
    assert instrument.parsed.subscales[0].high == 3
    listing = client.get(reverse("outcomes:questionnaire_list")).content
    assert b"Ready to ask" in listing


@pytest.mark.parametrize(
    "fields",
    [
        {"answers": "one"},
        {"answers": "a\na"},
        {"answers": "x" * 121 + "\ny"},
        {"kind": "number", "low": "5", "high": "5"},
        {"text": " "},
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_in_place(client, draft, fields):
    assert add(client, draft, "We listen.", **fields).status_code == 422
    assert texts(draft) == []


def test_a_draft_without_questions_stays_a_draft(client, draft):
    refused = client.post(at(draft, "change"), {"do": "publish"}, follow=True)

    assert b"Add at least one question." in refused.content
    assert not Instrument.objects.exists()


def test_a_permission_with_its_wording_makes_it_ready_and_a_faulty_file_does_not(
    client, consultant
):
    brs = shipped("brs")
    organization = OrganizationFactory()
    organization.consultants.add(consultant)
    OrganizationFactory(name="Not theirs")
    address = reverse("outcomes:questionnaire_permission", args=[brs.public_id])
    given = {
        "organization": organization.pk,
        "kind": "permission",
        "holder": "Its author",
        "reference": "Letter of March",
    }
    assert b"Not theirs" not in client.get(address).content
    faulty = SimpleUploadedFile("brs.csv", b"id,text\n1,Only one\n")
    refused = client.post(address, given | {"file": faulty})
    assert refused.status_code == 422
    assert b"no text: 2" in refused.content

    whole = SimpleUploadedFile("brs.yaml", b"\n".join(b"%d: S%d" % (n, n) for n in range(1, 7)))
    client.post(address, given | {"file": whole})
    grant = InstrumentGrant.objects.get()
    assert len(grant.texts) == 6
    assert (
        b"With its wording."
        in client.get(reverse("outcomes:questionnaire", args=[brs.public_id])).content
    )
    client.post(reverse("outcomes:questionnaire_permission_end", args=[grant.public_id]))
    grant.refresh_from_db()
    assert grant.valid_until
