"""What an organization may report about itself: a fixed list, so that nobody invents a measure.

Words are English sources; pages translate them. `level` is the Kirkpatrick level of what a figure
*measures*; what it is evidence of is another question, and alone it is evidence of nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

MEAN, PROPORTION, RATE = "mean", "proportion", "rate"
LEAST_PATIENTS, LEAST_STAFF = 11, 10  # smaller counts could point at people
FEW = 30  # cases below which a point is drawn hollow
FACTOR = {PROPORTION: 100, RATE: 1000}

CAPTION = (
    "This chart shows what happened, not why. Other changes in the same period have not been ruled "
    "out. Cohort dates are shown for orientation, not as proof."
)


@dataclass(frozen=True)
class Indicator:
    """One measure. Counts are whole numbers unless `whole` says otherwise."""

    key: str
    claim: str
    title: str
    kind: str
    numerator: str
    denominator: str
    better: str  # "up" or "down"; told in words, never in color
    level: int
    of_staff: bool = False
    level_alone: int | None = None  # where it is below `level`
    whole_numerator: bool = True
    whole_denominator: bool = True
    low: Decimal = Decimal(0)  # range of a mean
    high: Decimal = Decimal(0)
    note_hint: str = ""
    caption: str = ""

    @property
    def least(self) -> int:
        return LEAST_STAFF if self.of_staff else LEAST_PATIENTS

    @property
    def unit_words(self) -> str:
        return {PROPORTION: "%", RATE: "per 1,000", MEAN: "points"}[self.kind]


_PATIENTS = "Better patient experience"
_ERRORS = "Fewer medical errors"
_STAFF = "Less burnout of staff"
_CHRONIC = "Better control of chronic conditions"

CATALOG: dict[str, Indicator] = {
    one.key: one
    for one in (
        Indicator(
            "care_mean", _PATIENTS, "Patient-rated empathy (CARE)", MEAN,
            "mean of CARE forms", "forms", "up", 3,
            low=Decimal(10), high=Decimal(50),
        ),
        Indicator(
            "cahps_topbox", _PATIENTS, "Patient survey, top answers (CAHPS)", PROPORTION,
            "top-box answers", "answers", "up", 4,
            note_hint="Name the composite in the note.",
        ),
        Indicator(
            "adherence", "Better adherence to treatment", "Adherence to treatment", PROPORTION,
            "adherent patients", "assessed patients", "up", 4,
            note_hint="Write the definition in the note.",
        ),
        Indicator(
            "diagnostic_error_rate", _ERRORS, "Confirmed diagnostic errors", RATE,
            "confirmed diagnostic errors", "encounters", "down", 4,
        ),
        Indicator(
            "safety_event_rate", _ERRORS, "Reported safety events", RATE,
            "reported events", "encounters", "down", 4,
            caption="A rise can mean better reporting.",
        ),
        Indicator(
            "staff_burnout", _STAFF, "Burnout in your own staff survey", PROPORTION,
            "at or above the cut-off", "respondents of your own survey", "down", 4,
            of_staff=True, level_alone=2,
        ),
        Indicator(
            "staff_turnover", _STAFF, "Staff turnover", PROPORTION,
            "leavers", "average headcount", "down", 4,
            of_staff=True, whole_denominator=False,
        ),
        Indicator(
            "sick_leave", _STAFF, "Sick leave", PROPORTION,
            "days lost", "days contracted", "down", 4,
            of_staff=True, whole_numerator=False, whole_denominator=False,
        ),
        Indicator(
            "hba1c_control", _CHRONIC, "Diabetes under control (HbA1c)", PROPORTION,
            "patients below the stated threshold", "patients tested", "up", 4,
            note_hint="State the threshold in the note.",
        ),
        Indicator(
            "readmission_30d", _CHRONIC, "Readmissions within 30 days", PROPORTION,
            "readmissions within 30 days", "discharges", "down", 4,
        ),
    )
}  # fmt: skip


def level_words(indicator: Indicator) -> str:
    """What stands beside each chart: a run chart compares with nobody."""
    alone = f" (alone: {indicator.level_alone})" if indicator.level_alone else ""
    return f"level {indicator.level} indicator{alone}, no comparison group"
