"""Plan the rounds of a cohort, change a plan, let the clock open and close them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from notifications.models import Message
from notifications.services.messages import new_row
from outcomes.models import Instrument, Wave, WaveInstrument
from outcomes.notices.surveys import surveys_owed
from outcomes.reports.lots import BESIDE
from outcomes.services.waves import close_wave, lock_wave, open_wave
from programs.engine.schedule import local_instant
from programs.models import Cohort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

OPENS_AT, CLOSES_AT = time(7), time(20)  # in the cohort's zone
# The battery that takes under six minutes, and the short one between.
BATTERY = ("ceas-others", "scs-sf", "cbi-work-patients", "single-item-burnout")
PULSE = ("single-item-burnout",)
PRIMARY = "ceas-others.total"
BREAKDOWNS = ("unit", "role")


@transaction.atomic
def plan_standard_rounds(*, cohort: Cohort, now: datetime) -> list[Wave]:
    """Plan before, on the way, at the end and three months later, as far as these lie ahead.

    Raises:
        ValidationError: "exists": the cohort has rounds. "instruments": the free instruments were
            not imported. "over": all of it lies in the past.
    """
    locked = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    own = Wave.objects.filter(cohort=locked).exclude(options__has_key=BESIDE)
    if own.exists():
        raise ValidationError(_("This cohort has rounds already: add single ones."), code="exists")
    middle = (locked.ends_on - locked.starts_on).days // 2
    start, end = Wave.Anchor.START, Wave.Anchor.END
    plans = (
        (Wave.Label.BASELINE, start, -7, 9, BATTERY),
        (Wave.Label.PULSE, start, middle, 7, PULSE),
        (Wave.Label.END, end, -2, 14, BATTERY),
        (Wave.Label.FOLLOWUP, end, 90, 14, BATTERY),
    )
    made = []
    for label, anchor, offset, days, keys in plans:
        day = _anchor_day(locked, anchor) + timedelta(days=offset)
        if day + timedelta(days=days) > now.astimezone(locked.zone).date():
            made.append(
                plan_wave(
                    cohort=locked,
                    label=label,
                    opens_on=day,
                    closes_on=day + timedelta(days=days),
                    instruments=newest_instruments(keys),
                    primary_outcome=PRIMARY if PRIMARY.split(".")[0] in keys else "",
                    breakdowns=["unit"],
                )
            )
    if not made:
        raise ValidationError(_("All of its rounds would lie in the past."), code="over")
    return made


def newest_instruments(keys: Sequence[str]) -> list[Instrument]:
    """Return the newest version of each instrument, in the order given.

    Raises:
        ValidationError: "instruments": one is not there.
    """
    newest = {
        instrument.key: instrument
        for instrument in Instrument.objects.filter(key__in=keys).order_by("pk")
    }
    if missing := [key for key in keys if key not in newest]:
        raise ValidationError(
            _("Not imported yet: %(keys)s.") % {"keys": ", ".join(missing)}, code="instruments"
        )
    return [newest[key] for key in keys]


@transaction.atomic
def plan_wave(
    *,
    cohort: Cohort,
    label: str,
    opens_on: date,
    closes_on: date,
    instruments: Sequence[Instrument],
    primary_outcome: str = "",
    breakdowns: Sequence[str] = (),
) -> Wave:
    """Plan one round; it opens in the morning of one day and closes in the evening of another.

    Raises:
        ValidationError: on `closes_on`, `instruments`, `primary_outcome`.
    """
    cohort = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    last = Wave.objects.filter(cohort=cohort, label=label).aggregate(last=Max("number"))["last"]
    wave = Wave(cohort=cohort, label=label, number=(last or 0) + 1)
    return _fill(wave, opens_on, closes_on, instruments, primary_outcome, breakdowns)


@transaction.atomic
def change_wave(
    *,
    wave: Wave,
    opens_on: date,
    closes_on: date,
    instruments: Sequence[Instrument],
    primary_outcome: str = "",
    breakdowns: Sequence[str] = (),
) -> Wave:
    """Change a round that has not opened.

    Raises:
        ValidationError: "frozen": it has opened; and as for `plan_wave`.
    """
    locked = lock_wave(wave)
    _check_draft(locked)
    changed = _fill(locked, opens_on, closes_on, instruments, primary_outcome, breakdowns)
    _mirror(changed)
    return changed


@transaction.atomic
def drop_wave(*, wave: Wave) -> None:
    """Delete a round that has not opened.

    Raises:
        ValidationError: "frozen".
    """
    locked = lock_wave(wave)
    _check_draft(locked)
    _beside(locked).delete()
    locked.delete()


def plan_beside(*, wave: Wave, cohort: Cohort) -> Wave | None:
    """Plan a round for `cohort`, which has not begun, at the time of another cohort's `wave`.

    None if `cohort` begins before. It follows `wave` until one of the two opens.
    """
    opens_on, last_day = _days_beside(wave, cohort)
    if last_day < opens_on:
        return None
    made = plan_wave(
        cohort=cohort,
        label=Wave.Label.BASELINE,  # for them it is all before the program
        opens_on=opens_on,
        closes_on=last_day,
        instruments=wave.ordered_instruments(),
        primary_outcome=wave.primary_outcome,
        breakdowns=wave.breakdowns,
    )
    made.options = {BESIDE: str(wave.public_id)}
    made.save(update_fields=["options", "updated_at"])
    return made


def _days_beside(wave: Wave, cohort: Cohort) -> tuple[date, date]:
    zone = wave.cohort.zone
    closes_on = wave.closes_at.astimezone(zone).date()
    last_day = min(closes_on, cohort.starts_on - timedelta(days=1))
    return wave.opens_at.astimezone(zone).date(), last_day


def _beside(wave: Wave) -> QuerySet[Wave]:
    return Wave.objects.filter(options__beside=str(wave.public_id), state=Wave.State.DRAFT)


def _mirror(wave: Wave) -> None:
    """Those who are asked beside are asked the same, at the same time, or not at all."""
    for other in _beside(wave).select_related("cohort"):
        opens_on, last_day = _days_beside(wave, other.cohort)
        if last_day < opens_on:
            other.delete()
            continue
        instruments = wave.ordered_instruments()
        _fill(other, opens_on, last_day, instruments, wave.primary_outcome, wave.breakdowns)


def _check_draft(wave: Wave) -> None:
    if wave.is_frozen:
        raise ValidationError(
            _("A round is frozen once it has opened: what it asks stays as it is."), code="frozen"
        )


def _anchor_day(cohort: Cohort, anchor: str) -> date:
    return cohort.starts_on if anchor == Wave.Anchor.START else cohort.ends_on


def _fill(
    wave: Wave,
    opens_on: date,
    closes_on: date,
    instruments: Sequence[Instrument],
    primary_outcome: str,
    breakdowns: Sequence[str],
) -> Wave:
    if closes_on < opens_on:
        raise ValidationError({"closes_on": _("It closes before it opens.")})
    if not instruments:
        raise ValidationError({"instruments": _("Choose at least one questionnaire.")})
    keys = [instrument.key for instrument in instruments]
    if primary_outcome and primary_outcome.split(".")[0] not in keys:
        raise ValidationError(
            {"primary_outcome": _("The main outcome must be one that this round measures.")}
        )
    zone = wave.cohort.zone
    wave.opens_at = local_instant(opens_on, OPENS_AT, zone)
    wave.closes_at = local_instant(closes_on, CLOSES_AT, zone)
    near_end = wave.label in (Wave.Label.END, Wave.Label.FOLLOWUP)
    wave.anchor = Wave.Anchor.END if near_end else Wave.Anchor.START
    wave.offset_days = (opens_on - _anchor_day(wave.cohort, wave.anchor)).days
    wave.primary_outcome = primary_outcome
    wave.breakdowns = [name for name in BREAKDOWNS if name in breakdowns]
    wave.full_clean(validate_constraints=False)
    wave.save()
    wave.wave_instruments.all().delete()
    WaveInstrument.objects.bulk_create(
        WaveInstrument(wave=wave, instrument=instrument, position=position)
        for position, instrument in enumerate(instruments)
    )
    return wave


def open_and_invite(*, wave: Wave, now: datetime) -> Wave:
    """Open a round and owe its mails; twice is once.

    Raises:
        ValidationError: as `open_wave` does.
    """
    with transaction.atomic():
        opened = open_wave(wave=wave, now=now)
        rows = [
            new_row(
                kind=owed.kind,
                subject=owed.subject,
                recipient=owed.recipient,
                rule=owed.rule,
                due_at=owed.due_at,
                not_after=owed.not_after,
                now=now,
            )
            for owed in surveys_owed(waves=[opened], now=now)
        ]
        Message.objects.bulk_create(rows, ignore_conflicts=True)
    return opened


def tend_waves(*, now: datetime) -> None:
    """Open what is due, close what is over. One that may not open stays planned, and says why there."""
    planned = Wave.objects.filter(state=Wave.State.DRAFT, cohort__closed_at=None)
    # Rounds beside another cohort's keep its times, whatever becomes of their own start.
    for wave in planned.exclude(options__has_key=BESIDE).select_related("cohort"):
        _follow_anchor(wave)
    due = planned.filter(opens_at__lte=now, closes_at__gt=now)
    for wave in due.select_related("cohort"):
        try:
            open_and_invite(wave=wave, now=now)
        except ValidationError:
            continue  # the page of the round says what is missing
    for wave in Wave.objects.filter(state=Wave.State.OPEN, closes_at__lte=now):
        close_wave(wave=wave, now=now)


def _follow_anchor(wave: Wave) -> None:
    """A cohort whose dates moved takes its planned rounds along."""
    day = _anchor_day(wave.cohort, wave.anchor) + timedelta(days=wave.offset_days)
    opens_at = local_instant(day, OPENS_AT, wave.cohort.zone)
    if opens_at != wave.opens_at:
        zone = wave.cohort.zone
        days = wave.closes_at.astimezone(zone).date() - wave.opens_at.astimezone(zone).date()
        closes_at = local_instant(day + days, CLOSES_AT, zone)
        Wave.objects.filter(pk=wave.pk, state=Wave.State.DRAFT).update(
            opens_at=opens_at, closes_at=closes_at
        )
        wave.refresh_from_db()
        _mirror(wave)
