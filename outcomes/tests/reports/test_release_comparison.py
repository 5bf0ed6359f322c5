"""Arms of a lot in a release: said as strongly as the lot allows, and nobody told apart."""

from datetime import timedelta
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.tests.factories import UserFactory
from core.acting import acting_as
from outcomes.engine.ledger import exposed
from outcomes.models import ReleaseRow, Response, Wave
from outcomes.reports.outcome_comparison import comparison_band, comparison_sentence
from outcomes.reports.outcome_report import outcome_report
from outcomes.reports.outcome_tables import outcome_rows
from outcomes.services.allocations import allocate
from outcomes.services.releases import preview_release, release_wave
from outcomes.services.responses import withdraw_response
from outcomes.services.wave_plans import plan_wave
from outcomes.tests.factories import InstrumentFactory, WaveFactory
from outcomes.tests.reports.test_arms_compared import answer
from programs.models import Enrollment
from programs.tests.factories import CohortFactory, EngagementFactory, EnrollmentFactory

NOW = timezone.now()


class Drawn:
    """`people` answer before the lot; the first arm gains `gain`, those who wait nothing."""

    def __init__(self, *, people=40, gain=1.0):
        engagement = EngagementFactory(seats=people)
        self.arms = [
            CohortFactory(
                engagement=engagement,
                name=str(days),
                starts_on=NOW.date() + timedelta(days=days),
                ends_on=NOW.date() + timedelta(days=days + 40),
            )
            for days in (5, 90)
        ]
        everybody = EnrollmentFactory.create_batch(people, cohort=self.arms[0])
        instrument, self.rng, self.gain = InstrumentFactory(), Random(5), gain
        self.actor = UserFactory(practice_role="owner")
        self.baseline = WaveFactory(
            cohort=self.arms[0],
            instruments=[instrument],
            opens_at=NOW - timedelta(days=20),
            state="closed",
            opened_at=NOW - timedelta(days=20),
        )
        self.start = {one.clinician_id: 2.5 + self.rng.gauss(0, 0.4) for one in everybody}
        for one in everybody:
            answer(self.baseline, one, self.start[one.clinician_id])
        day = NOW.date() + timedelta(days=44)
        self.later = plan_wave(
            cohort=self.arms[0],
            label="end",
            opens_on=day,
            closes_on=day,
            instruments=[instrument],
            primary_outcome="warmth.total",
        )
        self.lot = allocate(
            engagement=engagement,
            enrollments=everybody,
            arms=self.arms,
            seed=3,
            actor=self.actor,
            now=NOW,
        )

    def answer(self, *, silent=0):
        """All but the first `silent` of the waiting arm answer the later round; all rounds close."""
        places = Enrollment.objects.live().filter(cohort__in=self.arms).order_by("pk")
        waiting = [one for one in places if one.cohort_id == self.arms[1].pk]
        for place in places:
            if place in waiting[:silent]:
                continue
            wave = Wave.objects.get(cohort=place.cohort, opens_at=self.later.opens_at)
            began = place.cohort_id == self.arms[0].pk
            value = self.start[place.clinician_id] + self.rng.gauss(0, 0.2)
            answer(wave, place, value + (self.gain if began else 0))
        Wave.objects.filter(cohort__in=self.arms).update(state="closed", opened_at=NOW)
        self.later.refresh_from_db()

    def release(self):
        at = NOW + timedelta(days=50)
        return release_wave(wave=self.later, actor=self.actor, now=at)


@pytest.mark.django_db
def test_the_title_is_the_difference_from_those_who_wait():
    drawn = Drawn()
    drawn.answer()
    report = outcome_report(drawn.release().payload)
    found = report.main.data["comparison"]

    assert report.payload["design"] == "randomized_waitlist"
    assert found["program"] == found["waiting"] == {"drawn": 20, "both": 20}
    assert found["change"] == pytest.approx(1, abs=0.21)
    assert found["low"] < found["change"] < found["high"]
    assert found["better"] is True
    assert found["g"] > 1
    assert report.finding == f"Warmth: {found['change']} points higher than colleagues who wait"
    assert report.not_proven.startswith("Compared with colleagues waiting, allocated at random.")
    # The change of those who began stays a change.
    assert "show" in report.main.sentence or "scored" in report.main.sentence
    assert not report.main.claim.tells_cause
    assert report.main.comparison_claim.tells_cause
    row = next(row for row in outcome_rows(report) if row[2].startswith("who began"))
    assert row[3:8] == [40, 40, found["change"], found["low"], found["high"]]


@pytest.mark.django_db
def test_where_the_lot_shows_nothing_nothing_is_said():
    drawn = Drawn(gain=0.0)
    drawn.answer()
    report = outcome_report(drawn.release().payload)

    assert report.finding == "Warmth: no clear difference from colleagues who wait"
    assert "there is no clear difference" in report.happened
    assert "because" not in report.happened


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("people", "silent", "tier"), [(14, 0, None), (20, 0, "few"), (20, 5, None), (30, 0, "some")]
)
def test_the_smaller_arm_decides_what_is_said(people, silent, tier):
    drawn = Drawn(people=people)
    drawn.answer(silent=silent)
    outcome = drawn.release().payload["outcomes"][0]
    found = outcome.get("comparison")

    assert (found and found["tier"]) == tier
    if tier == "few":
        assert found["g"] is None


@pytest.mark.django_db
def test_one_who_moved_is_not_told_apart_by_the_two_figures():
    """The change of the cohort and that of the arm would differ by one person."""
    drawn = Drawn()
    drawn.answer()
    moved = Enrollment.objects.live().filter(cohort=drawn.arms[0]).first()
    Enrollment.objects.filter(pk=moved.pk).update(cohort=drawn.arms[1])
    payload = drawn.release().payload

    assert payload["outcomes"][0]["comparison"] is None
    assert payload["design"] == "uncontrolled"


@pytest.mark.django_db
def test_the_ledger_holds_both_arms():
    drawn = Drawn()
    drawn.answer()
    drawn.release()
    rows = ReleaseRow.objects.filter(family__startswith=f"warmth.total:level:{drawn.baseline.pk}")
    sets = [frozenset(row.pseudonyms) for row in rows]

    assert {len(people) for people in sets} == {20}
    assert len(frozenset().union(*sets)) == 40
    assert exposed(sets, k=8) is None


@pytest.mark.django_db
def test_a_second_release_reads_the_rows_of_those_who_wait_again():
    drawn = Drawn()
    drawn.answer()
    drawn.release()
    with pytest.raises(ValidationError) as caught:
        drawn.release()
    assert caught.value.code == "unchanged"


@pytest.mark.django_db
@pytest.mark.parametrize("arm", [0, 1], ids=["who_began", "who_waited"])
def test_who_takes_answers_back_is_not_the_difference_of_two_releases(arm):
    drawn = Drawn()
    drawn.answer()
    drawn.release()
    at = NOW + timedelta(days=51)
    gone = Response.objects.filter(
        wave__cohort=drawn.arms[arm], wave__opens_at=drawn.later.opens_at
    )[0]
    with acting_as(gone.respondent_id):
        withdraw_response(response=gone, now=at)
    if arm == 0:
        with pytest.raises(ValidationError) as caught:
            preview_release(wave=drawn.later, actor=drawn.actor, now=at)
        assert caught.value.code == "unsafe"
        return
    # Their own figures are what they were; the comparison is not told a second time.
    again = preview_release(wave=drawn.later, actor=drawn.actor, now=at)["outcomes"][0]
    assert again["n"] == 20
    assert again["comparison"] is None


def test_a_difference_that_correction_takes_away_says_so():
    found = {
        "program": {"drawn": 30, "both": 30},
        "waiting": {"drawn": 30, "both": 30},
        "tier": "full",
        "change": 1.0,
        "low": 0.1,
        "high": 1.9,
        "better": True,
        "test": {"p": ".030", "p_holm": ".090"},
    }
    assert "may come by chance" in comparison_sentence({"comparison": found})
    alone = found | {"test": {"p": ".030", "p_holm": None}}
    assert "chance" not in comparison_sentence({"comparison": alone})


@pytest.mark.django_db
def test_the_difference_is_drawn_above_the_change_on_one_axis():
    drawn = Drawn()
    drawn.answer()
    report = outcome_report(drawn.release().payload)
    data = report.main.data
    first, second = report.main.chart.rows
    assert (first.value, first.low, first.high) == tuple(
        data["comparison"][name] for name in ("change", "low", "high")
    )
    assert (second.value, second.low) == (data["change"], data["low"])
    assert first.band is second.band is None  # nothing is published of our own scale
    assert [row[0] for row in report.main.chart.table] == [first.label, second.label]

    known = dict(data) | {"key": "ceas-others.total"}
    known["comparison"] = data["comparison"] | {"sd": 10.0}
    assert comparison_band(known) == (3.0, 6.0)  # controlled studies, not the others
