"""A reflection opened to one reader: by name or to the group, logged, closed again at once."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.models import AccessLog
from core.acting import acting_as
from programs.models import Item, Reflection, Share
from programs.services.reflections import save_draft, submit
from programs.services.shares import end_share, share_reflection
from programs.tests.factories import CohortStaffFactory, EnrollmentFactory
from programs.tests.kinds import TWO_QUESTIONS

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
TEXT = "CANARY what I noticed"


@pytest.fixture
def facilitator(enrollment):
    return CohortStaffFactory(cohort=enrollment.cohort, role="facilitator").person


@pytest.fixture
def item(enrollment, item_of):
    """A reflection that is written and finished."""
    item = item_of(Item.Kind.REFLECTION, body=TWO_QUESTIONS)
    with acting_as(enrollment.clinician_id):
        common = {"enrollment": enrollment, "item": item, "now": NOW}
        save_draft(**common, answers={"noticed": TEXT}, revision=0, key=uuid4(), step=1)
        submit(**common, key=uuid4())
    return item


def shared(enrollment, person=None):
    with acting_as(enrollment.clinician_id):
        reflection = Reflection.objects.get()
        return share_reflection(reflection=reflection, person=person, now=NOW)


def page_of(client, person, share):
    client.force_login(person)
    return client.get(reverse("programs:shared_reflection", args=[share.public_id]))


def test_by_name_on_the_page_read_logged_and_closed(
    client, learner, enrollment, item, facilitator, url_of
):
    learner.post(url_of("reflection_share", item), {"reader": str(facilitator.public_id)})
    share = Share.objects.get()
    assert (share.person, share.with_group) == (facilitator, False)
    field = learner.get(url_of("item_detail", item)).context["form"]["answer_noticed"]
    assert field.audience_label == f"You and {facilitator.name}"  # above the box, before typing

    assert TEXT in page_of(client, facilitator, share).content.decode()
    log = AccessLog.objects.get()
    assert (log.actor, log.subject, log.kind) == (
        facilitator,
        enrollment.clinician,
        "programs.reflection",
    )

    client.force_login(enrollment.clinician)
    client.post(reverse("programs:share_end", args=[share.public_id]))
    assert page_of(client, facilitator, share).status_code == 404
    with acting_as(facilitator.pk):
        assert not Reflection.objects.exists()


def test_nobody_but_the_named_reader(client, enrollment, item, facilitator):
    share = shared(enrollment, facilitator)
    successor = CohortStaffFactory(cohort=enrollment.cohort, role="facilitator").person
    peer = EnrollmentFactory(cohort=enrollment.cohort).clinician
    for person in (successor, peer):
        assert page_of(client, person, share).status_code == 404
        with acting_as(person.pk):
            assert not Reflection.objects.exists()


def test_the_group_reads_while_it_is_the_group(client, enrollment, item, facilitator):
    share = shared(enrollment)
    peer = EnrollmentFactory(cohort=enrollment.cohort)
    stranger = EnrollmentFactory()
    elsewhere = EnrollmentFactory(
        cohort=enrollment.cohort, group=enrollment.cohort.groups.create(name="Night")
    )
    assert TEXT in page_of(client, peer.clinician, share).content.decode()
    for person in (stranger.clinician, elsewhere.clinician, facilitator):
        assert page_of(client, person, share).status_code == 404
        with acting_as(person.pk):
            assert not Reflection.objects.exists()
    type(peer).objects.filter(pk=peer.pk).update(withdrawn_at=NOW)
    with acting_as(peer.clinician_id):
        assert not Reflection.objects.exists()


def test_a_reader_changes_nothing(enrollment, item, facilitator):
    shared(enrollment, facilitator)
    with acting_as(facilitator.pk):
        assert Reflection.objects.update(answers={}) == 0
    with acting_as(enrollment.clinician_id):
        assert Reflection.objects.get().answers == {"noticed": TEXT}


def test_a_draft_is_not_shared_and_strangers_are_no_readers(enrollment, item):
    with pytest.raises(ValidationError) as refusal:
        shared(enrollment, EnrollmentFactory().clinician)
    assert refusal.value.code == "not_a_reader"
    with acting_as(enrollment.clinician_id):
        Reflection.objects.update(submitted_at=None)
    with pytest.raises(ValidationError) as refusal:
        shared(enrollment)
    assert refusal.value.code == "not_submitted"


def test_sharing_twice_is_one_share_and_it_can_begin_anew(enrollment, item, facilitator):
    first = shared(enrollment, facilitator)
    assert shared(enrollment, facilitator) == first
    end_share(share=first, now=NOW)
    assert shared(enrollment, facilitator) != first
    assert Share.objects.standing().count() == 1
