"""The learner's own choice of how much home practice to take on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from programs.models import Enrollment, PracticeTrackChoice
from programs.services.progress import lock_enrollment

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
def choose_track(*, enrollment: Enrollment, track: str, now: datetime) -> Enrollment:
    """Take `track` from this week on; weeks that are over keep the one they had.

    Raises:
        ValidationError: "unknown_track".
    """
    locked = lock_enrollment(enrollment)
    if track not in Enrollment.Track.values:
        raise ValidationError(_("Choose one of the tracks."), code="unknown_track")
    last = locked.track_choices.order_by("-chosen_at", "-pk").first()
    if last is None or last.track != track:
        choice = PracticeTrackChoice(enrollment=locked, track=track, chosen_at=now)
        choice.full_clean()
        choice.save()
        locked.practice_track = track
        locked.save(update_fields=["practice_track", "updated_at"])
    enrollment.practice_track = locked.practice_track
    return enrollment
