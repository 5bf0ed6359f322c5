"""What people write reaches nobody whom accounts/who_reads_what.py does not name."""

from __future__ import annotations

import logging
import re

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse
from django.utils import timezone

from accounts.who_reads_what import TEXT_COLUMNS
from coaching.services.reminders import plan
from core.acting import acting_as
from notifications.kinds import get_kind
from notifications.models import DeliveryPreference, Message
from notifications.services.phones import send_code
from programs.models import Engagement, FieldEntry, Item, Reflection
from programs.services.enrollments import withdraw
from programs.services.snapshots import take_snapshot
from programs.tests.factories import CohortFactory
from tests.not_personal import NOT_PERSONAL
from tests.policies import POLICIES
from tests.test_access_matrix import arguments_of, path_of
from tests.world import enroll_person, write_private_text

pytestmark = pytest.mark.usefixtures("db")
PRIVATE_TABLES = [
    "programs_reflection",
    "programs_fieldentry",
    "programs_commitment",
    "programs_buddymessage",
    "programs_buddyreport",
    "programs_practiceconcern",
    "outcomes_answer",
]
MARKS = {column: f"CANARY-{column.replace('.', '-')}" for column in TEXT_COLUMNS}


@pytest.fixture
def db() -> None:
    """See tests/conftest.py."""


@pytest.fixture
def written(site):
    """The site, with a mark in every private column of tenant A's clinician."""
    assert set(MARKS) == set(TEXT_COLUMNS)
    write_private_text(site.a.enrollment, site.items, MARKS)
    return site


def pages_of(site, persona: str) -> dict[str, str]:
    """Every page and file that the policies let `persona` open, by route."""
    client = site.client(persona)
    pages = {}
    for route, rule in POLICIES.items():
        opened = [who for who, status in (rule.get or {}).items() if status == 200]
        if any(persona in who.split() for who in opened) and not route.startswith("auth/logout"):
            response = client.get(path_of(route, arguments_of(site, rule)))
            assert response.status_code == 200, route
            pages[route] = response.getvalue().decode(errors="replace") + str(response.headers)
    return pages


def hits(pages: dict[str, str]) -> set[tuple[str, str]]:
    return {
        (route, column)
        for route, text in pages.items()
        for column, mark in MARKS.items()
        if mark in text
    }


def test_every_text_column_is_personal_or_says_why_not():
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.TextField | models.JSONField)
    }

    assert columns == set(TEXT_COLUMNS) | set(NOT_PERSONAL)


@pytest.mark.parametrize("persona", ["admin", "admin_other", "clinician_other", "owner"])
def test_no_page_or_file_of_others_shows_what_she_wrote(written, persona, caplog):
    caplog.set_level(logging.DEBUG)
    found = hits(pages_of(written, persona))

    assert found == set()
    assert not [mark for mark in MARKS.values() if mark in caplog.text]


def test_a_peer_and_the_facilitator_see_only_what_is_for_the_group(written):
    for persona in ("peer", "consultant"):
        seen = {column for _route, column in hits(pages_of(written, persona))}

        allowed = {"programs.ThreadPost.text", "programs.Observation.note"}
        if persona == "consultant":  # the named contact, with whom she shared a reflection
            allowed |= {"programs.BuddyReport.text", "programs.Reflection.answers"}
        assert seen <= allowed, persona


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        (Item.Kind.REFLECTION, "programs.Reflection.answers"),
        (Item.Kind.FIELD_LOG, "programs.FieldEntry.answers"),
        (Item.Kind.THREAD, "programs.ThreadPost.text"),
        (Item.Kind.OBSERVATION, "programs.Observation.note"),
    ],
)
def test_the_author_reads_her_own(written, kind, column):
    item = written.items[kind]
    address = reverse("programs:item_detail", args=[written.a.enrollment.public_id, item.public_id])

    assert MARKS[column] in written.client("clinician").get(address).content.decode()


def test_mail_outbox_and_snapshots_hold_nothing_of_it(written):
    now = timezone.now()
    withdraw(enrollment=written.a.enrollment, by=None, reason="", now=now)
    take_snapshot(cohort=written.a.cohort, at=now, now=now)
    with connection.cursor() as cursor:
        for table in (
            "notifications_message",
            "programs_cohortsnapshot",
            "programs_progressevent",
            "programs_itemstate",
            "accounts_accesslog",
            "django_session",
        ):
            cursor.execute(f"SELECT t::text FROM {table} t")  # noqa: S608  # literals above
            text = "\n".join(row[0] for row in cursor.fetchall())
            assert "CANARY" not in text, table


def test_mails_and_texts_as_they_leave_hold_nothing_of_it(written):
    """Every message the site's booking can owe, rendered: subject, text, HTML, SMS and calendar."""
    now = timezone.now()
    booking = written.a.booking
    DeliveryPreference.objects.create(
        person=booking.clinician, by_sms=True, phone="+13125550100", phone_verified_at=now
    )
    send_code(person=booking.clinician, phone="+13125550100", now=now)
    for event in ("booked", "moved", "canceled"):
        plan(booking=booking, event=event, now=now)
    private = ["CANARY", written.a.cohort.name]
    rendered = 0
    for message in Message.objects.filter(recipient__isnull=False):
        left = get_kind(message.kind).render(message)
        text = f"{left.subject} {left.text} {left.html} {left.short} {left.calendar!r}"
        assert not [word for word in private if word in text], message.kind
        assert len(left.subject) <= 60
        rendered += 1
    assert rendered >= 9  # confirmed, moved, canceled to two people; two reminders; a code


def test_under_aggregate_only_no_admin_page_names_anybody(site):
    Engagement.objects.filter(pk=site.a.engagement.pk).update(visibility="aggregate_only")
    pages = pages_of(site, "admin")
    del pages["verify/<str:code>/"]  # shows a holder to whoever was given the certificate's code
    people = [site.a.clinician, site.a.peer]

    assert "organization/people/" in pages
    named = {
        (route, person.name)
        for route, text in pages.items()
        for person in people
        if person.name in text or person.email in text
    }
    assert named == set()


def test_under_completion_the_admin_sees_names(site):
    assert site.a.clinician.name in pages_of(site, "admin")["organization/people/"]


def participation_row(html: str, name: str) -> str:
    rows = [row.split("</tr>")[0] for row in html.split("<tr")[1:]]
    return next((row for row in rows if name in row), "")


@pytest.mark.parametrize("visibility", ["completion", "aggregate_only"])
@pytest.mark.parametrize("state", ["invited", "active", "completed", "withdrawn"])
def test_what_my_organization_sees_is_the_admins_row_byte_for_byte(site, visibility, state):
    now = timezone.now()
    enrollment = site.a.enrollment
    Engagement.objects.filter(pk=site.a.engagement.pk).update(visibility=visibility)
    if state == "active":
        site.client("clinician").post(
            path_of(
                "enrollments/<uuid:enrollment_id>/items/<uuid:item_id>/advance/",
                arguments_of(site, POLICIES["learn/"]),
            )
            + "?step=3"
        )
    elif state != "invited":
        ended = {f"{state}_at": now}
        type(enrollment).objects.filter(pk=enrollment.pk).update(**ended)
    name = site.a.clinician.name
    hers = site.client("clinician").get(reverse("outcomes:organization_view")).content.decode()
    theirs = site.client("admin").get(reverse("outcomes:people")).content.decode()
    row = participation_row(theirs, name)

    assert participation_row(hers, name) == row
    assert bool(row) is (visibility == "completion")
    if row:
        assert state in row


def test_a_unit_of_four_is_hidden_and_cannot_be_derived(site):
    cohort = CohortFactory(
        engagement=site.a.engagement, version=site.version, name="Three units of the house"
    )
    sizes = {"Cedar Unit": 4, "Dogwood Unit": 7, "Elder Unit": 9}
    for name, size in sizes.items():
        unit = site.a.organization.units.create(name=name)
        for number in range(size):
            enroll_person(cohort, f"{name} person {number}", unit=unit)
    from_report = site.client("admin").get(
        reverse("outcomes:cohort_report_csv", args=[cohort.public_id])
    )
    lines = from_report.content.decode().splitlines()
    shown = {
        name: [line for line in lines if name in line and re.search(r",\d+,", line)]
        for name in sizes
    }
    shown = {name for name, figures in shown.items() if figures}

    # The small unit, and one more, so that no subtraction from the total gives its figure.
    assert "enrolled,20," in from_report.content.decode()
    assert shown == {"Elder Unit"}, lines


# --- The second wall ---


def test_another_person_and_nobody_see_no_private_row(written):
    counted = {}
    for who, user in {"author": written.a.clinician, "owner": written.people["owner"]}.items():
        with acting_as(user.pk):
            counted[who] = (Reflection.objects.count(), FieldEntry.objects.count())
    counted["nobody"] = (Reflection.objects.count(), FieldEntry.objects.count())

    assert counted == {"author": (1, 1), "owner": (0, 0), "nobody": (0, 0)}


def test_without_a_context_a_private_row_cannot_be_written(site):
    with pytest.raises(ProgrammingError) as refusal, transaction.atomic():
        Reflection.objects.create(
            author=site.a.clinician,
            enrollment=site.a.enrollment,
            item=site.items[Item.Kind.REFLECTION],
        )

    assert refusal.value.__cause__.sqlstate == "42501"


def test_private_tables_force_their_policies_on_everybody(site):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        forced = {name for (name,) in cursor.fetchall()}

    assert forced >= set(PRIVATE_TABLES)
