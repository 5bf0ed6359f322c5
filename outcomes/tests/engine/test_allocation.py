"""The lot: balanced within strata, the same again from its seed, by no generator's grace."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outcomes.engine.allocation import draw


def entered(**strata):
    people = [name for name, count in strata.items() for _one in range(count)]
    return list(enumerate(people, start=1))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**62),
    st.integers(2, 4),
    st.lists(st.sampled_from(["icu", "er", ""]), max_size=40),
)
def test_arms_of_a_stratum_differ_by_two_at_most(seed, arms, strata):
    people = list(enumerate(strata))
    found = draw(entered=people, arms=arms, seed=seed)
    assert [(one.key, one.stratum) for one in found] == people
    for stratum in set(strata):
        counts = Counter(one.arm for one in found if one.stratum == stratum)
        sizes = [counts[arm] for arm in range(arms)]
        assert max(sizes) - min(sizes) <= 2
    assert draw(entered=people, arms=arms, seed=seed) == found


def test_whole_blocks_hold_every_arm_equally_often():
    found = draw(entered=entered(icu=60), arms=3, seed=5)
    blocks = Counter(one.block for one in found)
    for block, size in list(blocks.items())[:-1]:
        assert size in (3, 6)
        arms = Counter(one.arm for one in found if one.block == block)
        assert set(arms.values()) == {size // 3}
    assert set(blocks.values()) >= {3, 6}  # both sizes occur: the last of a block is no secret told


def test_a_lot_drawn_years_ago_is_drawn_again_alike():
    found = draw(entered=entered(icu=6, er=4), arms=2, seed=20261123)
    assert "".join(str(one.arm) for one in found) == "0011011010"


def test_every_order_occurs():
    orders = Counter(
        tuple(one.arm for one in draw(entered=entered(icu=2), arms=2, seed=seed))
        for seed in range(400)
    )
    # Blocks of four may begin with both of one arm.
    assert set(orders) == {(0, 1), (1, 0), (0, 0), (1, 1)}
    assert abs(orders[0, 1] - orders[1, 0]) < 60


def test_others_in_other_strata_change_nothing():
    alone = draw(entered=entered(icu=8), arms=2, seed=9)
    mixed = draw(entered=[*entered(icu=8), (99, "er")], arms=2, seed=9)
    assert mixed[:8] == alone


def test_one_arm_or_somebody_twice_is_no_lot():
    with pytest.raises(ValueError, match="two arms"):
        draw(entered=[(1, "")], arms=1, seed=1)
    with pytest.raises(ValueError, match="twice"):
        draw(entered=[(1, ""), (1, "")], arms=2, seed=1)
