"""Take lines to a registry of credit, and note what it answered."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Practice
from accounts.services.access_log import log_access
from programs.models import ExportState
from programs.reports.registry_lines import RegistryLine, registry_lines

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


@transaction.atomic
def take_lines(
    *, registry: str, by: User, is_again: bool = False, now: datetime
) -> list[RegistryLine]:
    """Return what waits for `registry`, faulty lines too; note that the good ones were taken.

    Whoever is named in the file reads in their own access log that they were.

    Args:
        is_again: those too that were in a file and have no answer yet, as after a lost file.
    """
    pending = ExportState.objects.select_for_update(of=("self",)).pending().of(registry)
    if not is_again:
        pending = pending.filter(exported_at=None)
    today = now.astimezone(ZoneInfo(Practice.current().time_zone)).date()
    lines = registry_lines(pending, today=today)
    good = [line for line in lines if not line.faults]
    ids = [line.state.pk for line in good]
    ExportState.objects.filter(pk__in=ids).update(exported_at=now, updated_at=now)
    for line in good:
        log_access(
            actor=by,
            subject=line.state.claim.enrollment.clinician,
            action="exported",
            kind="programs.credit_registry",
            object_public_id=line.state.public_id,
            organization=None,
            now=now,
        )
    return lines


@transaction.atomic
def decide_line(
    *, line: ExportState, is_accepted: bool, reason: str = "", now: datetime
) -> ExportState:
    """Note the registry's answer to a line that was in a file.

    Raises:
        ValidationError: "not_exported"; "decided_already"; "reason_missing": of a refusal.
    """
    locked = ExportState.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if locked.state != ExportState.State.PENDING:
        raise ValidationError(_("It is answered already."), code="decided_already")
    if locked.exported_at is None:
        raise ValidationError(_("It was in no file yet."), code="not_exported")
    if not is_accepted and not reason.strip():
        raise ValidationError(_("Say why, in a few words."), code="reason_missing")
    states = ExportState.State
    locked.state = states.ACCEPTED if is_accepted else states.REJECTED
    locked.reason = "" if is_accepted else reason.strip()[:200]
    locked.decided_at = now
    locked.full_clean(exclude=["claim"])
    locked.save()
    if locked.state == states.REJECTED and locked.action == ExportState.Action.ADD:
        # The registry never had it: there is nothing to delete.
        owed = locked.claim.exports.filter(action=ExportState.Action.DELETE)
        owed.pending().filter(exported_at=None).delete()
    return locked


@transaction.atomic
def accept_taken(*, registry: str, now: datetime) -> int:
    """Note that the registry took all that was in files; return how many."""
    pending = ExportState.objects.select_for_update(of=("self",)).pending().of(registry)
    ids = list(pending.exclude(exported_at=None).values_list("pk", flat=True))
    return ExportState.objects.filter(pk__in=ids).update(
        state=ExportState.State.ACCEPTED, decided_at=now, updated_at=now
    )


@transaction.atomic
def send_again(*, line: ExportState) -> ExportState:
    """Put a refused line, mended meanwhile, into the next file.

    Raises:
        ValidationError: "not_refused"; "claim_ended": there is nothing to add any more.
    """
    locked = ExportState.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if locked.state != ExportState.State.REJECTED:
        raise ValidationError(_("Only a refused line is sent again."), code="not_refused")
    if locked.action == ExportState.Action.ADD and locked.claim.withdrawn_at:
        raise ValidationError(_("The claim was taken back."), code="claim_ended")
    again, _made = ExportState.objects.pending().get_or_create(
        claim=locked.claim, action=locked.action
    )
    return again
