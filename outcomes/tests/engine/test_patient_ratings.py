"""Forms of patients added up: from thirty on, and never where all are alike."""

import pytest

from outcomes.engine.patient_ratings import is_for_patients, summarize

SCALE = (10, 50)


def test_a_figure_needs_its_number_of_forms_with_a_value():
    forms = [40.0, 44.0] * 14 + [50.0]  # 29

    assert summarize([*forms, None, None], least=30, scale=SCALE) is None
    assert summarize([*forms, 30.0, None], least=30, scale=SCALE).n == 30


def test_mean_spread_interval_and_ceiling():
    found = summarize([40.0, 44.0, 50.0, 46.0] * 10, least=30, scale=SCALE)

    assert found.mean == 45
    assert found.sd == pytest.approx(3.6514837, abs=1e-6)  # √(520/39)
    assert (found.low, found.high) == pytest.approx((43.832198, 46.167802), abs=1e-5)
    assert found.at_top == 25
    assert found.left_out == 0


def test_the_interval_stays_on_the_scale():
    found = summarize([50.0] * 29 + [10.0], least=30, scale=SCALE)

    assert found.high == 50


def test_forms_that_are_all_alike_tell_what_each_said():
    assert summarize([50.0] * 40, least=30, scale=SCALE) is None


def test_instruments_for_patients_are_told_by_their_key():
    assert is_for_patients("care")
    assert is_for_patients("patient-questions")
    assert not is_for_patients("cbi-work-patients")
