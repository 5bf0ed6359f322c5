"""Facilitators read and write in the exchanges of their own groups, and of no other."""

from uuid import uuid4

import pytest
from django.urls import reverse

from programs.models import Item, ThreadPost
from programs.tests.factories import CohortStaffFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(item_of):
    return item_of(Item.Kind.THREAD)


def page(cohort, thread, group=None):
    url = reverse("programs:exchange_detail", args=[cohort.public_id, thread.public_id])
    return f"{url}?group={group.public_id}" if group else url


def test_a_facilitator_joins_in_and_the_group_reads_it(client, enrollment, thread, url_of):
    facilitator = CohortStaffFactory(cohort=enrollment.cohort, role="facilitator").person
    client.force_login(facilitator)
    key = uuid4()
    for _ in range(2):
        client.post(page(enrollment.cohort, thread), {"text": "Welcome.", "client_key": key})
    assert ThreadPost.objects.get().author == facilitator
    client.force_login(enrollment.clinician)
    assert "Welcome." in client.get(url_of("item_detail", thread)).content.decode()


def test_a_facilitator_of_one_group_sees_no_other(client, enrollment, thread):
    cohort = enrollment.cohort
    day, night = (cohort.groups.create(name=name) for name in ("Day", "Night"))
    for group, text in ((day, "by day"), (night, "by night"), (None, "by nobody")):
        ThreadPost.objects.create(
            cohort=cohort, group=group, item=thread, author=enrollment.clinician, text=text
        )
    facilitator = CohortStaffFactory(cohort=cohort, role="facilitator", group=day).person
    client.force_login(facilitator)
    assert "by day" in client.get(page(cohort, thread, day)).content.decode()
    assert client.get(page(cohort, thread, night)).status_code == 404
    texts = ThreadPost.objects.visible_to(facilitator).values_list("text", flat=True)
    assert list(texts) == ["by day"]
    night_nurse = EnrollmentFactory(cohort=cohort, group=night).clinician
    texts = ThreadPost.objects.visible_to(night_nurse).values_list("text", flat=True)
    assert list(texts) == ["by night"]


def test_a_coach_of_the_cohort_has_no_part_in_it(client, enrollment, thread):
    client.force_login(CohortStaffFactory(cohort=enrollment.cohort).person)
    assert client.get(page(enrollment.cohort, thread)).status_code == 404
    listed = client.get(reverse("programs:exchange_list", args=[enrollment.cohort.public_id]))
    assert listed.context["exchanges"] == []
