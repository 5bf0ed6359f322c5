"""Credits at their published edges (learning.md, section 10)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.engine.credits import claimable, is_quarter


@pytest.mark.parametrize(
    ("minutes", "credits"), [(0, "0"), (14, "0"), (15, "0.25"), (74, "1"), (75, "1.25"), (200, "1.5")]
)  # fmt: skip
def test_quarters_are_rounded_down_and_held_by_the_maximum(minutes, credits):
    assert claimable(minutes=minutes, maximum=Decimal("1.5")) == Decimal(credits)


@given(st.integers(0, 100_000), st.integers(1, 400).map(lambda n: Decimal(n) / 4))
def test_never_more_than_the_time_taken_or_the_maximum(minutes, maximum):
    found = claimable(minutes=minutes, maximum=maximum)

    assert found <= maximum
    assert found * 60 <= minutes
    assert is_quarter(found)
    assert found == maximum or (found + Decimal("0.25")) * 60 > minutes


def test_negative_time_is_a_fault():
    with pytest.raises(ValueError, match="-1"):
        claimable(minutes=-1, maximum=Decimal(1))
