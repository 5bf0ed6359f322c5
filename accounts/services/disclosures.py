"""Publish a version of what an organization sees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.engine.disclosures import lowered_thresholds, text_hash
from accounts.models import Disclosure, Organization, Practice
from accounts.who_reads_what import (
    LETTERS,
    LINES,
    PERSONAS,
    THRESHOLD_FLOORS,
    VISIBILITIES,
    cells,
    label,
)


@transaction.atomic
def publish_disclosure(
    *, organization: Organization, visibility: str, thresholds: Mapping[str, int], now: datetime
) -> Disclosure:
    """Publish the next version of the organization's disclosure, in force from `now`.

    The same promise as the one in force is not published again: that one is returned.

    Args:
        organization: whose view is described.
        visibility: "completion" or "aggregate_only".
        thresholds: people per figure, of "progress", "means", "distributions",
            "reliable_change"; those not given are at their floor.
        now: when it comes into force.

    Raises:
        ValidationError: "invalid_visibility"; "threshold_lowered" if one lies below its floor or
            below the version in force.
    """
    if visibility not in VISIBILITIES:
        raise ValidationError(_("Unknown visibility."), code="invalid_visibility")
    Organization.objects.select_for_update().get(pk=organization.pk)  # versions count up one by one
    latest = Disclosure.objects.filter(organization=organization).order_by("-version").first()
    if lowered_thresholds(latest.thresholds if latest else {}, thresholds, floors=THRESHOLD_FLOORS):
        raise ValidationError(
            _("A threshold may be raised, never lowered."), code="threshold_lowered"
        )
    text = disclosure_text(
        organization=organization.name,
        practice=Practice.current().name,
        visibility=visibility,
        thresholds=thresholds,
    )
    digest = text_hash(text)
    if latest and (latest.visibility, latest.sha256) == (visibility, digest):
        return latest
    disclosure = Disclosure(
        organization=organization,
        version=latest.version + 1 if latest else 1,
        visibility=visibility,
        thresholds=complete_thresholds(thresholds),
        cells=cells(visibility),
        text=text,
        sha256=digest,
        effective_from=now,
    )
    disclosure.full_clean()
    disclosure.save()
    return disclosure


def complete_thresholds(thresholds: Mapping[str, int]) -> dict[str, int]:
    """Return all four thresholds; those not given are at their floor."""
    return {name: int(thresholds.get(name, floor)) for name, floor in THRESHOLD_FLOORS.items()}


def disclosure_text(
    *, organization: str, practice: str, visibility: str, thresholds: Mapping[str, int]
) -> str:
    """Return what a person signs: six lines, an empty line, then one line per kind of data."""
    names = {"organization": organization, "practice": practice, **complete_thresholds(thresholds)}
    lines = [line.format(**names) for line in LINES[visibility]]
    table = []
    for kind, row in cells(visibility).items():
        readers = "; ".join(
            f"{PERSONAS[persona]}: {LETTERS[letters]}" for persona, letters in row.items()
        )
        table.append(f"{label(kind)}. {readers}.")
    return "\n".join([*lines, "", *table])
