"""A cohort's report: frozen figures under one mask; page and CSV from one source."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccessLog
from accounts.tests.factories import (
    UnitFactory,
    UserFactory,
)
from outcomes.services.frozen_figures import frozen_figures
from outcomes.tests.conftest import do_something
from programs.models import CohortSnapshot
from programs.tests.factories import CohortFactory, EnrollmentFactory

pytestmark = pytest.mark.django_db


def report_url(cohort, name="cohort_report"):
    return reverse(f"outcomes:{name}", args=[cohort.public_id])


def fill(cohort, unit, good, bad):
    """People of a unit: so many on pace, so many who never began."""
    for number in range(good + bad):
        enrollment = EnrollmentFactory(cohort=cohort, unit=unit)
        if number < good:
            do_something(enrollment)


# --- Frozen figures ---


def test_figures_are_last_nights_and_one_query(make_cohort, django_assert_num_queries):
    cohorts = [make_cohort(5), make_cohort(5)]
    now = timezone.now()
    first = frozen_figures(cohorts=cohorts, now=now)
    EnrollmentFactory.create_batch(3, cohort=cohorts[0], accepted_at=now - timedelta(days=3))
    with django_assert_num_queries(1):
        again = frozen_figures(cohorts=cohorts, now=now)

    assert {pk: snapshot.pk for pk, snapshot in again.items()} == {
        pk: snapshot.pk for pk, snapshot in first.items()
    }
    assert again[cohorts[0].pk].aggregates["enrolled"] == 5  # not a live query
    tomorrow = frozen_figures(cohorts=cohorts, now=now + timedelta(days=1))
    assert tomorrow[cohorts[0].pk].aggregates["enrolled"] == 8
    assert CohortSnapshot.objects.count() == 4


# --- The cohort's report ---


def test_a_cohort_below_the_threshold_shows_no_figure(admin, make_cohort):
    cohort = make_cohort(4, active=2)
    report = admin.get(report_url(cohort)).context["report"]

    assert report.is_hidden
    assert report.enrolled.is_hidden
    assert (report.states, report.modules, report.units) == ((), (), ())


def test_a_contract_may_raise_the_threshold(admin, make_cohort):
    cohort = make_cohort(7)
    cohort.engagement.threshold_progress = 8
    cohort.engagement.save()

    assert admin.get(report_url(cohort)).context["report"].is_hidden


def test_the_states_add_up_to_the_enrolled(admin, make_cohort):
    report = admin.get(report_url(make_cohort(9, active=6))).context["report"]

    assert sum(row.value for row in report.states) == report.enrolled.value == 9
    assert (report.count("on_pace"), report.count("no_show")) == (6, 3)


def test_a_small_unit_is_hidden_and_another_with_it(admin, make_cohort, organization):
    cohort = make_cohort(0)
    for name, size in (("ICU", 8), ("ED", 7), ("Peds", 3)):
        fill(cohort, UnitFactory(organization=organization, name=name), size, 0)
    answer = admin.get(report_url(cohort))
    units = {unit.label: unit for unit in answer.context["report"].units}

    # 18 are enrolled: with ICU and ED shown, the three of Peds would follow.
    assert {label for label, unit in units.items() if unit.people.is_hidden} == {"Peds", "ED"}
    assert answer.content.decode().count('class="suppressed"') == 4


def test_a_small_count_in_a_unit_is_hidden_and_not_left_to_subtraction(
    admin, make_cohort, organization
):
    cohort = make_cohort(0)
    for name, good, bad in (("ICU", 8, 2), ("ED", 6, 6)):
        fill(cohort, UnitFactory(organization=organization, name=name), good, bad)
    units = {u.label: u for u in admin.get(report_url(cohort)).context["report"].units}

    assert [units[name].people.value for name in ("ICU", "ED")] == [10, 12]
    assert units["ICU"].good.is_hidden
    assert units["ED"].good.is_hidden  # 14 of 22 are on pace: 14 - 6 would be ICU's


def test_csv_and_page_say_the_same(admin, make_cohort, organization):
    cohort = make_cohort(0, name="=1+1")
    for name, good, bad in (("ICU", 8, 2), ("@ED", 9, 3), ("Ward", 6, 6)):
        fill(cohort, UnitFactory(organization=organization, name=name), good, bad)
    report = admin.get(report_url(cohort)).context["report"]
    answer = admin.get(report_url(cohort, "cohort_report_csv"))
    text = answer.content.decode("utf-8-sig")
    rows = {(row["part"], row["measure"]): row for row in csv.DictReader(io.StringIO(text))}

    assert rows["people", "enrolled"]["value"] == str(report.enrolled.value) == "34"
    for state in report.states:
        assert rows["state", state.label]["value"] == str(state.value)
    for module in report.modules:
        assert rows["module completed", module.label]["value"] == str(module.completed.value)
    for unit in report.units:
        for figure, words in ((unit.people, "people"), (unit.good, "on pace or done")):
            measure = f"{unit.label}: {words}"
            row = rows.get(("unit", measure)) or rows["unit", f"'{measure}"]
            assert row["value"] == (figure.words if figure.is_hidden else str(figure.value))
    assert rows["report", "cohort"]["value"] == "'=1+1"
    cells = [cell for line in csv.reader(io.StringIO(text)) for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "@"))]
    assert "no-store" in answer["Cache-Control"]
    actions = AccessLog.objects.order_by("pk").values_list("action", "object_public_id")
    assert list(actions) == [("viewed", cohort.public_id), ("exported", cohort.public_id)]


@pytest.mark.parametrize("name", ["cohort_report", "cohort_report_csv"])
def test_cohorts_of_others_do_not_exist(admin, client, make_cohort, name):
    own, foreign = make_cohort(6), CohortFactory()

    assert admin.get(report_url(foreign, name)).status_code == 404
    assert admin.get(reverse(f"outcomes:{name}", args=[uuid4()])).status_code == 404
    for person in (
        UserFactory(practice_role="consultant"),
        UserFactory(practice_role="owner"),
        own.enrollments.first().clinician,
    ):
        client.force_login(person)
        assert client.get(report_url(own, name)).status_code == 404


def test_the_report_asks_as_often_for_many_people_as_for_few(admin, make_cohort, count_queries):
    few_people, many_people = make_cohort(6), make_cohort(30)
    counts = []
    for cohort in (few_people, many_people):
        admin.get(report_url(cohort))  # takes the night's snapshot
        with count_queries() as captured:
            admin.get(report_url(cohort))
        counts.append(len(captured))
    assert counts[0] == counts[1]
