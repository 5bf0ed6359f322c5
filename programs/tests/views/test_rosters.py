"""The import as a consultant walks it: file, columns, check, invite."""

from io import BytesIO

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from notifications.models import Message
from programs.models import Enrollment, Roster
from programs.tests.factories import CohortFactory
from programs.tests.rosters import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def cohort():
    return CohortFactory()


@pytest.fixture
def browser(client, cohort):
    lead = UserFactory(practice_role="consultant")
    cohort.engagement.organization.consultants.add(lead)
    client.force_login(lead)
    return client


def send(browser, cohort, content: bytes, name="list.csv"):
    file = BytesIO(content)
    file.name = name
    return browser.post(reverse("programs:roster_upload", args=[cohort.public_id]), {"file": file})


def page(name, roster):
    return reverse(f"programs:{name}", args=[roster.public_id])


def test_a_usual_file_goes_straight_to_the_check_and_out(browser, cohort):
    rows = [("E-Mail", "Name"), ("a@x.org", "Asha"), ("bad", "Tom")]
    response = send(browser, cohort, files.delimited(rows, delimiter=";"))
    roster = Roster.objects.get()
    assert response.url == page("roster_check", roster)

    checked = browser.get(response.url)
    assert "This is not a complete e-mail address." in checked.content.decode()
    assert Enrollment.objects.count() == Message.objects.count() == 0

    for _click in range(2):
        assert browser.post(page("roster_commit", roster)).url == page("roster_detail", roster)
    done = browser.get(page("roster_detail", roster))
    assert done.context["error_count"] == 1
    assert Enrollment.objects.get().clinician.email == "a@x.org"
    assert Message.objects.count() == 1


def test_unknown_columns_are_asked_for(browser, cohort):
    content = files.delimited([("one", "two"), ("Asha", "no address yet")])
    response = send(browser, cohort, content)
    roster = Roster.objects.get()
    assert response.url == page("roster_map", roster)
    assert browser.get(page("roster_check", roster)).url == page("roster_map", roster)

    refused = browser.post(page("roster_map", roster), {"name": "0"})
    assert refused.status_code == 422
    twice = browser.post(page("roster_map", roster), {"email": "1", "name": "1"})
    assert twice.status_code == 422
    accepted = browser.post(page("roster_map", roster), {"email": "1", "name": "0"})
    assert accepted.url == page("roster_check", roster)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.csv"),
        (files.pdf(), "list.csv"),
        (files.old_excel(), "list.csv"),
        (files.bomb(), "list.xlsx"),
        (files.with_entities(), "list.xlsx"),
        (files.zipped({"list.csv": b"x"}), "../../list.csv"),
        (b"a" * (2 * 2**20 + 1), "large.csv"),
    ],
)
def test_a_file_that_is_no_roster_is_named_on_the_page(browser, cohort, content, name):
    response = send(browser, cohort, content, name)

    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert Roster.objects.count() == 0


def test_no_file_is_an_error_of_the_field(browser, cohort):
    url = reverse("programs:roster_upload", args=[cohort.public_id])

    assert browser.post(url, {}).status_code == 422


def test_cells_are_shown_as_text(browser, cohort):
    rows = [("Email", "Name"), ("<script>alert(1)</script>", "{{7*7}}")]
    send(browser, cohort, files.delimited(rows))
    text = browser.get(page("roster_check", Roster.objects.get())).content.decode()

    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_the_error_list_is_a_safe_csv_before_and_after(browser, cohort):
    send(browser, cohort, files.delimited([("Email", "Name"), ("a@x.org", "=1+1")]))
    roster = Roster.objects.get()
    before = browser.get(page("roster_errors_csv", roster)).content

    browser.post(page("roster_commit", roster))

    assert browser.get(page("roster_errors_csv", roster)).content == before
    assert "'=1+1" in before.decode("utf-8-sig")


def test_a_finished_import_leads_to_its_result(browser, cohort):
    send(browser, cohort, files.delimited())
    roster = Roster.objects.get()
    assert browser.get(page("roster_detail", roster)).url == page("roster_check", roster)

    browser.post(page("roster_commit", roster))

    for name in ("roster_map", "roster_check"):
        assert browser.get(page(name, roster)).url == page("roster_detail", roster)


def test_the_check_page_stays_small_with_many_rows(browser, cohort, count_queries):
    sizes, queries = [], []
    for count in (10, 2000):
        rows = [("Email", "Name"), *((f"bad{n}", f"Person {n}") for n in range(count))]
        url = send(browser, cohort, files.delimited(rows)).url
        with count_queries() as captured:
            sizes.append(len(browser.get(url).content))
        queries.append(len(captured))

    assert queries[0] == queries[1]
    assert sizes[1] < 60_000
