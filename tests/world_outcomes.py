"""What the world of the access tests holds of questionnaires."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.acting import acting_as
from outcomes.models import Answer, Response
from outcomes.tests.factories import WaveFactory

if TYPE_CHECKING:
    from programs.models import Enrollment


def write_answers(enrollment: Enrollment, marks: dict[str, str]) -> None:
    """A sent response of the clinician, with a mark in what she wrote."""
    wave = WaveFactory(cohort=enrollment.cohort, number=90)
    wave.state, wave.opened_at = "open", wave.opens_at
    wave.save()
    author = enrollment.clinician
    response = Response.objects.create(
        wave=wave,
        enrollment=enrollment,
        respondent=author,
        started_at=wave.opens_at,
        submitted_at=wave.opens_at,
    )
    with acting_as(author.pk):
        Answer.objects.create(
            response=response,
            respondent=author,
            instrument=wave.ordered_instruments()[0],
            item_id="w1",
            text=marks["outcomes.Answer.text"],
        )
