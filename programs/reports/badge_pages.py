"""What the public may ask of badges: no person is in it."""

from __future__ import annotations

from dataclasses import dataclass

from programs.models import Certificate, Item, ProgramVersion


@dataclass(frozen=True)
class AchievementPage:
    title: str
    version: str
    summary: str
    weeks: int
    minutes: int


def published_achievement(*, slug: str, version: str) -> AchievementPage | None:
    """Return what the edition asks for; None unless a certificate of it was given."""
    if not version.isprintable():
        return None
    edition = (
        ProgramVersion.objects.filter(program__slug=slug, version=version)
        .select_related("program")
        .defer("content")
        .first()
    )
    if (
        edition is None
        or not Certificate.objects.filter(
            program_version=version, enrollment__cohort__version__program=edition.program_id
        ).exists()
    ):
        return None
    items = Item.objects.filter(module__version=edition, required=True)
    return AchievementPage(
        title=edition.program.title,
        version=version,
        summary=edition.program.summary,
        weeks=edition.modules.count(),
        minutes=sum(items.values_list("minutes", flat=True)),
    )


def revoked_indexes() -> list[int]:
    """The places of revoked badges in the status list."""
    return list(
        Certificate.objects.exclude(revoked_at=None)
        .order_by("status_index")
        .values_list("status_index", flat=True)
    )
