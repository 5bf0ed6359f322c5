"""What the demo's clinician keeps beside her steps: a buddy, one thing to try, minutes her coach sees."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from config.demo.cohorts import DemoCohort
from core.acting import acting_as
from programs.models import Enrollment, Module
from programs.services.buddies import ask_for_buddy, write_to_buddy
from programs.services.commitments import make_commitment
from programs.services.shares import share_practice

LINES = (
    "I wait until the door is closed before I ask anything. That minute is mine.",
    "Mine is the walk from the desk. I count the lights and put the last room down.",
)


def make_learning(*, cohorts: list[DemoCohort], now: datetime) -> None:
    for demo in cohorts:
        persona = next(
            (one for one in demo.enrollments if one.clinician.email.startswith("clinician@")), None
        )
        if persona is None:
            continue
        colleague = next(one for one in demo.enrollments if one.pk != persona.pk)
        began = now - timedelta(days=9)
        for enrollment in (persona, colleague):
            ask_for_buddy(enrollment=enrollment, now=began)
        for number, (enrollment, text) in enumerate(zip((colleague, persona), LINES, strict=True)):
            _write(enrollment, text, began + timedelta(days=number, hours=5))
        module = Module.objects.filter(version=demo.cohort.version).order_by("position")[1]
        with acting_as(persona.clinician_id):
            make_commitment(
                enrollment=persona,
                module=module,
                text="Wait for one breath after a hard answer.",
                remind="",
                key=uuid5(NAMESPACE_URL, "demo commitment"),
                now=now - timedelta(days=5),
            )
        if persona.coach:
            share_practice(enrollment=persona, now=now - timedelta(days=4))


def _write(enrollment: Enrollment, text: str, at: datetime) -> None:
    with acting_as(enrollment.clinician_id):
        write_to_buddy(enrollment=enrollment, text=text, key=uuid5(NAMESPACE_URL, text), now=at)
