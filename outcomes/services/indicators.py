"""Store the figures an organization reports, a whole file or nothing, and choose indicators."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organization
from outcomes.engine.indicator_catalog import CATALOG
from outcomes.engine.indicator_files import Reading, read_indicators
from outcomes.models import IndicatorChoice, IndicatorPoint, IndicatorUpload

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from accounts.models import User
    from programs.models import Engagement

_FORGOTTEN_AFTER = timedelta(days=7)  # a checked file that nobody confirmed


@dataclass(frozen=True)
class IndicatorCheck:
    """What a file would do or did. `upload` is None if there is an error: nothing is kept then."""

    reading: Reading
    upload: IndicatorUpload | None


@transaction.atomic
def upload_indicators(
    *,
    organization: Organization,
    file: bytes,
    actor: User,
    dry_run: bool,
    now: datetime,
    file_name: str = "",
) -> IndicatorCheck:
    """Check a file, and store its figures unless it is a dry run or holds an error.

    A dry run without errors keeps the file for `confirm_upload`. Storing the same file again
    changes nothing; another figure for a known period becomes its next revision.
    """
    locked = _lock(organization)
    reading = check_file(organization=locked, content=file, now=now)
    if reading.errors:
        return IndicatorCheck(reading, None)
    IndicatorUpload.objects.filter(
        organization=locked, confirmed_at=None, created_at__lt=now - _FORGOTTEN_AFTER
    ).delete()
    upload = IndicatorUpload(
        organization=locked,
        uploaded_by=actor,
        file_name=file_name[-200:].replace("\0", ""),
        sha256=hashlib.sha256(file).hexdigest(),
        content=file,
    )
    upload.full_clean(exclude=["content"])
    upload.save()
    if not dry_run:
        _store(upload, reading, now)
    return IndicatorCheck(reading, upload)


@transaction.atomic
def confirm_upload(*, upload: IndicatorUpload, now: datetime) -> IndicatorUpload:
    """Store a checked file. A second click finds what the first one stored.

    Raises:
        ValidationError: "changed": other figures came in since the check, and it fails now.
    """
    organization = _lock(upload.organization)
    locked = IndicatorUpload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if locked.confirmed_at is not None:
        return locked
    reading = check_file(organization=organization, content=bytes(locked.content), now=now)
    if reading.errors:
        raise ValidationError(
            _("Other figures came in since this file was checked. Please upload it again."),
            code="changed",
        )
    _store(locked, reading, now)
    return locked


def check_file(*, organization: Organization, content: bytes, now: datetime) -> Reading:
    """What the file holds, against the units and figures of the organization. Writes nothing."""
    points = IndicatorPoint.objects.filter(organization=organization).in_force()
    return read_indicators(
        content,
        units=list(organization.units.values_list("name", flat=True)),
        today=now.astimezone(ZoneInfo(organization.time_zone)).date(),
        known=[point.as_figure() for point in points.select_related("unit")],
    )


def _lock(organization: Organization) -> Organization:
    """Uploads of one organization follow one another: their series must fit together."""
    return Organization.objects.select_for_update(of=("self",)).get(pk=organization.pk)


def _store(upload: IndicatorUpload, reading: Reading, now: datetime) -> None:
    organization = upload.organization
    units = {unit.name: unit for unit in organization.units.all()}
    in_force = {
        (point.indicator, point.unit.name if point.unit else "", point.period_start): point
        for point in IndicatorPoint.objects.filter(organization=organization)
        .in_force()
        .select_related("unit")
    }
    replaced, made = [], []
    for figure in reading.figures:
        old = in_force.get((*figure.series, figure.start))
        if old is not None and old.as_figure().says_the_same(figure):
            continue
        if old is not None:
            replaced.append(old.pk)
        made.append(
            IndicatorPoint(
                organization=organization,
                unit=units.get(figure.unit),
                indicator=figure.indicator,
                period_start=figure.start,
                period_end=figure.end,
                numerator=figure.numerator,
                denominator=figure.denominator,
                mean=figure.mean,
                sd=figure.sd,
                n=figure.n,
                source_note=figure.source_note,
                revision=old.revision + 1 if old else 1,
                upload=upload,
            )
        )
    IndicatorPoint.objects.filter(pk__in=replaced).update(superseded_at=now)
    IndicatorPoint.objects.bulk_create(made, batch_size=500)
    upload.confirmed_at, upload.content = now, b""
    upload.new, upload.changed = reading.new, reading.changed
    upload.unchanged = reading.unchanged
    upload.save(
        update_fields=["confirmed_at", "content", "new", "changed", "unchanged", "updated_at"]
    )


@transaction.atomic
def choose_indicators(
    *, engagement: Engagement, indicators: Iterable[str], actor: User, now: datetime
) -> Sequence[IndicatorChoice]:
    """Add indicators to a contract, each with its date. What was chosen stays chosen.

    Raises:
        ValidationError: "indicator": one is not of the list.
    """
    organization = _lock(engagement.organization)
    today = now.astimezone(ZoneInfo(organization.time_zone)).date()
    known = set(engagement.indicator_choices.values_list("indicator", flat=True))
    for key in indicators:
        if key not in CATALOG:
            raise ValidationError(_("This is no indicator of the list."), code="indicator")
        if key not in known:
            choice = IndicatorChoice(
                engagement=engagement, indicator=key, chosen_on=today, chosen_by=actor
            )
            choice.full_clean()
            choice.save()
            known.add(key)
    return list(engagement.indicator_choices.all())
