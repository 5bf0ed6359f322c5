"""Screen = CSV = workbook = API, cell by cell, from one report."""

import csv
import io
from datetime import date, datetime
from html.parser import HTMLParser
from uuid import uuid4

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AccessLog
from accounts.tests.factories import MembershipFactory, UserFactory
from core.tables import neutral
from programs.models import ProgressEvent
from programs.tests.factories import EnrollmentFactory
from programs.tests.ten_people import REPORTED_AT, write_ten_people

pytestmark = pytest.mark.django_db
TABLES = ("measures", "people", "modules", "sessions", "weeks", "survival")


@pytest.fixture
def ten(db):
    made = write_ten_people()
    gus = made.people["Gus"].clinician
    gus.name = "=HYPERLINK(1)"
    gus.save()
    return made


@pytest.fixture
def browser(client, ten, time_machine_at):
    lead = UserFactory(practice_role="consultant")
    ten.cohort.engagement.organization.consultants.add(lead)
    with time_machine_at(REPORTED_AT):
        client.force_login(lead)
        yield client


def get(browser, ten, name, query=""):
    answer = browser.get(reverse(f"programs:{name}", args=[ten.cohort.public_id]) + query)
    assert answer.status_code == 200
    return answer


class Sections(HTMLParser):
    """The tables of the page by the id of their section: what each cell says to a machine."""

    def __init__(self):
        super().__init__()
        self.tables, self.section, self.cell = {}, None, None

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "section":
            self.section = self.tables.setdefault(said["id"], [])
        elif tag == "tr" and self.section is not None:
            self.section.append([])
        elif tag in ("td", "th") and self.section is not None:
            self.cell = ""
        elif tag in ("data", "time") and self.cell is not None:
            self.cell = [said.get("value", said.get("datetime"))]

    def handle_data(self, text):
        if isinstance(self.cell, str):
            self.cell += text.strip()

    def handle_endtag(self, tag):
        if tag == "section":
            self.section = None
        elif tag in ("td", "th") and self.cell is not None:
            self.section[-1].append(self.cell[0] if isinstance(self.cell, list) else self.cell)
            self.cell = None


def as_text(cell):
    """One spelling for a value that was a number, a date, a truth or a text."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float):
        return f"{float(cell):.4f}"
    try:
        return f"{float(cell):.4f}"
    except ValueError:
        return str(cell).removeprefix("'")


def spelled(rows):
    return [[as_text(cell) for cell in row] for row in rows]


def test_screen_csv_workbook_and_api_say_the_same(browser, ten):
    page = Sections()
    page.feed(get(browser, ten, "cohort_progress_report").content.decode())
    api = get(browser, ten, "cohort_progress_json").json()["tables"]
    book = load_workbook(io.BytesIO(get(browser, ten, "cohort_progress_xlsx").content))

    assert tuple(api) == TABLES
    for place, key in enumerate(TABLES, 1):
        answer = get(browser, ten, "cohort_progress_csv", f"?table={key}").content
        header, *rows = csv.reader(io.StringIO(answer.decode("utf-8-sig")))
        expected = spelled(rows)
        sheet = list(book.worksheets[place].iter_rows(values_only=True))
        assert len(expected) == {"people": 11, "measures": 29}.get(key, len(expected)) > 0
        assert spelled(list(row.values()) for row in api[key]) == expected
        assert spelled(sheet[1:]) == expected
        assert list(sheet[0]) == header == page.tables[key][0]
        assert spelled(page.tables[key][1:]) == expected


def test_figures_are_numbers_and_no_text_is_a_formula(browser, ten):
    people = get(browser, ten, "cohort_progress_json").json()["tables"]["people"]
    book = load_workbook(io.BytesIO(get(browser, ten, "cohort_progress_xlsx").content))
    names = [row[0] for row in book["People"].iter_rows(min_row=2, values_only=True)]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]

    eli = next(row for row in people if row["name"] == "Eli")
    assert (eli["done"], eli["minutes_progress"], eli["overdue"]) == (5, 0.8, 1)
    assert neutral("=HYPERLINK(1)") in names
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {cell.data_type for cell in book["People"]["F"][1:]} == {"n"}


def test_the_report_says_when_for_which_edition_and_for_how_many(browser, ten):
    heading = get(browser, ten, "cohort_progress_json").json()["report"]
    html = get(browser, ten, "cohort_progress_report").content.decode()

    assert heading["as_of"] == "2026-04-01 00:00"
    assert (heading["zone"], heading["enrolled"], heading["to_date"]) == (
        "America/New_York", 10, True
    )  # fmt: skip
    for said in ("1 Apr 2026, 00:00", "New York time", " 2.1.0", "n = 10", "to date"):
        assert said in html
    book = load_workbook(io.BytesIO(get(browser, ten, "cohort_progress_xlsx").content))
    meanings = {row[1]: row[3] for row in book["Codebook"].iter_rows(values_only=True)}
    assert meanings["Progress"]
    assert meanings["Best possible attendance"]


def test_every_step_is_a_cell_of_its_own_file(browser, ten):
    EnrollmentFactory(cohort=ten.cohort, accepted_at=None)
    answer = get(browser, ten, "cohort_steps_csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    by_name = {row["Name"]: row for row in rows}

    assert answer.streaming
    assert len(rows) == 10
    assert by_name["Ana"]["module-4/read4"] == "2026-03-25"
    assert by_name["Fay"]["module-2/read2"] == "2026-03-18"  # midnight there, four o'clock UTC
    assert by_name["Cy"]["module-4/read4"] == ""
    assert by_name["'=HYPERLINK(1)"]["module-1/read1"] == ""  # taken back


def test_exports_are_logged_and_the_page_is_no_export(browser, ten):
    get(browser, ten, "cohort_progress_report")
    assert not AccessLog.objects.filter(kind="programs.cohort_progress").exists()
    for name in ("csv", "xlsx", "json"):
        get(browser, ten, f"cohort_progress_{name}")
    get(browser, ten, "cohort_steps_csv")
    assert AccessLog.objects.filter(kind="programs.cohort_progress", action="exported").count() == 4


@pytest.mark.parametrize("query", ["?table=", "?table=secrets", "?table=people'"])
def test_an_unknown_table_is_404(browser, ten, query):
    url = reverse("programs:cohort_progress_csv", args=[ten.cohort.public_id]) + query
    assert browser.get(url).status_code == 404


def test_nobody_else_opens_any_of_it(client, ten):
    organization = ten.cohort.engagement.organization
    people = [
        ten.people["Ana"].clinician,
        MembershipFactory(organization=organization, role="admin").user,
        UserFactory(practice_role="consultant"),
    ]
    for person in people:
        client.force_login(person)
        for name in ("report", "csv", "xlsx", "json"):
            url = reverse(f"programs:cohort_progress_{name}", args=[ten.cohort.public_id])
            assert client.get(url).status_code == 404


def test_queries_do_not_grow(browser, ten, count_queries):
    def queries():
        counts = []
        for name in ("progress_report", "progress_json", "steps_csv"):
            with count_queries() as captured:
                answer = get(browser, ten, f"cohort_{name}")
                b"".join(answer)
            counts.append(len(captured))
        return counts

    few = queries()
    for other in EnrollmentFactory.create_batch(15, cohort=ten.cohort, accepted_at=REPORTED_AT):
        for event in ProgressEvent.objects.filter(enrollment=ten.people["Ana"])[:3]:
            other.events.create(
                item=event.item, kind=event.kind, key=uuid4(),
                occurred_at=event.occurred_at, recorded_at=event.recorded_at,
            )  # fmt: skip

    assert queries() == few
