"""Private text: kept at every step, never overwritten unseen, and shown by the database to its author."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connection, transaction

from core.acting import acting_as
from programs.models import FieldEntry, Item, ProgressEvent, Reflection
from programs.services.field_logs import save_entry
from programs.services.reflections import save_draft, submit
from programs.tests.factories import EnrollmentFactory
from programs.tests.kinds import TWO_QUESTIONS

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
TEXT = "CANARY what I wrote"


def draft(enrollment, item, answers, revision=0, **fields):
    fields = {"key": uuid4(), "step": 1, "now": NOW, **fields}
    return save_draft(
        enrollment=enrollment, item=item, answers=answers, revision=revision, **fields
    )


@pytest.fixture
def item(item_of):
    return item_of(Item.Kind.REFLECTION, body=TWO_QUESTIONS)


def test_drafts_of_two_questions_stay_beside_each_other(enrollment, item):
    with acting_as(enrollment.clinician_id):
        first = draft(enrollment, item, {"noticed": TEXT})
        draft(enrollment, item, {"next": "Go on."}, revision=first.revision, step=2)
        kept = Reflection.objects.get()
    assert kept.answers == {"noticed": TEXT, "next": "Go on."}
    assert kept.submitted_at is None
    assert enrollment.item_states.get().position["step"] == 2


def test_the_same_key_again_changes_nothing(enrollment, item):
    key = uuid4()
    with acting_as(enrollment.clinician_id):
        for _ in range(3):
            kept = draft(enrollment, item, {"noticed": TEXT}, key=key)
    assert kept.revision == 1


def test_a_stale_revision_overwrites_nothing(enrollment, item):
    with acting_as(enrollment.clinician_id):
        draft(enrollment, item, {"noticed": "the first"})
        draft(enrollment, item, {"noticed": "the second"}, revision=1)
        with pytest.raises(ValidationError) as refusal:
            draft(enrollment, item, {"noticed": "from the other phone"}, revision=1)
        assert refusal.value.code == "stale_revision"
        assert Reflection.objects.get().answers == {"noticed": "the second"}


def test_an_empty_reflection_is_not_submitted(enrollment, item):
    with acting_as(enrollment.clinician_id):
        draft(enrollment, item, {"noticed": " \n"})
        with pytest.raises(ValidationError) as refusal:
            submit(enrollment=enrollment, item=item, key=uuid4(), now=NOW)
    assert refusal.value.code == "empty"


def test_submitting_twice_is_one_event_without_text(enrollment, item):
    with acting_as(enrollment.clinician_id):
        draft(enrollment, item, {"noticed": TEXT})
        for _ in range(2):
            submit(enrollment=enrollment, item=item, key=uuid4(), now=NOW)
    assert ProgressEvent.objects.filter(kind="submitted").count() == 1
    assert not [event for event in ProgressEvent.objects.all() if "CANARY" in str(event.payload)]
    assert "CANARY" not in str(enrollment.item_states.get().position)


def test_the_database_shows_private_rows_to_their_author_only(enrollment, item, item_of):
    log = item_of(Item.Kind.FIELD_LOG)
    peer = EnrollmentFactory(cohort=enrollment.cohort)
    with acting_as(enrollment.clinician_id):
        draft(enrollment, item, {"noticed": TEXT})
        entry(enrollment, log)
    for model in (Reflection, FieldEntry):
        assert model.objects.count() == 0  # nobody acts
        with acting_as(peer.clinician_id):
            assert model.objects.count() == 0
            assert model.objects.update(revision=9) == 0
            assert model.objects.all().delete()[0] == 0
        with acting_as(enrollment.clinician_id):
            assert model.objects.count() == 1


def test_the_database_refuses_to_write_for_another_author(enrollment, item):
    peer = EnrollmentFactory(cohort=enrollment.cohort)
    for actor in (None, peer.clinician_id):
        with pytest.raises(ProgrammingError) as refusal, transaction.atomic(), acting_as(actor):
            draft(enrollment, item, {"noticed": TEXT})
        assert refusal.value.__cause__.sqlstate == "42501"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relrowsecurity AND relforcerowsecurity FROM pg_class"
            " WHERE relname = 'programs_reflection'"
        )
        assert cursor.fetchone()[0]


def entry(enrollment, item, **fields):
    fields = {
        "happened_on": date(2026, 1, 5),
        "situation": "routine",
        "answers": {"tried": TEXT},
        "revision": 0,
        "key": uuid4(),
        "submit": True,
        "now": NOW,
        **fields,
    }
    return save_entry(enrollment=enrollment, item=item, **fields)


def test_filing_an_entry_makes_room_for_the_next(enrollment, item_of):
    log = item_of(Item.Kind.FIELD_LOG)
    with acting_as(enrollment.clinician_id):
        kept = entry(enrollment, log, submit=False)
        same = entry(enrollment, log, revision=kept.revision)
        entry(enrollment, log)
        assert same.pk == kept.pk
        assert FieldEntry.objects.exclude(submitted_at=None).count() == 2
    assert enrollment.item_states.get(item=log).done_at == NOW  # entries_min is 2


def test_filing_an_entry_twice_with_one_key_is_one_entry(enrollment, item_of):
    log, key = item_of(Item.Kind.FIELD_LOG), uuid4()
    with acting_as(enrollment.clinician_id):
        for _ in range(10):
            entry(enrollment, log, key=key)
        assert FieldEntry.objects.count() == 1
    assert ProgressEvent.objects.filter(kind="submitted").count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"happened_on": date(2999, 1, 1)}, "in_the_future"),
        ({"situation": "", "answers": {"tried": "  "}}, "empty"),
    ],
)
def test_an_entry_that_cannot_be_is_refused(enrollment, item_of, change, code):
    with acting_as(enrollment.clinician_id), pytest.raises(ValidationError) as refusal:
        entry(enrollment, item_of(Item.Kind.FIELD_LOG), **change)
    assert refusal.value.code == code


def test_a_stale_draft_entry_overwrites_nothing(enrollment, item_of):
    log = item_of(Item.Kind.FIELD_LOG)
    with acting_as(enrollment.clinician_id):
        entry(enrollment, log, submit=False)
        with pytest.raises(ValidationError) as refusal:
            entry(enrollment, log, answers={"tried": "other"}, submit=False)
        assert refusal.value.code == "stale_revision"
        assert FieldEntry.objects.get().answers == {"tried": TEXT}
