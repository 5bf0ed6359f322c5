"""Which minutes of practice are assigned: by track, by week, over a whole program.

Adherence divides what was logged by what these functions return (handbook: practice adherence).
Only required practice and home practice are assigned; an optional one is an offer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from programs.engine.content import ProgramContent

FULL = "full"
SHORT = "short"
DEFAULT_TRACK = SHORT  # until the learner chooses: the smaller promise


@dataclass(frozen=True)
class Planned:
    """One assigned practice. `opens_at` is when its module opens, None while that is unknown.

    `home` is `{"days", "full", "short"}`: the minutes a day of each track; other practice is
    `sittings` times `minutes`, whatever the track.
    """

    opens_at: int | None
    minutes: int
    sittings: int = 1
    home: Mapping[str, int] | None = None

    def assigned(self, track: str) -> int:
        """Minutes of the week in which the module opens."""
        if self.home is None:
            return self.minutes * self.sittings
        return self.home["days"] * self.home[track]


def home_minutes(program: ProgramContent, track: str) -> int:
    """Minutes of home practice over the whole program."""
    return sum(
        item.home["days"] * item.home[track]
        for module in program.modules
        for item in module.items
        if item.home is not None
    )


def track_at(choices: Iterable[tuple[int, str]], at: int) -> str:
    """The track that stands just before `at`, from `(chosen_at, track)` in any order."""
    before = [(chosen_at, track) for chosen_at, track in choices if chosen_at < at]
    return max(before, key=lambda choice: choice[0])[1] if before else DEFAULT_TRACK


def assigned_by_week(
    planned: Iterable[Planned],
    choices: Iterable[tuple[int, str]],
    weeks: Sequence[tuple[int, int]],
) -> list[int]:
    """Assigned minutes of one learner in each of `weeks`, half-open and in epoch seconds.

    A practice belongs to the week in which its module opens. A change of track counts from the
    week in which it was made: weeks that are over keep theirs.
    """
    practices, kept = list(planned), list(choices)
    return [
        sum(
            practice.assigned(track_at(kept, ends))
            for practice in practices
            if practice.opens_at is not None and begins <= practice.opens_at < ends
        )
        for begins, ends in weeks
    ]
