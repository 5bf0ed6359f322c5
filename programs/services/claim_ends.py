"""Take a claim back: what a registry may know of it is owed a deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from programs.models import CreditClaim, Enrollment, ExportState

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


def end_claims(*, enrollment: Enrollment, by: User, reason: str, now: datetime) -> int:
    """End the standing claim of a locked enrollment; return how many there were.

    A line that never left is dropped; one that was in a file, or was accepted, is followed by a
    deletion.
    """
    claims = CreditClaim.objects.select_for_update(of=("self",)).standing()
    ended = 0
    for claim in claims.filter(enrollment=enrollment):
        claim.withdrawn_at, claim.withdrawn_by, claim.withdrawn_reason = now, by, reason[:200]
        claim.save()
        added = claim.exports.select_for_update().filter(action=ExportState.Action.ADD)
        added.pending().filter(exported_at=None).delete()
        known = added.exclude(state=ExportState.State.REJECTED)
        if known.exists():
            ExportState.objects.create(claim=claim, action=ExportState.Action.DELETE)
        ended += 1
    return ended
