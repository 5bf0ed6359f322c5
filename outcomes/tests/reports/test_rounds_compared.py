"""More than two rounds in a release: all rows by a mixed model, and nobody told apart by them."""

import pytest

from outcomes.engine.ledger import exposed
from outcomes.models import ReleaseRow, Score
from outcomes.reports.outcome_report import outcome_report
from outcomes.reports.outcome_tables import outcome_rows
from outcomes.reports.rounds_compared import rounds_compared
from outcomes.tests.services.test_releases import Asked


def released(asked, label="followup"):
    wave = asked.cohort.waves.get(label=label)
    return asked.release(wave).payload["outcomes"][0]


@pytest.mark.django_db
def test_three_rounds_answered_by_all_are_their_means_apart():
    asked = Asked(ICU=20)
    rounds = [
        asked.round(label, asked.people, rise)
        for label, rise in (("baseline", 0.0), ("end", 0.6), ("followup", 0.4))
    ]
    outcome = released(asked)
    found = outcome["rounds"]
    means = [
        sum(score.value for response in wave.responses.all() for score in response.scores.all())
        / 20
        for wave in rounds
    ]

    assert found["people"] == 20
    assert "t(19)" in found["method"]
    # Complete data: the estimates are the plain differences of the means.
    apart = {(0, 1): means[1] - means[0], (0, 2): means[2] - means[0], (1, 2): means[2] - means[1]}
    assert [one["change"] for one in found["contrasts"]] == [
        pytest.approx(value, abs=0.051) for _pair, value in sorted(apart.items())
    ]
    assert all(one["low"] < one["change"] < one["high"] for one in found["contrasts"])
    # First to last is the change that the report speaks of.
    assert found["contrasts"][1]["change"] == outcome["change"]


@pytest.mark.django_db
def test_page_document_and_files_say_the_same():
    asked = Asked(ICU=20)
    for label, rise in (("baseline", 0.0), ("end", 0.6), ("followup", 0.4)):
        asked.round(label, asked.people, rise)
    wave = asked.cohort.waves.get(label="followup")
    report = outcome_report(asked.release(wave).payload)
    view = report.outcomes[0]
    rows = [row for row in outcome_rows(report) if "to" in str(row[2]).split()]

    assert [row.start.partition(" (")[0] for row in view.rounds] == [
        "before the program",
        "before the program",
        "at the end",
    ]
    assert [row[5] for row in rows] == [one["change"] for one in view.data["rounds"]["contrasts"]]
    for row in view.rounds:
        assert row.change in view.rounds_words


@pytest.mark.django_db
@pytest.mark.parametrize(("missing", "is_shown"), [(0, True), (3, False), (7, False), (8, True)])
def test_a_few_who_missed_a_round_are_not_told_apart(missing, is_shown):
    asked = Asked(ICU=26)
    asked.round("baseline", asked.people)
    asked.round("end", asked.people[missing:], 0.5)
    asked.round("followup", asked.people, 0.3)
    found = released(asked)["rounds"]

    assert (found is not None) == is_shown
    if found:
        assert found["people"] == 26
    families = {row.family for row in ReleaseRow.objects.all()}
    for family in families:
        sets = [frozenset(row.pseudonyms) for row in ReleaseRow.objects.filter(family=family)]
        assert exposed(sets, k=8) is None


@pytest.mark.django_db
@pytest.mark.parametrize(("before", "is_shown"), [(20, True), (23, False), (28, True)])
def test_what_was_released_before_can_forbid_it(before, is_shown):
    """20 people answered all rounds; with 23 published before, three would follow."""
    asked = Asked(ICU=28)
    waves = [asked.round(label, []) for label in ("baseline", "end", "followup")]
    everybody = [enrollment.pk for enrollment in asked.people]
    values = {
        wave.pk: {key: asked.rng.gauss(3 + place / 4, 0.5) for key in everybody[:20]}
        for place, wave in enumerate(waves)
    }
    published = {f"warmth.total:level:{waves[0].pk}": [frozenset(everybody[:before])]}

    found = rounds_compared(
        key="warmth.total", waves=waves, values=values, published=published, k=8
    )

    assert (found is not None) == is_shown


@pytest.mark.django_db
def test_two_rounds_are_no_course_and_alike_answers_none():
    asked = Asked(ICU=20)
    asked.round("baseline", asked.people)
    end = asked.round("end", asked.people, 0.5)
    assert released(asked, "end")["rounds"] is None

    asked.round("followup", asked.people, 0.5)
    Score.objects.filter(response__wave=end).update(value=4)
    assert released(asked)["rounds"] is None
