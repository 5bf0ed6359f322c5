"""What a coach says of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from coaching.models import CoachProfile

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def save_profile(
    *,
    coach: User,
    about: str,
    specialties: list[str],
    languages: list[str],
    regions: list[str],
    seniority: str,
) -> CoachProfile:
    """Write what clinicians read of a coach.

    Raises:
        ValidationError: by field.
    """
    profile, _made = CoachProfile.objects.get_or_create(coach=coach)
    profile.about, profile.seniority = about, seniority
    profile.specialties, profile.languages, profile.regions = specialties, languages, regions
    profile.full_clean(exclude=["coach"])
    profile.save()
    return profile
