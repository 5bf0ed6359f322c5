"""An attacker who knows who answered reads three releases and tries to work out a few people.

They read the payloads alone, as an admin does, and share no code with the ledger: one system of
equations over every person-group and round, so that a change minus a level is tried as well.
"""

from datetime import UTC, datetime
from itertools import combinations, count
from random import Random

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organization
from outcomes.engine.paired import paired_change
from outcomes.models import Wave
from outcomes.reports.cohort_outcomes import CohortOutcomes, MetricOutcome
from outcomes.reports.paired_scores import Metric, Person
from outcomes.reports.release_payload import draft_release
from outcomes.tests.factories import InstrumentFactory
from programs.models import Cohort, Engagement, Program, ProgramVersion

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
K = 8
STAYED, LEFT, LATE = "stayed", "left", "late"  # in both later rounds; not in the last; late there

atom = st.tuples(
    st.sampled_from(["ICU", "ED", "Onc", "Peds"]),
    st.sampled_from(["nurse", "physician"]),
    st.sampled_from([STAYED, STAYED, LEFT, LATE]),
    st.booleans(),  # left the second scale out
    st.integers(1, 13),
)


class Practice:
    """Nothing of it is stored: rounds, groups of people, and what they answered."""

    def __init__(self, atoms, seed):
        version = ProgramVersion(program=Program(title="Course"), version="1")
        engagement = Engagement(organization=Organization(name="Northfield"))
        self.cohort = Cohort(engagement=engagement, version=version, time_zone="UTC")
        self.waves = [self.wave(number) for number in (1, 2, 3)]
        rng, ids = Random(seed), count(1)
        self.atoms = [(*one[:4], [next(ids) for _ in range(one[4])]) for one in atoms]
        self.values = {
            (key, wave.pk, person): rng.gauss(3, 0.5)
            for *_rest, people in self.atoms
            for person in people
            for wave in self.waves
            for key in ("a", "b")
        }
        self.published = {}

    def wave(self, number):
        return Wave(
            pk=number,
            cohort=self.cohort,
            label="baseline" if number == 1 else "end",
            breakdowns=["unit", "role"],
            opens_at=NOW,
            closes_at=NOW,
        )

    def answered(self, place, key, with_late):
        """Places of the atoms that answered a scale in a round."""
        return [
            at
            for at, (_unit, _role, pattern, is_gap, _people) in enumerate(self.atoms)
            if not (key == "b" and is_gap)
            and (place < 2 or pattern == STAYED or (with_late and pattern == LATE))
        ]

    def outcome(self, key, place, with_late):
        members = [p for at in self.answered(place, key, with_late) for p in self.atoms[at][4]]
        first, later = self.waves[0].pk, self.waves[place].pk
        before = {person: self.values[key, first, person] for person in members}
        after = {person: self.values[key, later, person] for person in members}
        definition = InstrumentFactory.build().parsed
        metric = Metric(f"{key}.total", definition, definition.subscales[0], before, after)
        change = paired_change(list(before.values()), list(after.values()))
        return MetricOutcome(metric, tuple(members), change, None, None, False, "")

    def release(self, place, with_late=False):
        """The payload, or None if it was refused; its rows join the ledger."""
        people = tuple(
            Person(person, person, unit, role, True, place < 2 or pattern == STAYED, False)
            for unit, role, pattern, _gap, group in self.atoms
            for person in group
        )
        analysis = CohortOutcomes(
            baseline=self.waves[0],
            later=self.waves[place],
            people=people,
            answered_both=len(people),
            outcomes=tuple(self.outcome(key, place, with_late) for key in ("a", "b")),
        )
        draft = draft_release(analysis=analysis, published=self.published, now=NOW)
        if draft is None:
            return None
        for row in draft.rows:
            self.published.setdefault(row.family, []).append(row.members)
        return draft.payload

    def equations(self, payload, key, place, with_late):
        """What a payload says of one scale, as equations over (atom, round)."""
        there = self.answered(place, key, with_late)
        found = next(one for one in payload["outcomes"] if one["key"] == f"{key}.total")
        if found["n"] is None:
            return
        groups = [there]
        for at, name in enumerate(("unit", "role")):
            for cell in found["breakdowns"][name]:
                if cell["n"] is not None:
                    groups.append([x for x in there if self.atoms[x][at] == cell["label"]])
        for group in groups:
            yield self.vector(group, {0: -1, place: 1})
            if found["before"]:
                yield self.vector(group, {0: 1})
                yield self.vector(group, {place: 1})

    def vector(self, group, rounds):
        made = np.zeros((3, len(self.atoms)))
        for place, sign in rounds.items():
            made[place, group] = sign
        return made.ravel()

    def targets(self):
        """Every group of atoms with fewer than k people."""
        sizes = [len(people) for *_rest, people in self.atoms]
        small = [at for at, size in enumerate(sizes) if size < K]
        for number in range(1, len(small) + 1):
            for chosen in combinations(small, number):
                if sum(sizes[at] for at in chosen) < K:
                    yield list(chosen)


def broken_into(practice, equations) -> bool:
    """Tell whether a level or a change of fewer than k people follows from the equations."""
    targets = list(practice.targets())
    if not equations or not targets:
        return False
    _u, spread, directions = np.linalg.svd(np.array(equations))
    free = directions[int((spread > 1e-9).sum()) :]  # what may be added without being noticed
    variables = ({0: 1}, {1: 1}, {2: 1}, {0: -1, 1: 1}, {0: -1, 2: 1}, {1: -1, 2: 1})
    wanted = np.array([practice.vector(one, rounds) for one in targets for rounds in variables])
    return bool((np.abs(wanted @ free.T) < 1e-9).all(axis=1).any())


def read_all(practice, releases):
    """For each scale the equations of all releases together."""
    return {
        key: [
            equation
            for payload, place, with_late in releases
            if payload
            for equation in practice.equations(payload, key, place, with_late)
        ]
        for key in ("a", "b")
    }


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(atom, min_size=2, max_size=11, unique_by=lambda one: one[:4]), st.integers(0, 99))
def test_three_releases_together_give_no_few_people_away(atoms, seed):
    practice = Practice(atoms, seed)
    releases = [(practice.release(1), 1, False), (practice.release(2), 2, False)]
    releases.append((practice.release(2, with_late=True), 2, True))
    for equations in read_all(practice, releases).values():
        assert not broken_into(practice, equations)


def test_the_attacker_finds_what_is_given_away_without_the_ledger():
    atoms = [("ICU", "nurse", STAYED, False, 12), ("ED", "nurse", STAYED, False, 9)]
    atoms.append(("ED", "nurse", LATE, False, 3))
    practice = Practice(atoms, 1)
    releases = [(practice.release(2), 2, False)]
    assert practice.release(2, with_late=True) is None  # three are late
    practice.published.clear()
    releases.append((practice.release(2, with_late=True), 2, True))

    assert broken_into(practice, read_all(practice, releases)["a"])
