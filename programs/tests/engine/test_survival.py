import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.engine.survival import Followed, follow, kaplan_meier

# Remission in weeks under 6-mercaptopurine (Freireich and others 1963), as tabled by Kleinbaum and
# Klein, "Survival Analysis", chapter 2: 21 people, 9 relapses, the others censored.
RELAPSED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PUBLISHED = [  # week, at risk, relapses, S(t)
    (6, 21, 3, 0.8571),
    (7, 17, 1, 0.8067),
    (10, 15, 1, 0.7529),
    (13, 12, 1, 0.6902),
    (16, 11, 1, 0.6275),
    (22, 7, 1, 0.5378),
    (23, 6, 1, 0.4482),
]


def test_the_curve_is_the_published_one():
    people = [Followed(day, left=True) for day in RELAPSED]
    people += [Followed(day, left=False) for day in CENSORED]

    curve = kaplan_meier(people)

    assert [(step.day, step.at_risk, step.left) for step in curve.steps] == [
        row[:3] for row in PUBLISHED
    ]
    assert [step.share for step in curve.steps] == pytest.approx(
        [row[3] for row in PUBLISHED], abs=5e-5
    )
    assert (curve.people, curve.ends_on_day) == (21, 35)
    # 5 are still at risk after week 23, and 4 after the one censored in week 25.
    assert curve.hidden_from_day == 26
    assert curve.share_on(5) == 1
    assert curve.share_on(25) == pytest.approx(0.4482, abs=5e-5)
    assert curve.share_on(26) is None


def test_nothing_is_shown_of_fewer_than_five_at_risk():
    five = [Followed(1, left=True), Followed(2, left=True)] + [Followed(9, left=False)] * 3

    curve = kaplan_meier(five)
    few = kaplan_meier(five[:4])

    assert curve.steps == ((1, 5, 1, 0.8),)
    assert curve.hidden_from_day == 2
    assert few.steps == ()
    assert few.hidden_from_day == 0
    assert kaplan_meier([]).share_on(0) is None


@pytest.mark.parametrize(
    ("told", "followed"),
    [
        ({"horizon": -1, "left_on_day": 0}, None),  # started less than L ago
        ({"horizon": 20, "left_on_day": 0}, Followed(0, True)),  # never began
        ({"horizon": 20, "left_on_day": 20}, Followed(20, True)),  # inclusive
        ({"horizon": 20, "left_on_day": 21}, Followed(20, False)),  # unconfirmed yet
        ({"horizon": 20, "left_on_day": -3}, Followed(0, True)),  # active before the start only
        ({"horizon": 20, "completed_on_day": 12}, Followed(12, False)),
        ({"horizon": 20, "completed_on_day": 25}, Followed(20, False)),
        ({"horizon": 20}, Followed(20, False)),
    ],
)
def test_each_person_is_followed_to_the_horizon_at_most(told, followed):
    assert follow(**told) == followed


people = st.lists(st.builds(Followed, st.integers(0, 40), st.booleans()), max_size=40)


@given(people)
def test_the_curve_only_falls_and_stays_a_share(everybody):
    curve = kaplan_meier(everybody)

    shares = [1.0] + [step.share for step in curve.steps]
    assert shares == sorted(shares, reverse=True)
    assert all(0 <= share <= 1 for share in shares)
    assert all(step.at_risk >= 5 for step in curve.steps)


@given(people.filter(lambda everybody: len(everybody) >= 5))
def test_without_censoring_it_is_the_share_of_those_still_there(everybody):
    gone = [one._replace(left=True) for one in everybody]

    for step in kaplan_meier(gone).steps:
        there = sum(one.days > step.day for one in gone)
        assert step.share == pytest.approx(there / len(gone))
