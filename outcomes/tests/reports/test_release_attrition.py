"""Whether those who did not answer again began elsewhere: said only of groups large enough."""

import pytest

from outcomes.models import ReleaseRow, Score
from outcomes.reports.outcome_report import outcome_report
from outcomes.tests.services.test_releases import Asked


def released(asked, wave):
    report = outcome_report(asked.release(wave).payload)
    return report.outcomes[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("shift", "words"), [(0.0, "about where"), (-1.0, "begun lower"), (1.0, "begun higher")]
)
def test_where_those_began_who_did_not_answer_again(shift, words):
    asked = Asked(ICU=30)
    baseline = asked.round("baseline", asked.people)
    for place, score in enumerate(Score.objects.filter(response__wave=baseline).order_by("pk")):
        value = 3 + (place % 5 - 2) / 5 + (shift if place >= 20 else 0)
        Score.objects.filter(pk=score.pk).update(value=value)
    view = released(asked, asked.round("end", asked.people[:20], 0.5))

    assert words in view.attrition_words
    assert ("may not hold" in view.attrition_words) == bool(shift)
    left = {
        frozenset(row.pseudonyms) for row in ReleaseRow.objects.all() if len(row.pseudonyms) == 10
    }
    assert len(left) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("left", "is_told"), [(7, False), (8, True)])
def test_a_few_who_left_are_not_described(left, is_told):
    asked = Asked(ICU=30)
    asked.round("baseline", asked.people)
    view = released(asked, asked.round("end", asked.people[left:], 0.5))

    assert (view.data["start"] is not None) == is_told
