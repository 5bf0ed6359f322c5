"""What the world of the access tests holds of questionnaires."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from core.acting import acting_as
from outcomes.models import Answer, InstrumentGrant, QuestionnaireDraft, Release, Response
from outcomes.services.indicators import upload_indicators
from outcomes.services.ratings import make_rating_link
from outcomes.services.releases import release_wave
from outcomes.services.responses import save_answer, start_response
from outcomes.services.waves import close_wave, open_wave
from outcomes.tests.factories import (
    InstrumentFactory,
    WaveFactory,
    indicator_file,
    patient_questions,
)

if TYPE_CHECKING:
    from programs.models import Enrollment


def outcome_arguments(clinician: Enrollment) -> dict[str, Any]:
    """An open round that the clinician began to answer; argument -> public id."""
    wave = open_wave(wave=WaveFactory(cohort=clinician.cohort, number=80), now=timezone.now())
    response = start_response(wave=wave, enrollment=clinician, now=timezone.now())
    save_answer(response=response, item_id="w1", value=4, elapsed_ms=4000)
    return {
        "wave_id": wave.public_id,
        "release_id": released(clinician).public_id,
        **indicator_arguments(clinician),
        **questionnaire_arguments(clinician),
    }


def released(clinician: Enrollment) -> Release:
    """A release of another round: of a baseline, so without any figure."""
    wave = WaveFactory(cohort=clinician.cohort, number=70)
    wave = close_wave(wave=open_wave(wave=wave, now=timezone.now()), now=timezone.now())
    return release_wave(wave=wave, actor=clinician.coach, now=timezone.now())


def questionnaire_arguments(clinician: Enrollment) -> dict[str, Any]:
    """A questionnaire that a client holds a permission for, and a draft with one question."""
    instrument = InstrumentFactory(key=f"licensed-{clinician.pk}")
    grant = InstrumentGrant.objects.create(
        instrument=instrument,
        organization=clinician.cohort.engagement.organization,
        kind="licence",
        holder="A publisher",
        reference="No. 1",
    )
    draft = QuestionnaireDraft.objects.create(
        key=f"own-{clinician.pk}",
        title="A draft of our own",
        questions=[{"id": "q1", "kind": "text", "text": "What helped?"}],
    )
    return {
        "instrument_id": instrument.public_id,
        "grant_id": grant.public_id,
        "questionnaire_draft_id": draft.public_id,
    }


def indicator_arguments(clinician: Enrollment) -> dict[str, Any]:
    """A stored series of the unit and of the whole, and a checked file that waits."""
    organization = clinician.cohort.engagement.organization
    given = {"organization": organization, "actor": clinician.coach, "now": timezone.now()}
    upload_indicators(file=indicator_file(months=14), dry_run=False, **given)
    waiting = upload_indicators(file=indicator_file(months=15), dry_run=True, **given)
    assert waiting.upload is not None
    return {"upload_id": waiting.upload.public_id, **rating_arguments(clinician)}


def rating_arguments(clinician: Enrollment) -> dict[str, Any]:
    """An open link of the unit, for patients."""
    now = timezone.now()
    link = make_rating_link(
        organization=clinician.cohort.engagement.organization,
        unit=clinician.unit,
        instrument=patient_questions(),
        opens_on=now.date() - timedelta(days=3),
        closes_on=now.date() + timedelta(days=30),
        actor=clinician.coach,
        now=now,
    )
    return {"link_id": link.public_id, "rating_token": link.token()}


def write_answers(enrollment: Enrollment, marks: dict[str, str]) -> None:
    """A sent response of the clinician, with a mark in what she wrote."""
    instrument = InstrumentFactory(key="in-words")
    wave = WaveFactory(cohort=enrollment.cohort, number=90, instruments=[instrument])
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
