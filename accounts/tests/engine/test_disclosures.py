import pytest

from accounts.engine.disclosures import (
    loosens,
    lowered_thresholds,
    stricter_visibility,
)
from accounts.who_reads_what import PERSONAS, THRESHOLD_FLOORS, cells


def test_completion_loosens_aggregate_only_and_never_the_reverse():
    strict, loose = cells("aggregate_only"), cells("completion")

    assert loosens(strict, loose)
    assert not loosens(loose, strict)
    assert not loosens(loose, loose)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("-", "A", True),
        ("A", "P", True),
        ("P", "R", True),
        ("R", "RW", True),
        ("R", "A", False),
        ("A", "-", False),
        ("A", "A", False),
    ],
)
def test_any_risen_cell_loosens(old, new, expected):
    assert loosens({"answers": {"admin": old}}, {"answers": {"admin": new}}) is expected


def test_a_new_kind_of_data_loosens_if_anybody_else_reads_it():
    assert loosens({}, {"mood": {"clinician": "RW", "admin": "A"}})
    assert not loosens({}, {"mood": {"clinician": "RW", "admin": "-"}})


def test_seeing_more_of_oneself_is_no_loosening():
    assert not loosens({"mood": {"clinician": "-"}}, {"mood": {"clinician": "R"}})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {}, []),
        ({}, {"progress": 4}, ["progress"]),
        ({"progress": 9}, {"progress": 8}, ["progress"]),
        ({"progress": 9}, {"progress": 9, "means": 8}, []),
        ({"progress": 9}, {}, ["progress"]),
    ],
)
def test_thresholds_only_rise(old, new, expected):
    assert lowered_thresholds(old, new, floors=THRESHOLD_FLOORS) == expected


def test_the_stricter_visibility_wins():
    assert stricter_visibility("completion", "aggregate_only") == "aggregate_only"
    assert stricter_visibility("aggregate_only", "completion") == "aggregate_only"
    assert stricter_visibility("completion", "completion") == "completion"


def test_the_employer_reads_nothing_that_a_person_writes():
    for visibility in ("completion", "aggregate_only"):
        table = cells(visibility)
        for kind in ("reflections", "checks", "rubrics", "threads", "safety", "private_notes"):
            assert table[kind]["admin"] == "-"
        assert all(list(row) == list(PERSONAS) for row in table.values())
