"""What becomes of a cohort's progress if it takes another edition: looked at before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from programs.engine.content import program_from_dict
from programs.engine.content_diff import change_class, same_structure
from programs.engine.edition_map import MapError, map_items
from programs.models import Enrollment, Item, ItemState, ProgramVersion

if TYPE_CHECKING:
    from programs.models import Cohort


@dataclass(frozen=True)
class Pair:
    """`keeps_place`: the step is built as before, so an open attempt can go on in it."""

    old: Item
    new: Item
    keeps_place: bool


@dataclass(frozen=True)
class PersonPlan:
    """Required steps done before and after. Who completed stays so, whatever is asked for now."""

    enrollment: Enrollment
    done_before: int
    done_after: int
    is_completed: bool


@dataclass(frozen=True)
class EditionPlan:
    version: ProgramVersion
    change: str  # patch | minor | major
    pairs: tuple[Pair, ...]
    added: tuple[Item, ...]
    dropped: tuple[Item, ...]
    required_before: int
    required_after: int
    people: tuple[PersonPlan, ...]

    @property
    def added_required(self) -> tuple[Item, ...]:
        return tuple(item for item in self.added if item.required)

    @property
    def added_optional(self) -> tuple[Item, ...]:
        return tuple(item for item in self.added if not item.required)

    @property
    def begin_anew(self) -> tuple[Item, ...]:
        """Steps that count if they were done; an attempt under way stays behind and is kept."""
        return tuple(pair.new for pair in self.pairs if not pair.keeps_place)

    @property
    def lose_ground(self) -> tuple[PersonPlan, ...]:
        """People of whom a required step that was done is not asked for any more."""
        return tuple(
            person
            for person in self.people
            if person.done_after < person.done_before and not person.is_completed
        )

    @property
    def completed(self) -> int:
        return sum(person.is_completed for person in self.people)


def edition_order(version: ProgramVersion) -> tuple[int, ...]:
    """Sort key of a semantic version."""
    return tuple(int(part) for part in version.version.split("."))


def later_editions(cohort: Cohort) -> list[ProgramVersion]:
    """Published editions of the cohort's program after the one it takes, the oldest first."""
    editions = ProgramVersion.objects.published().filter(program=cohort.version.program_id)
    mine = edition_order(cohort.version)
    return sorted((one for one in editions if edition_order(one) > mine), key=edition_order)


def class_between(old: ProgramVersion, new: ProgramVersion) -> str:
    """patch, minor or major: computed from the two texts, whatever lies between them."""
    if old.sha256 == new.sha256:
        return "patch"
    return change_class(program_from_dict(old.content), program_from_dict(new.content))


def check_edition(cohort: Cohort, version: ProgramVersion) -> None:
    """Refuse what no cohort can take.

    Raises:
        ValidationError: "other_program"; "not_published"; "not_later".
    """
    if version.program_id != cohort.version.program_id:
        raise ValidationError(_("That edition is of another program."), code="other_program")
    if version.published_at is None:
        raise ValidationError(_("That edition is not published."), code="not_published")
    if edition_order(version) < edition_order(cohort.version):
        raise ValidationError(_("The cohort is on a later edition already."), code="not_later")


def edition_plan(
    cohort: Cohort, version: ProgramVersion, mapping: Mapping[str, str | None]
) -> EditionPlan:
    """Pair the steps and count, for each person, what is done before and after.

    Raises:
        ValidationError: as `check_edition`; "same_edition"; a mapping that cannot hold, by the
            codes of `MapError`.
    """
    check_edition(cohort, version)
    if version.pk == cohort.version_id:
        raise ValidationError(_("The cohort is on that edition already."), code="same_edition")
    old, new = _items(cohort.version_id), _items(version.pk)
    try:
        mapped = map_items(
            {identity: item.kind for identity, item in old.items()},
            {identity: item.kind for identity, item in new.items()},
            mapping,
        )
    except MapError as error:
        raise ValidationError(_words(error), code=error.code) from error
    pairs = tuple(
        Pair(
            old[before],
            new[after],
            same_structure(old[before].kind, old[before].body, new[after].body),
        )
        for before, after in mapped.pairs.items()
    )
    return EditionPlan(
        version=version,
        change=class_between(cohort.version, version),
        pairs=pairs,
        added=tuple(new[identity] for identity in mapped.added),
        dropped=tuple(old[identity] for identity in mapped.dropped),
        required_before=sum(item.required for item in old.values()),
        required_after=sum(item.required for item in new.values()),
        people=_people(cohort, old, pairs),
    )


def _items(version_id: int) -> dict[str, Item]:
    items = Item.objects.filter(module__version=version_id).select_related("module")
    return {item.identity: item for item in items.order_by("module__position", "position")}


def _people(
    cohort: Cohort, old: Mapping[str, Item], pairs: tuple[Pair, ...]
) -> tuple[PersonPlan, ...]:
    required = {item.pk for item in old.values() if item.required}
    heirs = {pair.old.pk: pair.new for pair in pairs}
    done: dict[int, set[int]] = {}
    states = ItemState.objects.filter(enrollment__cohort=cohort).exclude(done_at=None)
    for enrollment, item in states.values_list("enrollment_id", "item_id"):
        done.setdefault(enrollment, set()).add(item)
    people = cohort.enrollments.live().select_related("clinician").order_by("clinician__name", "pk")
    return tuple(
        PersonPlan(
            enrollment=enrollment,
            done_before=len(own & required),
            done_after=sum(heirs[item].required for item in own if item in heirs),
            is_completed=enrollment.completed_at is not None,
        )
        for enrollment in people
        for own in [done.get(enrollment.pk, set())]
    )


def _words(error: MapError) -> str:
    words = {
        "unknown_old": _("This cohort's edition has no step %(identity)s."),
        "unknown_new": _("The new edition has no step %(identity)s."),
        "other_kind": _("%(identity)s would become a step of another kind."),
        "taken_twice": _("Two steps would become %(identity)s."),
    }
    return words[error.code] % {"identity": error.identity}
