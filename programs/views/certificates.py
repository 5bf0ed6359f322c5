"""Certificates: the holder's own, the page on which anybody may check one, revocation by staff."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import consultant_only
from core.callers import caller_of
from core.forms import add_refusal
from core.rates import is_too_often
from programs.forms.certificates import RevokeForm
from programs.models import Certificate
from programs.reports.certificate_document import certificate_pdf, completed_words, credit_lines
from programs.reports.own_credit import own_certificates
from programs.services.certificates import reissue_certificate, revoke_certificate

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest

CHECKS_AN_HOUR = 120  # of one caller


@require_safe
def certificate_list(request: AuthenticatedRequest) -> HttpResponse:
    """One's own, the newest first."""
    mine = [(one.certificate, one.credit) for one in own_certificates(request.user)]
    context = {"certificates": mine, "site_url": settings.SITE_URL}
    return render(request, "programs/certificate_list.html", context)


@require_safe
def certificate_file(request: AuthenticatedRequest, certificate_id: UUID) -> HttpResponse:
    """The PDF."""
    certificate = _own(request, certificate_id)
    paper = "a4" if request.GET.get("paper") == "a4" else "us-letter"
    return _download(
        certificate_pdf(certificate, paper=paper), "application/pdf", certificate, "pdf"
    )


@require_safe
def certificate_badge(request: AuthenticatedRequest, certificate_id: UUID) -> HttpResponse:
    """The Open Badge, as the signed token that wallets take."""
    certificate = _own(request, certificate_id)
    return _download(certificate.badge.encode(), "application/jwt", certificate, "jwt")


@login_not_required
@require_safe
def certificate_verify(request: HttpRequest, code: str) -> HttpResponse:
    """For whoever holds the paper: what it says, and whether it still holds."""
    caller = caller_of(request)
    if is_too_often(what="verify", key=caller, most=CHECKS_AN_HOUR, seconds=3600):
        return render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    certificate = Certificate.objects.with_token(code).first()
    if certificate is None:
        raise Http404
    context = {
        "certificate": certificate,
        "is_replaced": certificate.is_replaced,
        "lines": [completed_words(certificate), *credit_lines(certificate)],
    }
    response = render(request, "programs/certificate_verify.html", context)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_http_methods(["GET", "POST"])
@consultant_only
def certificate_revoke(request: AuthenticatedRequest, certificate_id: UUID) -> HttpResponse:
    """Revoke it, or issue it again with the present name."""
    certificate = get_object_or_404(
        Certificate.objects.managed_by(request.user)
        .standing()
        .select_related("enrollment__clinician", "enrollment__cohort"),
        public_id=certificate_id,
    )
    form = RevokeForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        try:
            if "again" in request.POST:
                reissue_certificate(certificate=certificate, by=request.user, now=timezone.now())
                messages.success(request, _("Issued again. The old one is revoked."))
                return redirect(certificate.enrollment)
            if form.is_valid():
                revoke_certificate(
                    certificate=certificate,
                    by=request.user,
                    reason=form.cleaned_data["reason"],
                    now=timezone.now(),
                )
                messages.success(request, _("Revoked. Its page says so to whoever checks it."))
                return redirect(certificate.enrollment)
        except ValidationError as refusal:
            add_refusal(form, refusal)
    context = {"certificate": certificate, "form": form}
    return render(request, "programs/certificate_revoke.html", context, status=status)


def _own(request: AuthenticatedRequest, certificate_id: UUID) -> Certificate:
    return get_object_or_404(Certificate.objects.owned_by(request.user), public_id=certificate_id)


def _download(content: bytes, kind: str, certificate: Certificate, ending: str) -> HttpResponse:
    name = slugify(certificate.program_title) or "certificate"
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{ending}"',
            "Cache-Control": "private, no-store",
        },
    )
