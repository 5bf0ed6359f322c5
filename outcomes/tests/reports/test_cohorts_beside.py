"""A cohort beside one that had not begun, no lot: said as weakly as that deserves, nobody told apart."""

from datetime import timedelta
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from time_machine import travel

from accounts.tests.factories import UserFactory
from outcomes.engine.ledger import exposed
from outcomes.models import ReleaseRow, Wave
from outcomes.reports.cohorts_beside import cohorts_beside
from outcomes.reports.outcome_document import document_data
from outcomes.reports.outcome_report import outcome_report
from outcomes.reports.outcome_tables import outcome_rows
from outcomes.services.comparison_groups import ask_beside
from outcomes.services.releases import release_wave
from outcomes.services.wave_plans import change_wave, drop_wave, plan_standard_rounds, plan_wave
from outcomes.tests.factories import InstrumentFactory
from outcomes.tests.reports.test_arms_compared import answer
from programs.models import Enrollment
from programs.services.enrollments import transfer
from programs.tests.factories import CohortFactory, EngagementFactory, EnrollmentFactory

NOW = timezone.now()
LATER = NOW + timedelta(days=60)


def cohort_in(engagement, days):
    start = NOW.date() + timedelta(days=days)
    return CohortFactory(
        engagement=engagement, starts_on=start, ends_on=start + timedelta(days=40), name=str(days)
    )


class Beside:
    """Two cohorts of `people`; the first gains `gain`, the other, which begins at half the
    spread above it, gains nothing."""

    def __init__(self, *, people=20, gain=1.0):
        engagement = EngagementFactory(seats=2 * people)
        self.began, self.waiting = cohort_in(engagement, 5), cohort_in(engagement, 90)
        self.instrument, self.gain = InstrumentFactory(), gain
        self.before = self.plan("baseline", 2)
        self.later = self.plan("end", 44)
        for cohort in (self.began, self.waiting):
            EnrollmentFactory.create_batch(people, cohort=cohort)

    def plan(self, label, days):
        day = NOW.date() + timedelta(days=days)
        return plan_wave(
            cohort=self.began,
            label=label,
            opens_on=day,
            closes_on=day + timedelta(days=3),
            instruments=[self.instrument],
            primary_outcome="warmth.total",
        )

    def ask(self):
        return ask_beside(cohort=self.began, other=self.waiting, now=NOW)

    def answer(self):
        rng = Random(7)
        for cohort in (self.began, self.waiting):
            began = cohort == self.began
            first, second = Wave.objects.filter(cohort=cohort).order_by("opens_at")
            for one in Enrollment.objects.filter(cohort=cohort).order_by("pk"):
                value = 2.5 + rng.gauss(0, 0.4) + (0 if began else 0.2)
                answer(first, one, value)
                answer(second, one, value + rng.gauss(0, 0.2) + (self.gain if began else 0))
        Wave.objects.update(state="closed", opened_at=NOW)
        self.later.refresh_from_db()
        self.before.refresh_from_db()

    def release(self):
        actor = UserFactory(practice_role="owner")
        return release_wave(wave=self.later, actor=actor, now=LATER)


@pytest.fixture
def beside(db):
    made = Beside()
    made.ask()
    return made


def test_the_difference_in_change_is_told_and_that_no_lot_was_drawn(beside):
    beside.answer()
    release = beside.release()
    report = outcome_report(release.payload)
    found = report.main.data["comparison"]

    assert report.payload["design"] == found["design"] == "not_randomized"
    assert found["program"] == found["waiting"] == {"drawn": 20, "both": 20}
    assert found["change"] == pytest.approx(1, abs=0.21)
    assert found["method"] == "difference in differences, clustered by person"
    assert found["secondary"] is None
    # The title is the change; what stands beside it comes after, with its doubt.
    assert report.finding == f"Warmth: {report.main.data['change']} points higher among 20 people"
    change, comparison = report.main.statements
    assert change == report.main.sentence
    assert "not chosen by lot: something else about the two groups may explain it" in comparison
    assert report.happened == f"{change} {comparison}"
    assert report.not_proven.endswith("we cannot say the program caused this.")
    assert not report.main.comparison_claim.tells_cause
    assert "Not randomized." in report.main.comparison_note
    # In every file.
    data = document_data(release=release, report=report, practice="P", paper="a4")
    assert comparison in data["outcomes"][0]["sentence"]
    groups = [row[2] for row in outcome_rows(report)]
    assert "who began beside who had not, no lot" in groups


def test_groups_that_began_unlike_are_said_to_be_so(beside):
    beside.answer()
    found = beside.release().payload["outcomes"][0]["comparison"]["start"]

    assert found["is_unlike"] is True
    assert found["smd"] < -0.2


@pytest.mark.parametrize("people", [7, 8])
def test_both_groups_need_as_many_as_any_mean(db, people):
    made = Beside(people=people)
    made.ask()
    made.answer()
    outcome = made.release().payload["outcomes"][0]

    assert (outcome.get("comparison") is not None) == (people == 8)


def test_who_waits_is_in_the_ledger_too(beside):
    beside.answer()
    beside.release()
    rows = ReleaseRow.objects.all()
    rounds = Wave.objects.filter(cohort=beside.waiting).order_by("opens_at")
    families = {row.family for row in rows}

    for wave in rounds:
        assert f"warmth.total:level:{wave.pk}" in families
    for family in families:
        assert exposed([row.pseudonyms for row in rows if row.family == family], k=8) is None


def test_who_moved_between_the_two_counts_in_neither(beside):
    beside.answer()
    moved = Enrollment.objects.filter(cohort=beside.waiting).first()
    transfer(enrollment=moved, to=beside.began, by=UserFactory(practice_role="owner"), now=NOW)
    (found,) = cohorts_beside(baseline=beside.before, later=beside.later, now=LATER)

    assert (found.adjusted.n_program, found.adjusted.n_comparison) == (20, 19)


@pytest.mark.parametrize("still", ["open", "begun"])
def test_nothing_is_compared_before_all_are_asked_or_once_they_have_begun(beside, still):
    beside.answer()
    other = Wave.objects.filter(cohort=beside.waiting).latest("opens_at")
    if still == "open":
        Wave.objects.filter(pk=other.pk).update(state="open")
    else:
        beside.waiting.starts_on = NOW.date() + timedelta(days=40)
        beside.waiting.save()

    assert cohorts_beside(baseline=beside.before, later=beside.later, now=LATER) == ()


def test_queries_do_not_grow_with_people(beside, django_assert_max_num_queries):
    beside.answer()
    with django_assert_max_num_queries(8):
        cohorts_beside(baseline=beside.before, later=beside.later, now=LATER)


def test_a_changed_plan_is_followed_and_a_dropped_one_dropped(beside):
    day = NOW.date() + timedelta(days=60)
    change_wave(
        wave=beside.later,
        opens_on=day,
        closes_on=day + timedelta(days=50),
        instruments=[beside.instrument],
    )
    first, second = Wave.objects.filter(cohort=beside.waiting).order_by("opens_at")

    assert second.opens_at.astimezone(beside.waiting.zone).date() == day
    # It ends before they begin.
    ends = second.closes_at.astimezone(beside.waiting.zone).date()
    assert ends == beside.waiting.starts_on - timedelta(days=1)
    drop_wave(wave=beside.before)
    assert list(Wave.objects.filter(cohort=beside.waiting)) == [second]
    assert first != second


def test_rounds_of_its_own_can_still_be_planned(beside):
    for key in ("ceas-others", "scs-sf", "cbi-work-patients", "single-item-burnout"):
        InstrumentFactory(key=key)
    made = plan_standard_rounds(cohort=beside.waiting, now=NOW)

    assert [wave.label for wave in made] == ["baseline", "pulse", "end", "followup"]


@pytest.mark.django_db
def test_what_gives_no_comparison_is_refused_with_its_reason():
    made = Beside(people=1)

    def refused(**given):
        with pytest.raises(ValidationError) as refusal:
            ask_beside(**{"cohort": made.began, "other": made.waiting, "now": NOW} | given)
        return refusal.value.code

    assert refused(other=made.began) == "other"
    assert refused(other=cohort_in(EngagementFactory(), 90)) == "other"
    assert refused(other=cohort_in(made.began.engagement, 20)) == "no_rounds"
    assert not Wave.objects.filter(options__has_key="beside").exists()
    made.ask()
    assert refused() == "exists"
    Wave.objects.filter(pk=made.before.pk).update(state="open", opened_at=NOW)
    assert refused(other=cohort_in(made.began.engagement, 100)) == "begun"


@pytest.mark.parametrize("people", [8, 7])
def test_the_preview_says_why_there_is_no_comparison(client, db, people):
    made = Beside(people=people)
    made.ask()
    made.answer()
    EnrollmentFactory(cohort=made.waiting)  # somebody new changes nothing
    with travel(LATER, tick=False):
        client.force_login(UserFactory(practice_role="owner"))
        page = client.get(reverse("outcomes:wave_release", args=[made.later.public_id])).content

    assert (b"Without the group beside it" in page) == (people == 7)
