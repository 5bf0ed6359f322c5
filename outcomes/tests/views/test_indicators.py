"""The organization's own figures, as its admin meets them."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from accounts.tests.factories import UnitFactory, UserFactory
from outcomes.engine.indicator_catalog import CAPTION, CATALOG
from outcomes.models import IndicatorPoint
from outcomes.reports.indicators import indicator_chart
from outcomes.services.indicators import upload_indicators
from outcomes.tests.factories import indicator_file
from programs.tests.factories import EnrollmentFactory

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = "safety_event_rate"


def page(name, organization, *more):
    return reverse(f"outcomes:{name}", args=[organization.public_id, *more])


@pytest.fixture
def store(organization):
    def run(file):
        check = upload_indicators(
            organization=organization, file=file, actor=UserFactory(), dry_run=False, now=NOW
        )
        assert check.upload is not None, check.reading.errors

    return run


def test_an_admin_uploads_checks_and_confirms(admin, organization):
    way_in = admin.get(reverse("outcomes:own_indicators"))
    file = SimpleUploadedFile("figures.csv", indicator_file(months=12))
    checked = admin.post(page("indicator_upload", organization), {"file": file})
    dry = admin.get(checked.url)
    before = IndicatorPoint.objects.count()
    stored = admin.post(checked.url, follow=True)

    assert way_in.url == page("indicator_list", organization)
    assert "Check, then store" in dry.content.decode()
    assert before == 0
    assert IndicatorPoint.objects.count() == 12
    assert "Reported safety events" in stored.content.decode()
    assert admin.get(checked.url).status_code == 200


def test_every_error_is_on_the_page_with_line_column_and_reason(admin, organization):
    bad = indicator_file(months=2).replace(b",1300,", b",7,")
    file = SimpleUploadedFile("figures.csv", bad)
    answer = admin.post(page("indicator_upload", organization), {"file": file})

    assert answer.status_code == 422
    text = answer.content.decode()
    assert text.count("combine periods or units") == 2
    assert "denominator" in text


def test_the_chart_says_caption_level_and_no_judgment(admin, organization, store):
    store(indicator_file(months=14))
    text = admin.get(page("indicator_detail", organization, KEY)).content.decode()

    assert CAPTION in text
    assert "Level 4 indicator, no comparison group" in text
    assert "A rise can mean better reporting." in text
    assert text.count("<svg") >= 2
    for word in ("p-value", "improve", "better than", "worse", "p ="):
        assert word not in text.replace("better reporting", "")


@pytest.mark.parametrize(("people", "marked"), [(4, False), (5, True)])
def test_a_units_chart_names_a_cohort_from_five_of_its_people_on(
    admin, organization, store, make_cohort, people, marked
):
    unit = UnitFactory(organization=organization, name="ICU")
    cohort = make_cohort(people=3, starts_on=date(2024, 10, 1), ends_on=date(2024, 12, 1))
    EnrollmentFactory.create_batch(people, cohort=cohort, unit=unit)
    EnrollmentFactory(cohort=cohort, unit=unit, accepted_at=None)  # invited only
    store(indicator_file(months=14, unit="ICU"))
    chart = indicator_chart(
        organization=organization, indicator=CATALOG[KEY], unit=unit, now=datetime.now(UTC)
    )
    address = f"{page('indicator_detail', organization, KEY)}?unit={unit.public_id}"
    text = admin.get(address).content.decode()

    assert bool(chart.marks) is marked
    assert (cohort.name in text) is marked
    assert ("the mark would tell who took part" in text) is not marked
    assert chart.run.segments[0].is_frozen is marked  # nor does the median give it away


def test_the_whole_organizations_chart_names_every_cohort(organization, store, make_cohort):
    make_cohort(people=1, starts_on=date(2024, 10, 1), ends_on=date(2024, 12, 1))
    make_cohort(people=1, starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 1))
    store(indicator_file(months=14))
    chart = indicator_chart(
        organization=organization, indicator=CATALOG[KEY], unit=None, now=datetime.now(UTC)
    )

    assert [letter for letter, _span in chart.marks] == ["A"]  # the other lies beyond the chart
    assert chart.run.baseline_n == 9


def test_runs_are_told_in_the_same_words_either_way_with_their_dates(organization, store):
    values = [4, 6, 4, 6, 6, 4, 6, 4, *[9, 8] * 4, *[2, 3] * 4]
    lines = indicator_file(months=24).decode().splitlines()
    rows = [line.split(",") for line in lines[1:]]
    text = "\n".join(
        [lines[0]]
        + [
            ",".join([*row[:4], str(value), *row[5:]])
            for row, value in zip(rows, values, strict=True)
        ]
    )
    store(text.encode())
    chart = indicator_chart(
        organization=organization, indicator=CATALOG[KEY], unit=None, now=datetime.now(UTC)
    )

    assert [words.partition(": ")[2] for words in chart.signals] == [
        "8 consecutive points above the median (3.85).",
        "8 consecutive points below the median (3.85).",
    ]
    assert chart.signals[0].startswith("1 Sep 2024 – 30 Apr 2025: ")
    assert chart.finding == f"{chart.signals[1].partition(': ')[2]} The newest of 2 runs."


def test_files_carry_caption_and_run_no_formula(admin, organization, store):
    store(indicator_file(months=3).replace(b"Incident system", b"=HYPERLINK(1) by hand"))
    text = admin.get(page("indicator_csv", organization, KEY)).content.decode("utf-8-sig")
    book = load_workbook(BytesIO(admin.get(page("indicator_xlsx", organization, KEY)).content))
    cells = [cell.value for sheet in book for row in sheet for cell in row]

    assert CAPTION in text
    assert "'=HYPERLINK(1) by hand" in text
    assert CAPTION in cells
    assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)


def test_the_chart_is_a_document_with_its_caption_and_all_figures(admin, organization, store):
    nothing = admin.get(page("indicator_pdf", organization, KEY))
    cohort = EnrollmentFactory(
        cohort__engagement__organization=organization, cohort__starts_on=date(2024, 9, 2)
    ).cohort
    store(indicator_file(months=14).replace(b"Incident system", b"#let ugly [a] *b* \xe2\x98\x83"))
    answer = admin.get(page("indicator_pdf", organization, KEY) + "?paper=a4")
    pdf = PdfReader(BytesIO(answer.content))
    text = " ".join(" ".join(found.extract_text() for found in pdf.pages).split())

    assert nothing.status_code == 404
    assert answer["Content-Type"] == "application/pdf"
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert CAPTION in text
    assert f"A: {cohort.name}" in text
    assert text.count("#let ugly [a] *b*") >= 14
    for row in indicator_chart(
        organization=organization, indicator=CATALOG[KEY], unit=None, now=NOW
    ).rows:
        assert row.value in text


def test_the_template_is_read_as_it_is(admin, organization):
    file = admin.get(page("indicator_template", organization)).content
    answer = admin.post(
        page("indicator_upload", organization), {"file": SimpleUploadedFile("t.csv", file)}
    )

    assert answer.status_code == 302


@pytest.mark.parametrize("query", ["?unit=nonsense", "?unit=00000000-0000-4000-8000-000000000000"])
def test_an_unknown_unit_or_indicator_is_a_404(admin, organization, query):
    assert admin.get(page("indicator_detail", organization, KEY) + query).status_code == 404
    assert admin.get(page("indicator_detail", organization, "happiness")).status_code == 404


def test_a_unit_of_another_organization_is_a_404(admin, organization):
    address = f"{page('indicator_detail', organization, KEY)}?unit={UnitFactory().public_id}"

    assert admin.get(address).status_code == 404
