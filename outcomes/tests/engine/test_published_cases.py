"""Published examples that are not in the handbook, with the digits of their sources."""

import pytest

from outcomes.engine.comparison import ArmSummary, morris_difference, smcr_difference
from outcomes.engine.proportions import share

# Morris 2008, Table 5 (doi 10.1177/1094428106291059), five studies of Carlson and Schmidt 1999:
# n, mean before and after, SD before, r; the trained first, then the others.
STUDIES = [
    ((20, 30.6, 38.5, 15.0, 0.47), (20, 23.1, 19.7, 13.8, 0.47)),
    ((50, 23.5, 26.8, 3.1, 0.64), (42, 24.9, 25.3, 4.1, 0.64)),
    ((9, 0.5, 0.7, 0.1, 0.77), (9, 0.6, 0.6, 0.2, 0.77)),
    ((10, 53.4, 75.9, 14.5, 0.89), (11, 55.7, 60.7, 17.3, 0.89)),
    ((14, 35.6, 36.0, 4.7, 0.44), (14, 34.8, 33.4, 3.1, 0.44)),
]


def arm(n, before, after, sd, r):
    return ArmSummary(n, after - before, sd, r)


@pytest.mark.parametrize(
    ("study", "d_ppc2", "difference", "variance"),
    [
        (0, 0.77, 0.7421, 0.1138),
        (1, 0.80, 0.9524, 0.0426),
        (2, 1.20, 1.8054, 0.2833),
        (3, 1.05, 1.1514, 0.1458),
        (4, 0.44, 0.5050, 0.1667),
    ],
)
def test_pretest_posttest_with_control(study, d_ppc2, difference, variance):
    """d_ppc2 from Table 5; the difference of two SMCR as metafor has it (morris2008)."""
    program, other = (arm(*figures) for figures in STUDIES[study])
    assert morris_difference(program, other).value == pytest.approx(d_ppc2, abs=0.005)
    found = smcr_difference(program, other)
    assert found.value == pytest.approx(difference, abs=0.00011)
    assert found.variance == pytest.approx(variance, abs=0.00011)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson(successes, n, low, high):
    """Newcombe 1998, Table I, method 3 (Statistics in Medicine 17, 857)."""
    found = share(successes, n)
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
