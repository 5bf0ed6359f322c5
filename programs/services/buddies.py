"""Pairs of colleagues: asked for, found, left, re-made. Never with somebody who has a say over one.

What they write is read by the two alone: row-level security, no page of staff, no report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from notifications.services.messages import owe
from programs.models import BuddyMessage, BuddyPair, BuddyReport, BuddyWish, Cohort, Enrollment
from programs.notices.learning import BUDDY_FOUND, BUDDY_PROMPT, BUDDY_REPORT
from programs.reports.buddies import week_of
from programs.services.hierarchy import kept_apart

if TYPE_CHECKING:
    from datetime import datetime


@transaction.atomic
def ask_for_buddy(*, enrollment: Enrollment, now: datetime) -> BuddyPair | None:
    """Note the wish; return the pair if somebody waits already. Asking again changes nothing.

    Raises:
        ValidationError: "enrollment_not_live".
    """
    if not Enrollment.objects.live().filter(pk=enrollment.pk).exists():
        raise ValidationError(
            _("You are not taking part in this program now."), code="enrollment_not_live"
        )
    # No lock yet: all who wait are locked at once below, by id. The constraint keeps it one wish.
    BuddyWish.objects.get_or_create(
        enrollment=enrollment, ended_at=None, defaults={"asked_at": now}
    )
    pair_waiting(cohort=enrollment.cohort, now=now)
    return BuddyPair.objects.of(enrollment).standing().first()


@transaction.atomic
def pair_waiting(*, cohort: Cohort, now: datetime) -> int:
    """Pair those of `cohort` who wait, the longest first; return how many pairs were made.

    Two are not paired who were a pair before, or whom the hierarchy guard keeps apart.
    """
    waiting = _waiting(cohort)
    made = 0
    while waiting:
        first = waiting.pop(0)
        barred = _barred(first, waiting)
        other = next((one for one in waiting if one.pk not in barred), None)
        if other is None:
            continue
        waiting.remove(other)
        one, two = sorted((first, other), key=lambda enrollment: enrollment.pk)
        pair = BuddyPair(cohort=cohort, one=one, other=two, paired_at=now)
        pair.full_clean()
        pair.save()
        for enrollment in (one, two):
            owe(kind=BUDDY_FOUND, subject=pair, recipient=enrollment.clinician, due_at=now, now=now)
        made += 1
    return made


@transaction.atomic
def leave_buddy(*, enrollment: Enrollment, is_over: bool, now: datetime) -> None:
    """End the pair, at once and without a reason; `is_over` ends the wish for one too.

    The other keeps their wish, and is paired anew when somebody is there.
    """
    end_buddies(enrollment=enrollment, is_over=is_over, now=now)
    pair_waiting(cohort=enrollment.cohort, now=now)


def end_buddies(*, enrollment: Enrollment, is_over: bool, now: datetime) -> None:
    """End the standing pair, and the wish too; lock no enrollment, so callers may hold one."""
    pairs = BuddyPair.objects.of(enrollment).standing()
    pairs.update(ended_at=now, updated_at=now)
    if is_over:
        wishes = BuddyWish.objects.standing().filter(enrollment=enrollment)
        wishes.update(ended_at=now, updated_at=now)


@transaction.atomic
def write_to_buddy(*, enrollment: Enrollment, text: str, key: UUID, now: datetime) -> BuddyMessage:
    """Write to the other of the standing pair, as oneself. The same `key` again is a no-op.

    Raises:
        ValidationError: "no_buddy"; "empty".
    """
    _lock([enrollment.pk])
    pair = BuddyPair.objects.of(enrollment).standing().first()
    if pair is None:
        raise ValidationError(_("You have no buddy now."), code="no_buddy")
    if known := BuddyMessage.objects.filter(pair=pair, key=key).first():
        return known
    if not text.strip():
        raise ValidationError(_("Write a line first."), code="empty")
    message = BuddyMessage(
        pair=pair,
        author_id=enrollment.clinician_id,
        text=text.strip().replace("\r\n", "\n"),
        written_at=now,
        key=key,
    )
    message.full_clean()
    message.save()
    return message


@transaction.atomic
def report_buddy(*, enrollment: Enrollment, text: str, now: datetime) -> BuddyReport:
    """End the pair for good and tell the named contact. Nothing of what was written goes along.

    Raises:
        ValidationError: "no_buddy"; "no_contact".
    """
    pair = BuddyPair.objects.of(enrollment).standing().first()
    if pair is None:
        raise ValidationError(_("You have no buddy now."), code="no_buddy")
    contact = enrollment.cohort.contact
    if contact is None:
        raise ValidationError(_("This program has no named contact yet."), code="no_contact")
    leave_buddy(enrollment=enrollment, is_over=True, now=now)
    report = BuddyReport(
        pair=pair,
        author_id=enrollment.clinician_id,
        contact=contact,
        text=text.strip(),
        reported_at=now,
    )
    report.full_clean()
    report.save()
    owe(kind=BUDDY_REPORT, subject=report, recipient=contact, due_at=now, now=now)
    return report


@transaction.atomic
def answer_report(*, report: BuddyReport, now: datetime) -> BuddyReport:
    """The contact has been in touch."""
    if report.answered_at is None:
        report.answered_at = now
        report.save(update_fields=["answered_at", "updated_at"])
    return report


def tend_buddies(*, now: datetime) -> int:
    """Pair those who wait, and owe each pair this week's question. Twice changes nothing."""
    asked = Cohort.objects.filter(
        closed_at=None, enrollments__buddy_wishes__in=BuddyWish.objects.standing()
    ).distinct()
    for cohort in asked.order_by("pk"):
        pair_waiting(cohort=cohort, now=now)
    pairs = BuddyPair.objects.standing().filter(cohort__closed_at=None)
    owed = 0
    for pair in pairs.select_related("one__clinician", "other__clinician").order_by("pk"):
        if week := week_of(pair, now):  # the first week's question stands beside the greeting
            for enrollment in (pair.one, pair.other):
                owe(
                    kind=BUDDY_PROMPT,
                    subject=pair,
                    recipient=enrollment.clinician,
                    rule=f"week {week}",
                    due_at=now,
                    now=now,
                )
                owed += 1
    return owed


def _waiting(cohort: Cohort) -> list[Enrollment]:
    """Those who asked and are in no pair, in the order in which they asked; locked by id."""
    wishes = BuddyWish.objects.standing().filter(enrollment__cohort=cohort)
    asked_at = dict(wishes.values_list("enrollment", "asked_at"))
    locked = _lock(list(asked_at))
    paired = BuddyPair.objects.standing().filter(cohort=cohort)
    taken = {*paired.values_list("one", flat=True), *paired.values_list("other", flat=True)}
    still = set(
        Enrollment.objects.live()
        .filter(pk__in=asked_at, buddy_wishes__in=BuddyWish.objects.standing())
        .values_list("pk", flat=True)
    )
    free = [one for one in locked if one.pk in still and one.pk not in taken]
    return sorted(free, key=lambda one: (asked_at[one.pk], one.pk))


def _barred(enrollment: Enrollment, others: list[Enrollment]) -> set[int]:
    before = BuddyPair.objects.filter(
        Q(one__clinician=enrollment.clinician_id) | Q(other__clinician=enrollment.clinician_id)
    )
    known = {*before.values_list("one", flat=True), *before.values_list("other", flat=True)}
    apart = kept_apart(enrollment.clinician_id, [one.clinician_id for one in others])
    return known | {one.pk for one in others if one.clinician_id in apart}


def _lock(ids: list[int]) -> list[Enrollment]:
    return list(
        Enrollment.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=ids)
        .select_related("clinician", "cohort")
        .order_by("pk")
    )
