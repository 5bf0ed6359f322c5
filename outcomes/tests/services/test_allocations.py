"""Who begins when, by lot: moved, asked alike, frozen, drawn again."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction
from django.utils import timezone

from accounts.tests.factories import UnitFactory, UserFactory
from outcomes.models import Allocation, Lot, Wave
from outcomes.reports.lots import verify_lot
from outcomes.services.allocations import allocate
from outcomes.services.wave_plans import plan_wave, tend_waves
from outcomes.tests.factories import InstrumentFactory, WaveFactory
from programs.models import Enrollment
from programs.services.cohorts import edit_cohort
from programs.tests.factories import CohortFactory, EngagementFactory, EnrollmentFactory

NOW = timezone.now()
TODAY = NOW.date()


class Ground:
    """A contract with cohorts that begin one after the other; everybody is in the first."""

    def __init__(self, *, people=8, arms=2, units=1):
        self.engagement = EngagementFactory(seats=people + 1)
        self.arms = [
            CohortFactory(
                engagement=self.engagement,
                name=f"Arm {number}",
                starts_on=TODAY + timedelta(days=10 + 60 * number),
                ends_on=TODAY + timedelta(days=60 + 60 * number),
            )
            for number in range(arms)
        ]
        organization = self.engagement.organization
        self.units = [UnitFactory(organization=organization) for _number in range(units)]
        self.people = [
            EnrollmentFactory(
                cohort=self.arms[0],
                unit=self.units[number % units],
                profession="nurse" if number % 2 else "physician",
            )
            for number in range(people)
        ]
        self.actor = UserFactory(practice_role="owner")

    def draw(self, **fields):
        given = {
            "engagement": self.engagement,
            "enrollments": self.people,
            "arms": self.arms,
            "seed": 4711,
            "actor": self.actor,
            "now": NOW,
        }
        return allocate(**(given | fields))


def refused(ground, **fields):
    with pytest.raises(ValidationError) as refusal:
        ground.draw(**fields)
    assert not Lot.objects.filter(engagement=ground.engagement, seed=4711).exists()
    return refusal.value.code


def test_everybody_is_moved_where_the_lot_says_and_nowhere_else(db):
    ground = Ground()
    lot = ground.draw(strata=["role"])
    rows = list(lot.allocations.select_related("arm"))
    assert [row.position for row in rows] == list(range(1, 9))
    for row in rows:
        places = Enrollment.objects.live().filter(clinician=row.person)
        assert [place.cohort_id for place in places] == [row.arm_id]
        assert places[0].accepted_at
    for role in ("nurse", "physician"):
        counts = Counter(row.arm_id for row in rows if row.stratum == role)
        assert abs(counts[ground.arms[0].pk] - counts[ground.arms[1].pk]) <= 2
    assert lot.arms == [arm.pk for arm in ground.arms]


def test_the_lot_is_read_back_and_drawn_again_from_its_seed(db):
    lot = Lot.objects.get(pk=Ground().draw(strata=["role", "unit"]).pk)
    assert lot.strata == ["unit", "role"]
    assert verify_lot(lot)
    for name, wrong in (("seed", 4712), ("sha256", "0" * 64), ("arms", lot.arms[::-1])):
        right = getattr(lot, name)
        setattr(lot, name, wrong)
        assert not verify_lot(lot), name
        setattr(lot, name, right)
    assert verify_lot(lot)


def test_whole_units_begin_together_one_after_the_other(db):
    ground = Ground(people=9, arms=3, units=3)
    lot = ground.draw(by=Lot.By.UNIT, strata=["role"])
    by_unit = {}
    for row in lot.allocations.select_related("enrollment"):
        by_unit.setdefault(row.enrollment.unit_id, set()).add(row.arm_id)
    assert sorted(len(arms) for arms in by_unit.values()) == [1, 1, 1]
    assert set.union(*by_unit.values()) == {arm.pk for arm in ground.arms}
    assert lot.strata == []
    assert verify_lot(lot)


def test_those_who_wait_are_asked_at_the_same_times_until_they_begin(db):
    ground = Ground()
    first, second = ground.arms
    asks = {"instruments": [InstrumentFactory()], "primary_outcome": "warmth.total"}
    for label, day, last in (("baseline", 3, 8), ("end", 58, 80), ("followup", 150, 160)):
        plan_wave(
            cohort=first,
            label=label,
            opens_on=TODAY + timedelta(days=day),
            closes_on=TODAY + timedelta(days=last),
            **asks,
        )
    ground.draw()
    here, there = (list(arm.waves.order_by("opens_at")) for arm in ground.arms)
    assert [wave.label for wave in there] == ["baseline", "baseline"]
    assert [wave.options["beside"] for wave in there] == [str(w.public_id) for w in here[:2]]
    assert [wave.opens_at for wave in there] == [wave.opens_at for wave in here[:2]]
    assert there[1].closes_at.astimezone(second.zone).date() < second.starts_on
    assert there[1].primary_outcome == "warmth.total"
    assert [one.key for one in there[1].ordered_instruments()] == ["warmth"]


def test_a_later_start_of_those_who_wait_does_not_move_what_they_are_asked_meanwhile(db):
    ground = Ground()
    first, second = ground.arms
    opens_on = TODAY + timedelta(days=3)
    asks = {"instruments": [InstrumentFactory()]}
    plan_wave(cohort=first, label="baseline", opens_on=opens_on, closes_on=opens_on, **asks)
    ground.draw()
    wave = second.waves.get()
    edit_cohort(
        cohort=second,
        by=ground.actor,
        now=NOW,
        starts_on=second.starts_on + timedelta(days=7),
        ends_on=second.ends_on + timedelta(days=7),
    )
    tend_waves(now=NOW)
    assert Wave.objects.get(pk=wave.pk).opens_at == wave.opens_at


@pytest.mark.parametrize(
    "change",
    [
        lambda ground: {"arms": ground.arms[:1]},
        lambda ground: {"arms": [ground.arms[0], ground.arms[0]]},
        lambda ground: {"arms": [ground.arms[0], CohortFactory(starts_on=TODAY, ends_on=TODAY)]},
        lambda ground: {"now": NOW + timedelta(days=11)},
    ],
    ids=["one", "twice", "foreign", "begun"],
)
def test_arms_are_cohorts_of_the_contract_that_have_not_begun(db, change):
    ground = Ground()
    assert refused(ground, **change(ground)) == "arms"


def test_people_are_drawn_once_and_only_those_who_take_part(db):
    ground = Ground()
    assert refused(ground, enrollments=ground.people[:1]) == "people"
    stranger = EnrollmentFactory()
    assert refused(ground, enrollments=[*ground.people, stranger]) == "people"
    invited = EnrollmentFactory(cohort=ground.arms[0], accepted_at=None)
    assert refused(ground, enrollments=[*ground.people, invited]) == "people"
    assert refused(ground, by=Lot.By.UNIT) == "people"  # one unit is no lot
    Enrollment.objects.filter(pk=ground.people[0].pk).update(unit=None)
    assert refused(ground, by=Lot.By.UNIT) == "no_unit"
    ground.draw(seed=1)
    moved = Enrollment.objects.live().filter(cohort__in=ground.arms)
    assert refused(ground, enrollments=list(moved)) == "drawn"


def test_nobody_is_drawn_while_a_questionnaire_is_open(db):
    ground = Ground()
    WaveFactory(cohort=ground.arms[0], state="open", opened_at=NOW)
    assert refused(ground) == "open_round"


def test_the_application_cannot_change_a_lot(db):
    lot = Ground().draw()
    for change in (
        lambda: Lot.objects.update(seed=1),
        lambda: Lot.objects.filter(pk=lot.pk)._raw_delete("default"),
        lambda: Allocation.objects.update(position=99),
        lambda: Allocation.objects.filter(lot=lot).delete(),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            change()
