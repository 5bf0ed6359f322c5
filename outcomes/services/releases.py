"""Release a closed round to its organization: masked, checked against all earlier releases, frozen.

The organization row is locked while it happens: two releases at once cannot each be safe alone and
give something away together.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organization
from notifications.services.messages import owe
from outcomes.models import PreparedRelease, Release, ReleaseRow, Wave
from outcomes.notices.releases import REPORT, report_readers
from outcomes.reports.lots import drawn_with, persons_beside
from outcomes.reports.release_payload import Draft, draft_release, frame
from outcomes.reports.thresholds import thresholds_of
from outcomes.services.recommendations import signed_recommendations
from outcomes.services.waves import lock_wave
from programs.models import Enrollment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from accounts.models import User
    from outcomes.reports.paired_scores import Person

Pseudonyms = dict[Any, str]  # enrollment -> keyed hash of its person


@transaction.atomic
def preview_release(
    *, wave: Wave, actor: User, now: datetime, recommendations: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the payload that releasing now would freeze, and keep it: who takes answers back after
    this look is not the difference to the next one.

    Raises:
        ValidationError: as `release_wave` does.
    """
    signed = signed_recommendations(texts=recommendations, actor=actor)
    lock_organization(wave.cohort.engagement.organization_id)
    number = _next_number(wave)
    payload, rows = _prepared(wave, number, now)
    seen = PreparedRelease.objects.filter(wave=wave, number=number).last()
    if rows and not (seen and _same(seen.payload, payload) and seen.rows == rows):
        PreparedRelease.objects.create(
            wave=wave, number=number, payload=payload, rows=rows, made_at=now
        )
    return payload | {"recommendations": signed}


@transaction.atomic
def release_wave(
    *, wave: Wave, actor: User, now: datetime, recommendations: Sequence[str] = ()
) -> Release:
    """Freeze what the organization sees of a closed round. Again: a new number, if that is safe.

    Args:
        recommendations: up to three, in the words of `actor`, who signs them.

    Raises:
        ValidationError: "state": it is not closed. "no_baseline": there is no closed round before
            it to compare with. "unchanged": nothing differs from the last release. "unsafe": with
            what was released before, few people could be told apart. As for `signed_recommendations`.
    """
    signed = signed_recommendations(texts=recommendations, actor=actor)
    lock_organization(wave.cohort.engagement.organization_id)
    locked = lock_wave(wave)
    number = _next_number(locked)
    payload, rows = _prepared(locked, number, now)
    payload |= {"recommendations": signed, "number": number}
    last = Release.objects.filter(wave=locked).order_by("-number").first()
    if last and _same(last.payload, payload):
        raise ValidationError(_("Nothing has changed since the last release."), code="unchanged")
    release = Release.objects.create(
        wave=locked,
        number=number,
        thresholds=thresholds_of(locked.cohort.engagement),
        payload=payload,
        sha256=_fingerprint(payload),
        actor=actor,
        released_at=now,
    )
    ReleaseRow.objects.bulk_create(
        ReleaseRow(release=release, family=family, pseudonyms=names) for family, names in rows
    )
    if payload["baseline"]:  # a baseline alone says nothing worth a mail
        for person in report_readers(release):
            owe(kind=REPORT, subject=release, recipient=person, due_at=now, now=now)
    if locked.state == Wave.State.CLOSED:
        locked.state = Wave.State.RELEASED
        locked.save(update_fields=["state", "updated_at"])
    return release


def lock_organization(key: int) -> None:
    Organization.objects.select_for_update(of=("self",)).get(pk=key)


def _next_number(wave: Wave) -> int:
    last = Release.objects.filter(wave=wave).order_by("-number").first()
    return last.number + 1 if last else 1


def _prepared(wave: Wave, number: int, now: datetime) -> tuple[dict[str, Any], list[Any]]:
    """What may be released now with its rows; what a preview showed, where now differs by a few.

    Raises:
        ValidationError: as `_draft` does.
    """
    try:
        draft, names = _draft(wave, now)
    except ValidationError as refusal:
        seen = PreparedRelease.objects.filter(wave=wave, number=number).last()
        if refusal.code != "unsafe" or seen is None:
            raise
        return seen.payload, seen.rows
    # Who waits in another cohort comes under a pseudonym already.
    rows = [[row.family, sorted(names.get(one, one) for one in row.members)] for row in draft.rows]
    return draft.payload, rows


def _draft(wave: Wave, now: datetime) -> tuple[Draft, Pseudonyms]:
    if wave.state not in (Wave.State.CLOSED, Wave.State.RELEASED):
        raise ValidationError(_("A round is released once it is closed."), code="state")
    if wave.label == Wave.Label.BASELINE:
        asked = Enrollment.objects.filter(cohort=wave.cohort_id).counted_at(now).count()
        # Figures come with the change: a mean now and one later would tell who left in between.
        return Draft(frame(wave=wave, baseline=None, asked=asked, now=now), ()), {}
    baseline = _baseline(wave)
    # scipy is heavy: only who releases loads it.
    from outcomes.reports.cohort_outcomes import cohort_outcomes  # noqa: PLC0415

    analysis = cohort_outcomes(baseline=baseline, later=wave, now=now)
    names = {person.enrollment_id: pseudonym(person.user_id) for person in analysis.people}
    draft = draft_release(
        analysis=analysis,
        published=_published(
            wave,
            analysis.people,
            drawn_with(wave.cohort_id) | persons_beside(wave.cohort_id),
        ),
        now=now,
        token=pseudonym,
    )
    if draft is None:
        raise ValidationError(
            _(
                "Beside what was released before, a few people could be told apart. Nothing was"
                " released; it can be once more people have answered."
            ),
            code="unsafe",
        )
    return draft, names


def _baseline(wave: Wave) -> Wave:
    found = (
        Wave.objects.filter(
            cohort=wave.cohort_id,
            label=Wave.Label.BASELINE,
            state__in=[Wave.State.CLOSED, Wave.State.RELEASED],
            opens_at__lt=wave.opens_at,
        )
        .select_related("cohort__engagement__organization", "cohort__version__program")
        .order_by("-opens_at")
        .first()
    )
    if found is None:
        raise ValidationError(
            _("There is no closed round before the program to compare with."), code="no_baseline"
        )
    return found


def _published(
    wave: Wave, people: Iterable[Person], others: Iterable[int]
) -> dict[str, list[frozenset[Any]]]:
    """The rows released to the organization before; people of this cohort by enrollment.

    Args:
        others: persons of its lot, and of cohorts asked beside it: they stand in rows of this one too.

    Raises:
        ValidationError: "unreadable": SECRET_KEY was changed and the old one is not among its
            fallbacks, so nobody knows any more who stood behind what this cohort released.
    """
    keys: dict[int, Any] = {person: pseudonym(person) for person in others}
    keys |= {person.user_id: person.enrollment_id for person in people}
    members: dict[str, Any] = {
        pseudonym(person, secret): key
        for person, key in keys.items()
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    }
    published: dict[str, list[frozenset[Any]]] = {}
    for family, names, cohort in _rows_told(wave.cohort.engagement.organization_id):
        if cohort == wave.cohort_id and not members.keys() & set(names):
            raise ValidationError(
                _(
                    "The key of this installation was changed, and what was released before cannot"
                    " be compared. Nothing was released. Add the old key to SECRET_KEY_FALLBACKS."
                ),
                code="unreadable",
            )
        published.setdefault(family, []).append(frozenset(members.get(one, one) for one in names))
    return published


def _rows_told(organization: int) -> Iterator[tuple[str, list[str], int]]:
    """Family, pseudonyms and cohort of every figure that was released, or shown in a preview."""
    yield from ReleaseRow.objects.filter(
        release__wave__cohort__engagement__organization=organization
    ).values_list("family", "pseudonyms", "release__wave__cohort")
    shown = PreparedRelease.objects.filter(wave__cohort__engagement__organization=organization)
    for rows, cohort in shown.values_list("rows", "wave__cohort"):
        for family, names in rows:
            yield family, names, cohort


def pseudonym(user_id: int, secret: str = "") -> str:
    """A keyed hash of a person: the ledger recognizes people, and names nobody.

    Args:
        secret: an earlier SECRET_KEY; the present one if empty.
    """
    key = hashlib.sha256(f"rapport.ledger:{secret or settings.SECRET_KEY}".encode()).digest()
    return hmac.new(key, str(user_id).encode(), hashlib.sha256).hexdigest()[:24]


def _canonical(payload: Any) -> str:
    return json.dumps(payload, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _fingerprint(payload: Any) -> str:
    return hashlib.sha256(_canonical(payload).encode()).hexdigest()


def _same(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Equal but for when they were made and their number."""

    def core(payload: dict[str, Any]) -> str:
        told = {"recommendations": []} | payload
        return _canonical({k: v for k, v in told.items() if k not in ("as_of", "number")})

    return core(old) == core(new)


def verify(releases: Iterable[Release]) -> list[Release]:
    """Return those whose payload is not what was frozen."""
    return [release for release in releases if _fingerprint(release.payload) != release.sha256]
