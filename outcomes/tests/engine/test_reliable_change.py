"""Jacobson and Truax 1991 with their own numbers, and classes that exclude one another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outcomes.engine.reliable_change import (
    Norms,
    can_improve,
    classify,
    cut_offs,
    from_detectable_change,
    from_retest,
    reliable_change_index,
)

CLASSES = {"recovered", "improved", "unchanged", "deteriorated", "harmed"}
PAPER = from_retest(sd=7.5, r=0.80)
NORMS = Norms(mean_1=40, sd_1=7.5, mean_0=60, sd_0=7.5)


def test_case_10_the_paper():
    assert PAPER.sem == pytest.approx(3.354, abs=5e-4)
    assert PAPER.s_diff == pytest.approx(4.743, abs=5e-4)
    index = reliable_change_index(before=32.5, after=47.5, reliability=PAPER)
    assert index == pytest.approx(3.162, abs=5e-4)
    found = cut_offs(NORMS)
    assert (found.a, found.b, found.c) == (55, 45, 50)


@pytest.mark.parametrize(
    ("sd", "r", "sem", "rc95"),
    [
        (17.7, 0.87, 6.38, 17.7),
        (17.6, 0.85, 6.82, 18.9),
        (0.65, 0.86, 0.243, 0.67),
        (7.36, 0.81, 3.21, 8.9),
    ],
)
def test_smallest_reliable_changes_of_the_handbook(sd, r, sem, rc95):
    found = from_retest(sd=sd, r=r)
    assert found.sem == pytest.approx(sem, abs=0.006)
    assert found.rc95 == pytest.approx(rc95, abs=0.06)


def test_from_a_published_detectable_change():
    assert from_detectable_change(23.6).rc95 == pytest.approx(23.6)


@pytest.mark.parametrize(
    ("before", "after", "direction", "cut_off", "said"),
    [
        (32.5, 47.5, "up", None, "improved"),
        (32.5, 52, "up", 50, "recovered"),
        (32.5, 47.5, "up", 50, "improved"),
        (40, 45, "up", 50, "unchanged"),
        (55, 40, "up", 50, "harmed"),
        (48, 38, "up", 50, "deteriorated"),
        (60, 40, "down", None, "improved"),
        (60, 40, "down", 50, "recovered"),
        (40, 60, "down", 50, "harmed"),
    ],
)
def test_each_change_has_one_name(before, after, direction, cut_off, said):
    found = classify(
        before=before, after=after, reliability=PAPER, direction=direction, cut_off=cut_off
    )
    assert found == said


@given(st.floats(0, 100), st.floats(0, 100), st.floats(1, 99))
def test_the_other_direction_is_the_mirror(before, after, cut_off):
    up = classify(before=before, after=after, reliability=PAPER, cut_off=None)
    down = classify(
        before=100 - before, after=100 - after, reliability=PAPER, direction="down", cut_off=None
    )
    assert up in CLASSES
    assert (up == down) or abs(abs(after - before) - PAPER.rc95) < 1e-9


def test_who_begins_at_the_top_cannot_improve_reliably():
    assert can_improve(before=50, low=0, high=100, direction="up", rc95=17.7)
    assert not can_improve(before=90, low=0, high=100, direction="up", rc95=17.7)
    assert not can_improve(before=10, low=0, high=100, direction="down", rc95=17.7)
