"""Reference bands and figures of the literature (measurement handbook, 9.2), with their caveats.

They are drawn behind a cohort's own figure, never as a target. All are standardized mean changes,
positive for the better. `controlled` studies are compared with controlled ones only.
"""

from __future__ import annotations

from dataclasses import dataclass

CAVEAT = (
    "Editorial synthesis of published reviews; trainees and volunteers dominate them, so a roll-out"
    " to a whole unit should expect less."
)
ABOVE = "Larger than most published studies; check selection, response shift and attrition."


@dataclass(frozen=True)
class Band:
    low: float
    high: float
    source: str
    is_controlled: bool


# Instrument key -> bands. Burnout and self-compassion have no uncontrolled or controlled one each.
_EMPATHY = (
    Band(
        0.4,
        0.7,
        "Teding van Berkhout and Malouff 2016; Winter 2020; Paulus and Meinken 2022",
        False,
    ),
    Band(
        0.3, 0.6, "Teding van Berkhout and Malouff 2016; Winter 2020; Paulus and Meinken 2022", True
    ),
)
_BURNOUT = (Band(0.2, 0.45, "Panagioti 2017; Fendel 2021", True),)
BANDS: dict[str, tuple[Band, ...]] = {
    "ceas-others": _EMPATHY,
    "teq": _EMPATHY,
    "jse-hp": _EMPATHY,
    "cbi": _BURNOUT,
    "olbi": _BURNOUT,
    "cbi-work-patients": _BURNOUT,
    "single-item-burnout": _BURNOUT,
    "scs-sf": (Band(0.5, 0.75, "Wasson 2020", False),),
    "care": (Band(0.0, 0.2, "Boissy 2016; Howick 2018", True),),
}


def band_for(*, instrument: str, is_controlled: bool) -> Band | None:
    """Return the band to draw behind a figure of a design, or None: like is compared with like."""
    return next(
        (band for band in BANDS.get(instrument, ()) if band.is_controlled == is_controlled), None
    )


def in_points(band: Band, *, sd: float, is_up: bool) -> tuple[float, float]:
    """Return a band's ends on a scale with this standard deviation, lower end first."""
    ends = (band.low * sd, band.high * sd)
    return ends if is_up else (-ends[1], -ends[0])
