"""Issue a certificate for a completed program, once; revoke it; correct a name."""

from __future__ import annotations

import secrets
from time import monotonic
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Practice
from notifications.services.messages import owe
from programs.engine.badges import BadgeFacts, did_of, sign_badge
from programs.models import Certificate, CreditClaim, Enrollment
from programs.models.certificates import MOST_BADGES
from programs.notices.certificates import CERTIFICATE
from programs.reports.credit_words import credit_words
from programs.services.badge_keys import active_key
from programs.services.claim_ends import end_claims
from programs.services.progress import lock_enrollment

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User

NO_CREDIT = "no_credit"


@transaction.atomic
def issue_certificate(
    *,
    enrollment: Enrollment,
    by: User | None = None,
    now: datetime,
) -> Certificate:
    """Issue the certificate of a completed enrollment; the standing one, if it has one.

    Credit stands on it only if its holder claimed it (`programs/services/credit_claims.py`).

    Args:
        by: who asked; None: by itself, at completion.

    Raises:
        ValidationError: "not_completed".
    """
    locked = lock_enrollment(enrollment)
    standing = Certificate.objects.standing().filter(enrollment=locked).first()
    if standing is not None:
        return standing
    if locked.completed_at is None:
        raise ValidationError(
            _("The program is not completed yet."), code="not_completed"
        )  # fmt: skip
    certificate = _printed(locked, by, now)
    claim = CreditClaim.objects.standing().filter(enrollment=locked).first()
    if claim is not None:
        certificate.credits = claim.amount or None
        certificate.credit_words = credit_words(claim)
    key, pair = active_key(now=now)
    certificate.badge_key = key
    certificate.badge = sign_badge(facts=_facts(certificate, claim), key=pair)
    certificate.full_clean(exclude=["enrollment", "badge_key"])
    certificate.save()
    owe(
        kind=CERTIFICATE,
        subject=certificate,
        recipient=locked.clinician,
        due_at=now,
        now=now,
    )
    return certificate


@transaction.atomic
def revoke_certificate(
    *, certificate: Certificate, by: User, reason: str, now: datetime
) -> Certificate:
    """Say that it no longer holds; completion itself stays. Credit claimed on it is taken back.

    Raises:
        ValidationError: "reason_missing"; "revoked_already".
    """
    if not reason.strip():
        raise ValidationError(_("Say why, in a few words."), code="reason_missing")
    enrollment = lock_enrollment(certificate.enrollment)
    revoked = _revoke(certificate, by, reason, now)
    end_claims(enrollment=enrollment, by=by, reason=reason.strip(), now=now)
    return revoked


@transaction.atomic
def reissue_certificate(*, certificate: Certificate, by: User | None, now: datetime) -> Certificate:
    """Replace it by one with the holder's present name and credit; the old one is revoked.

    Raises:
        ValidationError: "revoked_already".
    """
    enrollment = lock_enrollment(certificate.enrollment)
    _revoke(certificate, by, _("issued again"), now)
    return issue_certificate(enrollment=enrollment, by=by, now=now)


def issue_due_certificates(*, now: datetime, seconds: float = 40) -> int:
    """Issue what completed enrollments lack, as after an import; each in its own transaction."""
    stop_at = monotonic() + seconds
    waiting = Enrollment.objects.exclude(completed_at=None).filter(
        certificates=None, voided_at=None
    )
    issued = 0
    for enrollment in waiting.order_by("pk")[:500]:
        issue_certificate(enrollment=enrollment, now=now)
        issued += 1
        if monotonic() > stop_at:
            break
    return issued


def _revoke(certificate: Certificate, by: User | None, reason: str, now: datetime) -> Certificate:
    locked = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if locked.revoked_at:
        raise ValidationError(_("It is revoked already."), code="revoked_already")
    locked.revoked_at, locked.revoked_by, locked.revoked_reason = now, by, reason.strip()
    locked.full_clean()
    locked.save()
    return locked


def _printed(enrollment: Enrollment, by: User | None, now: datetime) -> Certificate:
    if enrollment.completed_at is None:
        raise TypeError("not completed")
    cohort, person = enrollment.cohort, enrollment.clinician
    return Certificate(
        enrollment=enrollment,
        holder_name=(person.name or person.email)[:150],
        program_title=cohort.version.program.title,
        program_version=cohort.version.version,
        practice_name=Practice.current().name,
        completed_on=enrollment.completed_at.astimezone(cohort.zone).date(),
        issued_at=now,
        issued_by=by,
        status_index=_free_index(),
    )


def _free_index() -> int:
    """Return a place in the status list by chance: places in order would tell who came when."""
    while True:
        index = secrets.randbelow(MOST_BADGES)
        if not Certificate.objects.filter(status_index=index).exists():
            return index


def _facts(certificate: Certificate, claim: CreditClaim | None) -> BadgeFacts:
    site = settings.SITE_URL
    verify = f"{site}{certificate.get_absolute_url()}"
    program = certificate.enrollment.cohort.version.program
    return BadgeFacts(
        credential_url=f"urn:uuid:{certificate.public_id}",
        recipient=f"urn:uuid:{certificate.enrollment.public_id}",
        issuer_did=did_of(site),
        issuer_name=certificate.practice_name,
        issuer_url=site,
        achievement_url=f"{site}/badges/{program.slug}/{certificate.program_version}",
        title=certificate.program_title,
        description=program.summary or certificate.program_title,
        criteria=_("All required steps done, live sessions attended and checks passed."),
        verify_url=verify,
        issued_at=certificate.issued_at,
        status_list_url=f"{site}{reverse('programs:badge_status_list')}",
        status_index=certificate.status_index,
        credits_available=float(claim.offer.maximum) if claim and claim.amount else None,
        credits_earned=float(certificate.credits) if certificate.credits else None,
    )
