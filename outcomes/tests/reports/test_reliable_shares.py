"""Shares of reliable change: pooled, from twenty people, no class of one or two."""

from types import SimpleNamespace

import pytest

from outcomes.engine.instruments import Subscale
from outcomes.reports.reliable_shares import reliability_of, reliable_counts, reliable_shares

# As the Copenhagen Burnout Inventory's at work: a reliable change is 17.7 points, down is better.
WORK = Subscale(
    "work", "Work", ("w1",), "mean", 0, 100, "down", reliable_change={"sd": 17.7, "r": 0.87}
)


def outcome(*changes, start=50.0, subscale=WORK):
    """As many people as given for each change from the same start."""
    values = [(start, start + by) for by, people in changes for _one in range(people)]
    before = {one: pair[0] for one, pair in enumerate(values)}
    after = {one: pair[1] for one, pair in enumerate(values)}
    metric = SimpleNamespace(subscale=subscale, before=before, after=after)
    return SimpleNamespace(metric=metric, members=tuple(before))


def parts(found):
    return {"+".join(part["classes"]): part["percent"] for part in found["parts"]}


def test_d1_of_the_handbook_one_who_got_worse_is_not_told_apart():
    found, members = reliable_shares(outcome((-20, 14), (0, 5), (20, 1)), k=20, published=[])
    assert parts(found) == {"improved": 70, "unchanged+deteriorated": 30}
    assert (found["n"], len(members)) == (20, 20)


@pytest.mark.parametrize("people", [19, 20])
def test_nothing_below_twenty(people):
    found, _members = reliable_shares(outcome((-20, 10), (0, people - 10)), k=20, published=[])
    assert (found is None) == (people < 20)


def test_everybody_in_one_class_is_withheld():
    assert reliable_shares(outcome((0, 24)), k=20, published=[]) == (None, frozenset())


def test_two_late_answers_do_not_change_what_was_said():
    first, members = reliable_shares(outcome((-20, 12), (0, 10)), k=20, published=[])
    again, _ = reliable_shares(outcome((-20, 12), (0, 12)), k=20, published=[members])
    assert first is not None
    assert again is None


def test_who_cannot_improve_reliably_is_not_counted():
    low = dict.fromkeys(range(4), (10.0, 30.0))
    others = dict.fromkeys(range(4, 30), (50.0, 50.0))
    found = reliable_counts(subscale=WORK, pairs=low | others)
    assert (len(found.members), found.counts, found.left_out) == (26, (0, 26, 0), 4)


def test_a_scale_without_published_error_has_no_shares():
    plain = Subscale("t", "T", ("w1",), "mean", 1, 5, "up")
    assert reliability_of(plain) is None
    found, _members = reliable_shares(
        outcome((1, 12), (0, 12), start=2.0, subscale=plain), k=20, published=[]
    )
    assert found is None


def test_of_several_published_smallest_changes_the_largest_counts():
    several = Subscale(
        "t", "T", ("w1",), "mean", 0, 100, "up", reliable_change={"mdc": [18.6, 23.6]}
    )
    assert reliability_of(several).rc95 == pytest.approx(23.6)
