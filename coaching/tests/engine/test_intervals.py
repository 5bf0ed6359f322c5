from hypothesis import given
from hypothesis import strategies as st

from coaching.engine.intervals import Free, merge, overlaps, subtract

spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 12)).map(lambda pair: (pair[0], sum(pair))),
    max_size=12,
)


def test_merge_joins_touching_spans_and_drops_empty_ones():
    assert merge([(5, 7), (1, 3), (3, 4), (9, 9)]) == [(1, 4), (5, 7)]


def test_subtract_keeps_the_anchor_of_the_window():
    assert subtract([(0, 10)], [(3, 4)]) == [Free(0, 3, 0), Free(4, 10, 0)]


def test_a_span_over_two_windows_cuts_both():
    assert subtract([(0, 10), (12, 20)], [(8, 14)]) == [Free(0, 8, 0), Free(14, 20, 12)]


@given(spans, spans)
def test_subtract_is_set_difference(first, second):
    windows, busy = merge(first), merge(second)

    def points(pieces):
        return {point for piece in pieces for point in range(piece[0], piece[1])}

    free = subtract(windows, busy)

    assert points(free) == points(windows) - points(busy)
    assert all(any(w[0] == piece.anchor <= piece.start < w[1] for w in windows) for piece in free)


@given(spans, st.integers(0, 60), st.integers(1, 9))
def test_overlaps_is_half_open(pieces, start, length):
    shared = any(set(range(*piece)) & set(range(start, start + length)) for piece in pieces)
    assert (
        overlaps([piece for piece in pieces if piece[0] < piece[1]], start, start + length)
        is shared
    )
