"""Who has which coach in a cohort, who waits, and how much each coach carries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coaching.models import CoachProfile
from programs.models import Enrollment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from accounts.models import User


@dataclass(frozen=True)
class CoachCard:
    """A coach with what they say of themselves; without a profile it is empty."""

    coach: User
    profile: CoachProfile
    clinicians: int

    @property
    def is_full(self) -> bool:
        most = self.profile.max_clinicians
        return most is not None and self.clinicians >= most


def coach_cards(coaches: Iterable[User]) -> list[CoachCard]:
    """Return a card for each coach: three queries for any number."""
    people = list(coaches)
    profiles: Mapping[int, CoachProfile] = {
        profile.coach_id: profile for profile in CoachProfile.objects.filter(coach__in=people)
    }
    counts = Counter(
        Enrollment.objects.live().filter(coach__in=people).values_list("coach", flat=True)
    )
    return [
        CoachCard(person, profiles.get(person.pk) or CoachProfile(coach=person), counts[person.pk])
        for person in people
    ]
