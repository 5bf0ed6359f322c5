"""What releases give away together: the handbook's cases, and an attacker who knows no shortcut."""

from random import Random
from time import perf_counter

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from outcomes.engine.ledger import atoms_of, exposed, is_safe, small_sets
from outcomes.engine.suppression import protect
from outcomes.tests.attacker import attack


def people(name: str, count: int) -> frozenset[str]:
    return frozenset(f"{name}{number}" for number in range(count))


def test_l1_another_cut_of_the_same_people_is_allowed():
    icu_f, icu_m = people("icu-f", 20), people("icu-m", 3)
    other_f, other_m = people("other-f", 25), people("other-m", 15)
    everybody = icu_f | icu_m | other_f | other_m

    published = [everybody, icu_f | icu_m]
    assert is_safe(published=published, candidate=[icu_f | other_f], k=8)
    # Both cuts and one of their crossings leave the three men.
    assert not is_safe(published=published, candidate=[icu_f], k=8)


def test_l3_two_late_answers_are_refused_and_nine_are_not():
    first = people("a", 14)
    assert exposed([first, first | people("late", 2)], k=8) == 2
    assert exposed([first, first | people("late", 7)], k=8) == 7
    assert exposed([first, first | people("late", 9)], k=8) is None


def test_the_same_people_again_tell_nothing_more():
    assert exposed([people("a", 14)] * 3, k=8) is None


def test_a_joiner_and_a_leaver_at_once_are_few_people():
    """The two figures differ by those two alone: who is one of them works the other out."""
    both = people("both", 12)
    assert exposed([both | {"leaver"}, both | {"joiner"}], k=8) == 2
    assert exposed([both | people("left", 4), both | people("new", 3)], k=8) == 7
    assert exposed([both | people("left", 4), both | people("new", 4)], k=8) is None


def test_three_releases_may_give_away_what_two_do_not():
    a, b, c = people("a", 10), people("b", 10), people("c", 3)
    # (a + c) + (b + c) - (a + b) = 2 c; any two of them differ by more than k.
    assert exposed([a | c, b | c], k=8) is None
    assert exposed([a | c, b | c, a | b], k=8) == 3


@settings(max_examples=150)
@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=6),
    st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=5),
    st.sampled_from([5, 8]),
)
def test_the_ledger_finds_what_an_attacker_finds(sizes, memberships, k):
    groups = [people(f"g{number}-", size) for number, size in enumerate(sizes)]
    rows = [
        frozenset().union(*(group for group, is_in in zip(groups, row, strict=False) if is_in))
        for row in memberships
    ]
    assume(any(rows))
    told = attack([[int(is_in) for is_in in row[: len(sizes)]] for row in memberships], sizes, k)
    # Groups that stand in the same rows are one atom: the attacker cannot part them either.
    told = told or joined(memberships, sizes, k) or swapped(memberships, sizes, k)
    assert (exposed(rows, k=k) is not None) == told


def swapped(memberships, sizes, k) -> bool:
    """Two rows differ by few people, whichever of the two these stand in."""
    return any(
        0 < sum(size for size, one, two in zip(sizes, row, other, strict=False) if one != two) < k
        for row in memberships
        for other in memberships
        if any(row[: len(sizes)]) and any(other[: len(sizes)])
    )


def joined(memberships, sizes, k) -> bool:
    """The attack over atoms: groups with the same pattern taken together."""
    patterns = {}
    for number, size in enumerate(sizes):
        key = tuple(row[number] for row in memberships)
        if any(key):
            patterns[key] = patterns.get(key, 0) + size
    keys = list(patterns)
    rows = [[int(key[place]) for key in keys] for place in range(len(memberships))]
    return bool(keys) and attack(rows, [patterns[key] for key in keys], k)


@settings(max_examples=40)
@given(st.data(), st.integers(1, 4), st.integers(1, 4), st.sampled_from([5, 8]))
def test_tables_masked_by_protect_withstand_the_attacker(data, height, width, k):
    cells = [(row, column) for row in range(height) for column in range(width)]
    sizes = {cell: data.draw(st.integers(0, 14)) for cell in cells}
    margins = [[(row, column) for column in range(width)] for row in range(height)]
    margins += [[(row, column) for row in range(height)] for column in range(width)]
    margins.append(cells)
    mask = protect(sizes=sizes, margins=margins, k=k)

    filled = [cell for cell in cells if sizes[cell]]
    shown = [cell for cell in filled if cell not in mask.hidden]
    rows = [[int(cell == other) for cell in filled] for other in shown]
    rows += [
        [int(cell in margin) for cell in filled]
        for place, margin in enumerate(margins)
        if place not in mask.withheld
    ]
    hidden_only = [size if cell in mask.hidden else k for cell, size in sizes.items() if size]
    assert not rows or not attack(rows, hidden_only, k)


def drifting(rng, *, waves: int, count: int = 120) -> list[frozenset[int]]:
    """Rows of rounds of one cohort: all, by five units, by four professions; a fifth is missing."""
    members, rows, unit, role = list(range(count)), [], {}, {}
    for wave in range(waves):
        answered = [one for one in members if rng.random() < 0.8]
        for one in answered:
            unit.setdefault(one, rng.randrange(5))
            role.setdefault(one, rng.randrange(4))
        groups = [frozenset(answered)]
        groups += [frozenset(one for one in answered if unit[one] == name) for name in range(5)]
        groups += [frozenset(one for one in answered if role[one] == name) for name in range(4)]
        rows += [group for group in groups if len(group) >= 8]
        for number in range(3):
            members.remove(rng.choice(members))
            members.append(count + 3 * wave + number)
    return rows


def test_five_rounds_of_a_large_cohort_are_weighed_in_seconds():
    """Of fifty rows nearly every person is an atom; every choice tried alone took two minutes."""
    rows = drifting(Random(5), waves=5)

    def given_away(rows):
        atoms = atoms_of(rows)
        matrix = [[pattern[place] for _count, pattern in atoms] for place in range(len(rows))]
        return next(small_sets(matrix, [count for count, _pattern in atoms], k=8), None)

    begun = perf_counter()
    assert given_away(rows) is None
    assert perf_counter() - begun < 20
    # One more row that leaves out five of the last round's people is found.
    assert given_away([*rows, frozenset(sorted(rows[-10])[5:])])
