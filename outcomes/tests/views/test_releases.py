"""Consultant previews and releases; the admin gets page, CSV, workbook and PDF of the same cells."""

import csv
import io
import re
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.models import AccessLog
from accounts.tests.factories import MembershipFactory, UserFactory
from notifications.kinds import get_kind
from notifications.models import Message
from outcomes.models import Release
from outcomes.notices.releases import REPORT
from outcomes.tests.services.test_releases import Asked

pytestmark = pytest.mark.django_db
UGLY = '=HYPERLINK("x") «Unit» #set \\ ' + "🙂" + "long " * 20


@pytest.fixture
def asked():
    made = Asked(ICU=12, ED=11, **{UGLY[:120]: 5})
    made.round("baseline", made.people)
    made.wave = made.round("end", made.people, 0.6)
    return made


@pytest.fixture
def admin(client, asked):
    person = UserFactory(name="Ada Admin")
    organization = asked.cohort.engagement.organization
    MembershipFactory(user=person, organization=organization, role="admin")
    client.force_login(person)
    return client


def words(response) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(text).split())


def plain(cell) -> str:
    """A cell as text; 3 and 3.0 are one number."""
    try:
        return f"{float(cell):g}"
    except (TypeError, ValueError):
        return "" if cell is None else str(cell)


def test_a_preview_is_released_and_kept_in_the_history(client, asked):
    client.force_login(asked.actor)
    address = reverse("outcomes:wave_release", args=[asked.wave.public_id])
    preview = words(client.get(address))
    assert "points higher among 28 people" in preview
    assert not Release.objects.exists()
    release_page = client.post(address).url

    assert words(client.get(release_page)).count("points higher") >= 1
    assert "Release 1" in words(client.get(address))
    again = client.post(address, follow=True)
    assert "Nothing has changed since the last release." in words(again)


def test_every_form_of_the_report_says_the_same(admin, asked):
    release = asked.release(asked.wave)
    page = words(admin.get(release.get_absolute_url()))
    table = list(
        csv.DictReader(
            io.StringIO(
                admin.get(f"{release.get_absolute_url()}report.csv").content.decode("utf-8-sig")
            )
        )
    )
    book = load_workbook(io.BytesIO(admin.get(f"{release.get_absolute_url()}report.xlsx").content))
    sheet = list(book["Outcomes"].values)
    pdf = PdfReader(io.BytesIO(admin.get(f"{release.get_absolute_url()}report.pdf").content))
    printed = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())

    everybody = table[0]
    outcome = release.payload["outcomes"][0]
    assert float(everybody["mean_change"]) == outcome["change"]
    assert everybody["sentence"] in page
    assert everybody["sentence"] in printed
    assert "Without a comparison group we cannot say the program caused this." in printed
    # Cell by cell, hidden ones included.
    assert len(sheet) - 1 == len(table) == 4
    for row, cells in zip(table, sheet[1:], strict=True):
        assert [plain(cell) for cell in cells] == [plain(cell) for cell in row.values()]
    # Five of the ugly unit are hidden, and the next smallest with them; no formula runs.
    hidden = "<8 or protected"
    assert [row["n"] for row in table] == ["28", hidden, hidden, "12"]
    assert not any(cell.startswith("=") for row in table for cell in row.values())
    assert list(book.sheetnames) == ["Outcomes", "About", "Codebook"]
    # A document that assistive technology can read.
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert pdf.trailer["/Root"]["/Lang"] == "en"
    assert release.payload["cohort"] in pdf.metadata.title


def test_the_admins_list_and_its_empty_state(admin, asked):
    address = reverse("outcomes:outcome_list")
    assert "No results yet" in words(admin.get(address))
    release = asked.release(asked.wave)
    assert release.get_absolute_url() in admin.get(address).content.decode()


def test_opening_and_exporting_is_logged(admin, asked):
    release = asked.release(asked.wave)
    admin.get(release.get_absolute_url())
    admin.get(f"{release.get_absolute_url()}report.pdf")
    logged = AccessLog.objects.filter(kind="outcomes.release").order_by("pk")
    assert list(logged.values_list("action", flat=True)) == ["viewed", "exported"]


def test_nothing_causal_is_said_without_a_comparison_group(admin, asked):
    release = asked.release(asked.wave)
    page = words(admin.get(release.get_absolute_url())).lower()
    for word in (
        "proved",
        "proves that",
        "because of the program",
        "reduces",
        "saves",
        "effective",
    ):
        assert word not in page


def test_admins_get_a_link_and_only_while_they_are_admins(admin, asked):
    stranger = UserFactory()
    release = asked.release(asked.wave)
    message = Message.objects.get(kind=REPORT)
    mail = get_kind(REPORT).render(message)

    assert message.recipient.name == "Ada Admin"
    assert message.recipient != stranger
    assert mail.subject == "Your report is ready"
    assert release.get_absolute_url() in mail.text
    for secret in (asked.cohort.name, "Warmth", str(asked.cohort.engagement.organization)):
        assert secret not in mail.text + mail.html
    assert get_kind(REPORT).current(message)
    message.recipient.memberships.update(ended_at=timezone.now())
    assert not get_kind(REPORT).current(message)


def test_the_first_page_leads_to_what_changed(admin, asked):
    address = reverse("outcomes:overview")
    assert "What changed" not in words(admin.get(address))
    release = asked.release(asked.wave)
    page = admin.get(address).content.decode()
    assert release.get_absolute_url() in page
    assert "points higher among 28 people" in page


def test_people_of_the_group_read_what_their_organization_got(client, asked):
    address = reverse("outcomes:organization_view")
    own = asked.people[0].clinician
    client.force_login(own)
    assert "points higher" not in words(client.get(address))
    release = asked.release(asked.wave)
    assert "points higher among 28 people" in words(client.get(address))
    assert client.get(release.get_absolute_url()).status_code == 404  # the report is the admin's

    elsewhere = Asked(ICU=1)
    client.force_login(elsewhere.people[0].clinician)
    assert "points higher" not in words(client.get(address))
