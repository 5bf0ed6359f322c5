from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.tests.factories import UserFactory
from core.acting import acting_as
from notifications.kinds import get_kind
from notifications.models import Message
from programs.models import PracticeConcern
from programs.notices.safety import CONTACT_NOTE
from programs.reports.learning import module_path, next_step
from programs.services.cohorts import add_staff, open_everything
from programs.services.safety import (
    confirm_screening,
    record_qualification,
    report_concern,
    revoke_qualification,
)
from programs.services.schedules import refresh_schedule
from programs.tests.factories import EnrollmentFactory

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
SAFETY = {
    "title": "Before week 1",
    "confirm": "I have read this.",
    "check_in": "Was practice upsetting?",
    "help": "Stop and talk to somebody.",
    "markdown": "Some feel worse.",
    "qualification": {"key": "mindfulness-teaching", "label": "a teaching paper"},
}


@pytest.fixture
def enrollment():
    enrollment = EnrollmentFactory()
    cohort = enrollment.cohort
    cohort.version.safety = SAFETY
    cohort.version.save()
    cohort.contact = UserFactory(name="Cleo Contact", practice_role="consultant")
    cohort.save()
    refresh_schedule(cohort=cohort)
    return enrollment


def qualify(cohort, expires_on=None):
    teacher = UserFactory(practice_role="consultant")
    add_staff(cohort=cohort, person=teacher, role="facilitator", by=teacher)
    return record_qualification(
        person=teacher,
        key="mindfulness-teaching",
        title="A paper",
        valid_from=date(2000, 1, 1),
        expires_on=expires_on,
        by=UserFactory(practice_role="owner"),
    )


def is_open(enrollment):
    return any(module.is_open for module in module_path(enrollment, NOW))


def test_nothing_opens_without_a_valid_qualification(enrollment):
    confirm_screening(enrollment=enrollment, now=NOW)
    before = enrollment.cohort.starts_on - timedelta(days=1)

    assert not is_open(enrollment)
    qualify(enrollment.cohort, expires_on=before)
    assert not is_open(enrollment)
    with pytest.raises(ValidationError) as refusal:
        open_everything(cohort=enrollment.cohort, by=enrollment.cohort.contact, now=NOW)
    assert refusal.value.code == "not_qualified"

    qualify(enrollment.cohort, expires_on=enrollment.cohort.starts_on)
    assert is_open(enrollment)


def test_nothing_opens_without_a_named_contact(enrollment):
    confirm_screening(enrollment=enrollment, now=NOW)
    qualify(enrollment.cohort)
    enrollment.cohort.contact = None

    assert not is_open(enrollment)


def test_the_safety_text_comes_before_week_one_and_only_reading_is_kept(enrollment):
    qualify(enrollment.cohort)

    assert not is_open(enrollment)
    assert next_step(enrollment, NOW).title == "Before week 1"
    confirm_screening(enrollment=enrollment, now=NOW)
    assert is_open(enrollment)
    assert next_step(enrollment, NOW).title != "Before week 1"


def test_a_yes_reaches_the_contact_alone_and_the_mail_names_nobody(enrollment):
    module = enrollment.cohort.version.modules.first()
    clinician, contact = enrollment.clinician, enrollment.cohort.contact
    with acting_as(clinician.pk):
        for _ in range(2):
            report_concern(enrollment=enrollment, module=module, now=NOW)

    [message] = Message.objects.filter(kind=CONTACT_NOTE)
    rendered = get_kind(CONTACT_NOTE).render(message)
    assert message.recipient == contact
    for private in (clinician.name, clinician.email, module.title):
        assert private not in rendered.subject + rendered.text + rendered.html
    for person in (contact, clinician):
        with acting_as(person.pk):
            assert PracticeConcern.objects.count() == 1
    for other in (UserFactory(practice_role="owner"), UserFactory(is_superuser=True)):
        with acting_as(other.pk):
            assert PracticeConcern.objects.count() == 0


def test_pages_of_a_safe_program(enrollment, client):
    qualify(enrollment.cohort)
    module = enrollment.cohort.version.modules.first()
    client.force_login(enrollment.clinician)
    screening = reverse("programs:safety_screening", args=[enrollment.public_id])
    check_in = reverse("programs:practice_check_in", args=[enrollment.public_id, module.public_id])

    assert "Some feel worse" in client.get(screening).content.decode()
    assert client.post(screening).status_code == 302
    page = client.get(check_in).content.decode()
    assert "A yes goes to Cleo Contact" in page
    assert "not kept" in client.post(check_in, {"upsetting": "no"}).content.decode()
    assert not Message.objects.filter(kind=CONTACT_NOTE).exists()
    assert (
        "Stop and talk to somebody" in client.post(check_in, {"upsetting": "yes"}).content.decode()
    )
    shown = client.get(
        reverse("programs:module_detail", args=[enrollment.public_id, module.public_id])
    )
    assert check_in in shown.content.decode()

    client.force_login(enrollment.cohort.contact)
    listed = client.get(reverse("programs:concern_list")).content.decode()
    assert enrollment.clinician.name in listed
    client.force_login(UserFactory(practice_role="consultant"))
    assert (
        enrollment.clinician.name
        not in client.get(reverse("programs:concern_list")).content.decode()
    )


def test_a_learner_picks_the_track_on_the_page_of_the_module(enrollment, client):
    item = enrollment.cohort.version.modules.first().items.first()
    item.home = {"days": 6, "full": 45, "short": 20}
    item.save()
    client.force_login(enrollment.clinician)
    page = reverse("programs:module_detail", args=[enrollment.public_id, item.module.public_id])

    assert "45 minutes a day" in client.get(page).content.decode()
    client.post(reverse("programs:practice_track", args=[enrollment.public_id]), {"track": "full"})
    enrollment.refresh_from_db()
    assert enrollment.practice_track == "full"


def test_a_paper_taken_back_opens_nothing_more(enrollment):
    confirm_screening(enrollment=enrollment, now=NOW)
    paper = qualify(enrollment.cohort)
    assert is_open(enrollment)

    revoke_qualification(paper=paper, now=NOW)

    assert not is_open(enrollment)


def test_the_contact_notes_having_been_in_touch_and_nobody_else(enrollment, client):
    contact = enrollment.cohort.contact
    module = enrollment.cohort.version.modules.first()
    with acting_as(enrollment.clinician_id):
        concern = report_concern(enrollment=enrollment, module=module, now=NOW)
    address = reverse("programs:concern_answer", args=[concern.public_id])
    client.force_login(UserFactory(practice_role="owner"))
    assert client.post(address).status_code == 404

    client.force_login(contact)
    client.post(address)
    page = client.get(reverse("programs:concern_list")).content.decode()
    assert "You have been in touch" in page
    with acting_as(contact.pk):
        assert PracticeConcern.objects.get().answered_at

    client.post(address, {"undo": "1"})
    with acting_as(contact.pk):
        assert PracticeConcern.objects.get().answered_at is None
