"""What higher apps add to a cohort's report: how many of its people were assessed twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from core.registry import Registry

if TYPE_CHECKING:
    from programs.models import Cohort

# (cohort, at, known_at) -> how many of the enrolled completed the assessment before and after.
PairCounter = Callable[["Cohort", datetime, datetime | None], int]

_PAIRS: Registry[PairCounter] = Registry("counter of assessment pairs")


def register_assessment_pairs(name: str, counter: PairCounter) -> None:
    """Add the counter, from `AppConfig.ready()`; there is one."""
    _PAIRS.add(name, counter)


def assessment_pairs(cohort: Cohort, at: datetime, known_at: datetime | None) -> int | None:
    """People with both assessments; None as long as nothing assesses."""
    return next((counter(cohort, at, known_at) for counter in _PAIRS), None)
