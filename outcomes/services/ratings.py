"""Make and end public links for patients, and take in what patients answer."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import Organization
from core.tokens import hash_token
from outcomes.engine.patient_ratings import is_for_patients
from outcomes.engine.scoring import score
from outcomes.models import InstrumentGrant, PatientRating, RatingLink
from outcomes.reports.ratings import today_at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from accounts.models import Unit, User
    from outcomes.models import Instrument

LONGEST = timedelta(days=366)
MOST_A_DAY = 300  # forms of one link; more is no ward's day
_NEEDS_NO_GRANT = ("G", "own")


@transaction.atomic
def make_rating_link(
    *,
    organization: Organization,
    instrument: Instrument,
    opens_on: date,
    closes_on: date,
    actor: User,
    now: datetime,
    unit: Unit | None = None,
    owner: User | None = None,
) -> RatingLink:
    """Make a public link for an organization, a unit of it, or a clinician who asks for one.

    Raises:
        ValidationError: "instrument": not one for patients. "licence", "text": its permission or
            wording is not there. "unit", "owner": not of this organization. "order", "over",
            "too_long": the dates. "overlap": the place has a link for these days.
    """
    locked = Organization.objects.select_for_update(of=("self",)).get(pk=organization.pk)
    if not is_for_patients(instrument.key):
        raise ValidationError(_("These questions are not for patients."), code="instrument")
    _check_permitted(instrument, locked, opens_on, closes_on)
    if unit is not None and unit.organization_id != locked.pk:
        raise ValidationError(_("This is no unit of the organization."), code="unit")
    if owner is not None and not _takes_part(owner, locked):
        raise ValidationError(_("You belong to no such organization."), code="owner")
    if closes_on < today_at(locked, now):
        raise ValidationError(_("The last day lies in the past."), code="over")
    if closes_on - opens_on > LONGEST:
        raise ValidationError(_("A link lasts at most one year."), code="too_long")
    place = {"organization": locked, "unit": unit, "owner": owner}
    if _runs_already(place, instrument, opens_on, closes_on):
        raise ValidationError(
            _("There is a link for these days already. Close it first."), code="overlap"
        )
    link = RatingLink(
        organization=locked,
        unit=unit,
        owner=owner,
        instrument=instrument,
        opens_on=opens_on,
        closes_on=closes_on,
        made_by=actor,
    )
    link.token_hash = hash_token(link.token())
    link.full_clean()
    link.save()
    return link


def _runs_already(
    place: Mapping[str, object], instrument: Instrument, first: date, last: date
) -> bool:
    """Whether a link of the same place runs on one of these days. Two at once could be handed to
    two clinicians, or to two kinds of patients, and their figures compared."""
    return (
        RatingLink.objects.filter(instrument__key=instrument.key, **place)
        .filter(opens_on__lte=last, closes_on__gte=first)
        .filter(Q(revoked_on=None) | Q(revoked_on__gte=first))
        .exists()
    )


def _takes_part(person: User, organization: Organization) -> bool:
    return person.memberships.live().filter(organization=organization, role="clinician").exists()


def _check_permitted(
    instrument: Instrument, organization: Organization, first: date, last: date
) -> None:
    """The permission holds from the first to the last day, and the wording is there."""
    refusals = {
        "licence": _("%(title)s may not be used without its owner's permission or licence."),
        "text": _("The wording of %(title)s is not here yet: add it with the permission."),
    }
    for day in (first, last):
        code, _texts = wording_on(instrument, organization, day)
        if code:
            raise ValidationError(refusals[code] % {"title": instrument.title}, code=code)


def wording_on(
    instrument: Instrument, organization: Organization, day: date
) -> tuple[str, Mapping[str, str]]:
    """Return why it may not be asked on a day ("licence", "text", or ""), and the wording that
    came with a permission; the organization's own goes before the practice's."""
    parsed = instrument.parsed
    found = InstrumentGrant.objects.filter(instrument=instrument).in_force(
        organization=organization, on=day
    )
    grants = sorted(found, key=lambda one: (one.organization_id is None, -one.pk))
    if parsed.licence_class not in _NEEDS_NO_GRANT and not grants:
        return "licence", {}
    if parsed.has_text:
        return "", {}
    whole = (
        grant.texts
        for grant in grants
        if all(item.text or grant.texts.get(item.key) for item in parsed.items)
    )
    texts = next(whole, None)
    return ("text", {}) if texts is None else ("", texts)


@transaction.atomic
def revoke_rating_link(*, link: RatingLink, now: datetime) -> RatingLink:
    """End a link at once. What came in before stays. Ending it again does nothing."""
    locked = (
        RatingLink.objects.select_for_update(of=("self",))
        .select_related("organization")
        .get(pk=link.pk)
    )
    if locked.revoked_on is None:
        locked.revoked_on = today_at(locked.organization, now)
        locked.save(update_fields=["revoked_on", "updated_at"])
    return locked


@transaction.atomic
def receive_rating(
    *, link: RatingLink, answers: Mapping[str, float | None], now: datetime
) -> PatientRating:
    """Keep one form: its answers and a day, nothing of whoever sent it.

    Args:
        answers: item id -> value; None or absent: "does not apply", or left out.

    Raises:
        ValidationError: "closed": not open today, or its permission ended. "empty": nothing was answered. "value": an
            answer is not on its scale. "too_many": more than any ward's day.
    """
    locked = RatingLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    day = today_at(link.organization, now)
    refused, _texts = wording_on(link.instrument, link.organization, day)
    if refused or not locked.is_open(day):
        raise ValidationError(_("These questions are closed."), code="closed")
    parsed = link.instrument.parsed
    given = {key: answers.get(key) for key in parsed.presentation_order}
    if all(value is None for value in given.values()):
        raise ValidationError(_("Please answer at least one question."), code="empty")
    if PatientRating.objects.filter(link=locked, received_on=day).count() >= MOST_A_DAY:
        raise ValidationError(_("Too many forms came in today."), code="too_many")
    try:
        found = score(definition=parsed, answers=given)[0]
    except ValueError as error:
        raise ValidationError(_("Please choose one of the answers."), code="value") from error
    value = None if found.value is None else Decimal(str(round(found.value, 4)))
    return PatientRating.objects.create(link=locked, received_on=day, answers=given, value=value)
