from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from accounts.models import AccessLog, Consent, Disclosure
from accounts.services.access_log import log_access
from accounts.services.disclosures import disclosure_text, publish_disclosure
from accounts.tests.factories import (
    ConsentFactory,
    DisclosureFactory,
    OrganizationFactory,
    UserFactory,
)
from accounts.who_reads_what import ROWS

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def publish(organization, visibility="completion", **thresholds):
    return publish_disclosure(
        organization=organization, visibility=visibility, thresholds=thresholds, now=NOW
    )


def test_versions_count_up_and_the_newest_is_in_force():
    organization = OrganizationFactory()
    first = publish(organization)
    second = publish(organization, "aggregate_only")

    assert (first.version, second.version) == (1, 2)
    assert organization.disclosures.in_force(NOW) == second
    assert organization.disclosures.in_force(NOW - timedelta(seconds=1)) is None
    assert OrganizationFactory().disclosures.in_force(NOW) is None


def test_the_same_promise_is_not_published_twice():
    organization = OrganizationFactory()

    assert publish(organization) == publish(organization)
    assert Disclosure.objects.count() == 1


def test_a_lowered_threshold_is_refused():
    organization = OrganizationFactory()
    publish(organization, progress=9)

    for value in (4, 8):
        with pytest.raises(ValidationError) as refusal:
            publish(organization, progress=value)
        assert refusal.value.code == "threshold_lowered"
    with pytest.raises(ValidationError) as refusal:
        publish(organization, "everything")
    assert refusal.value.code == "invalid_visibility"
    assert Disclosure.objects.count() == 1


def test_table_and_lines_follow_from_the_stored_row():
    disclosure = publish(OrganizationFactory())

    assert len(disclosure.lines) == 6
    assert disclosure.table[0].readers == [
        "reads and writes",
        "nothing",
        "reads",
        "reads and writes",
        "reads and writes",
    ]
    assert disclosure.thresholds == {
        "progress": 5,
        "means": 8,
        "distributions": 10,
        "reliable_change": 20,
    }


def refused(statement, *params):
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, params)
    return True


def test_the_site_can_neither_change_nor_delete_what_was_promised_signed_or_logged():
    disclosure = DisclosureFactory()
    consent = ConsentFactory(disclosure=disclosure)
    entry = log_access(
        actor=UserFactory(),
        subject=consent.user,
        action="viewed",
        kind="programs.cohort_people",
        object_public_id=disclosure.public_id,
        organization=disclosure.organization,
        now=NOW,
    )

    for model, row in ((Disclosure, disclosure), (Consent, consent), (AccessLog, entry)):
        table = model._meta.db_table
        assert refused(f"UPDATE {table} SET id = id WHERE id = %s", row.pk)  # noqa: S608
        assert refused(f"DELETE FROM {table} WHERE id = %s", row.pk)  # noqa: S608


def test_log_is_read_by_subject_and_actor_and_nobody_else():
    actor, subject = UserFactory(), UserFactory()
    entry = log_access(
        actor=actor,
        subject=subject,
        action="exported",
        kind="programs.cohort_people",
        object_public_id=None,
        organization=None,
        now=NOW,
    )

    assert list(AccessLog.objects.owned_by(subject)) == [entry]
    assert list(AccessLog.objects.owned_by(actor)) == []
    assert list(AccessLog.objects.visible_to(actor)) == [entry]
    assert list(AccessLog.objects.visible_to(UserFactory())) == []


@pytest.mark.parametrize("visibility", ["completion", "aggregate_only"])
def test_text_is_six_lines_then_the_whole_table(visibility):
    text = disclosure_text(
        organization="St {Anne}", practice="Northlight", visibility=visibility, thresholds={}
    )

    lines, table = text.split("\n\n")
    assert len(lines.splitlines()) == 6
    assert len(table.splitlines()) == len(ROWS)
    assert text.count("St {Anne}") == 3
    assert ("sees your name" in lines.splitlines()[0]) is (visibility == "completion")
