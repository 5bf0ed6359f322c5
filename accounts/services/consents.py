"""Sign a disclosure; withdraw what was signed. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Consent, Disclosure, User
from accounts.signals import consent_withdrawn


@transaction.atomic
def sign(*, user: User, disclosure: Disclosure, typed_name: str, now: datetime) -> Consent:
    """Record that `user` signed `disclosure` by typing their name.

    Raises:
        ValidationError: "signature_required" without a name of at least two characters.
    """
    return _record(user, disclosure, Consent.Action.SIGNED, typed_name, now)


@transaction.atomic
def withdraw(*, user: User, disclosure: Disclosure, typed_name: str, now: datetime) -> Consent:
    """Take back a signature: a new row, which ends the person's enrollments under it.

    Raises:
        ValidationError: "not_signed" if no signature of this disclosure stands.
    """
    User.objects.select_for_update().get(pk=user.pk)
    standing = Consent.objects.owned_by(user).filter(disclosure=disclosure).order_by("-id").first()
    if standing is None or standing.action == Consent.Action.WITHDRAWN:
        raise ValidationError(_("There is no signature to take back."), code="not_signed")
    consent = _record(user, disclosure, Consent.Action.WITHDRAWN, typed_name, now)
    consent_withdrawn.send(sender=Consent, consent=consent, now=now)
    return consent


def _record(
    user: User, disclosure: Disclosure, action: str, typed_name: str, now: datetime
) -> Consent:
    typed_name = " ".join(typed_name.split())
    if len(typed_name) < 2:
        raise ValidationError(_("Type your name to sign."), code="signature_required")
    consent = Consent(
        user=user,
        disclosure=disclosure,
        action=action,
        sha256=disclosure.sha256,
        typed_name=typed_name,
        at=now,
    )
    consent.full_clean()
    consent.save()
    return consent
