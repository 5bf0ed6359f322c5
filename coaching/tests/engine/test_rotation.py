from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from coaching.engine.rotation import LOOK_BACK_S, Candidate, deficits, rank, window_start


def test_my_coach_goes_first_however_booked():
    pool = [Candidate(1, minutes=0), Candidate(2, minutes=900)]
    assert rank(pool, mine=2) == [2, 1]
    assert rank(pool) == [1, 2]


def test_exact_deficits_of_unequal_shares():
    # 600 minutes in all; weights 2 : 1 : 1 → shares 300, 150, 150.
    pool = [
        Candidate(1, weight=2, minutes=270),
        Candidate(2, weight=1, minutes=90),
        Candidate(3, weight=1, minutes=240),
    ]
    assert deficits(pool) == {1: 30, 2: 60, 3: -90}
    assert rank(pool) == [2, 1, 3]


def test_thirds_are_not_rounded():
    pool = [Candidate(1, minutes=45), Candidate(2, minutes=45), Candidate(3, minutes=10)]
    assert deficits(pool) == {1: Fraction(-35, 3), 2: Fraction(-35, 3), 3: Fraction(70, 3)}
    assert rank(pool)[0] == 3


def test_equal_deficits_go_to_who_waited_longest_and_never_assigned_first():
    pool = [
        Candidate(1, last_assigned=2000),
        Candidate(2, last_assigned=1000),
        Candidate(4, last_assigned=None),
        Candidate(3, last_assigned=None),
    ]
    assert rank(pool) == [3, 4, 2, 1]


def test_all_equal_is_the_lowest_id():
    assert rank([Candidate(9, last_assigned=5), Candidate(7, last_assigned=5)]) == [7, 9]


def test_a_newcomer_is_level_and_not_flooded():
    """Two who had 1,800 minutes each before, and one who joined an hour ago."""
    now = 100 * 86400
    since = window_start(now=now, joined=[0, 0, now - 3600])
    assert since == now - 3600
    minutes = dict.fromkeys((1, 2, 3), 0)  # nothing was booked in that hour
    given_to = []
    for turn in range(6):
        order = rank([Candidate(i, minutes=minutes[i], last_assigned=turn) for i in (1, 2, 3)])
        minutes[order[0]] += 45
        given_to.append(order[0])
    assert given_to == [1, 2, 3, 1, 2, 3]


def test_the_window_is_ninety_days_where_nobody_is_new():
    assert window_start(now=200 * 86400, joined=[0, 86400]) == 200 * 86400 - LOOK_BACK_S


candidates = st.lists(
    st.builds(
        Candidate,
        id=st.integers(1, 50),
        weight=st.integers(1, 10),
        minutes=st.integers(0, 5000),
        last_assigned=st.none() | st.integers(0, 10**9),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one.id,
)


@given(candidates)
def test_deficits_add_up_to_nothing_and_everybody_is_ranked_once(pool):
    assert sum(deficits(pool).values()) == 0
    assert sorted(rank(pool)) == sorted(one.id for one in pool)


@given(candidates, st.randoms())
def test_the_order_of_asking_does_not_matter(pool, random):
    shuffled = list(pool)
    random.shuffle(shuffled)
    assert rank(shuffled) == rank(pool)


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5))
def test_in_the_long_run_everybody_has_their_share(weights):
    minutes = [0] * len(weights)
    for turn in range(sum(weights) * 10):
        pool = [
            Candidate(i, weight=w, minutes=minutes[i], last_assigned=turn)
            for i, w in enumerate(weights)
        ]
        minutes[rank(pool)[0]] += 45
    for weight, booked in zip(weights, minutes, strict=True):
        assert abs(booked - weight * 450) <= 45 * len(weights)
