"""What tenant A's clinician has of her own in the player, beside the objects of tests/world.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from core.acting import acting_as
from programs.engine.drafts import new_program
from programs.models import (
    BuddyMessage,
    BuddyPair,
    BuddyReport,
    Commitment,
    Enrollment,
    Item,
    Observation,
    PracticeConcern,
    PracticeLog,
    ProgramDraft,
    Qualification,
    Reflection,
    SelfRating,
)
from programs.services.shares import share_reflection


def learning_arguments(
    clinician: Enrollment, peer: Enrollment, items: dict[str, Item], now: datetime
) -> dict[str, Any]:
    """Make one object for each argument of the addresses of Learn; argument -> public id."""
    # A row without its event: in the world, nobody has begun.
    log = PracticeLog.objects.create(
        enrollment=clinician,
        item=items[Item.Kind.PRACTICE],
        started_at=now,
        minutes=1,
        key=uuid4(),
    )
    pair = BuddyPair.objects.create(
        cohort=clinician.cohort, one=clinician, other=peer, paired_at=now
    )
    author = clinician.clinician
    with acting_as(author.pk):
        commitment = Commitment.objects.create(
            author=author,
            enrollment=clinician,
            module=items[Item.Kind.READING].module,
            text="Wait for three breaths.",
            made_at=now,
            key=uuid4(),
        )
        # Finished, and shared with the coach by name.
        reflection = Reflection.objects.create(
            author=author,
            enrollment=clinician,
            item=items[Item.Kind.REFLECTION],
            answers={"noticed": "A pause."},
            submitted_at=now,
        )
        share = share_reflection(reflection=reflection, person=clinician.coach, now=now)
        report = BuddyReport.objects.create(
            pair=pair, author=author, contact=clinician.cohort.contact, reported_at=now
        )
        concern = PracticeConcern.objects.create(
            enrollment=clinician,
            module=items[Item.Kind.PRACTICE].module,
            author=author,
            contact=clinician.cohort.contact,
            reported_at=now,
        )
    paper = Qualification.objects.create(
        person=clinician.cohort.contact,
        key="mindfulness-teaching",
        title="A paper",
        valid_from=now.date(),
        recorded_by=clinician.cohort.contact,
    )
    return {
        "concern_id": concern.public_id,
        "qualification_id": paper.public_id,
        "log_id": log.public_id,
        "commitment_id": commitment.public_id,
        "report_id": report.public_id,
        "share_id": share.public_id,
    }


def write_learning_text(
    enrollment: Enrollment, items: dict[str, Item], marks: dict[str, str], now: datetime
) -> None:
    """As `tests.world.write_private_text`, which calls it: what buddies write, commitments."""
    author, contact = enrollment.clinician, enrollment.cohort.contact
    pair = BuddyPair.objects.owned_by(author).standing().get()
    common = {"author": author, "key": uuid4()}
    with acting_as(author.pk):
        BuddyMessage.objects.create(
            **common, pair=pair, text=marks["programs.BuddyMessage.text"], written_at=now
        )
        BuddyReport.objects.create(
            pair=pair,
            author=author,
            contact=contact,
            text=marks["programs.BuddyReport.text"],
            reported_at=now,
        )
        Commitment.objects.create(
            **common,
            enrollment=enrollment,
            module=items[Item.Kind.READING].module,
            text=marks["programs.Commitment.text"],
            made_at=now,
        )
    filed = Observation.objects.exclude(submitted_at=None).get(enrollment=enrollment)
    SelfRating.objects.create(
        observation=filed, ratings={"named": marks["programs.SelfRating.ratings"]}, rated_at=now
    )


def draft_of(slug: str) -> ProgramDraft:
    """A program that the practice has begun to write; it belongs to no client."""
    return ProgramDraft.objects.create(slug=slug, content=new_program(slug, "A draft"))
