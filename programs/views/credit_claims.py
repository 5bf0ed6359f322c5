"""A learner's credit: three questions, the claim, and the license under which it is reported."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import practice_of
from core.forms import Audience, add_refusal
from programs.forms.credit_claims import ClaimForm, EvaluationForm, IdentityForm
from programs.models import CreditIdentity
from programs.reports.own_credit import own_credit
from programs.services.credit_claims import claim_credit, evaluate_activity
from programs.services.credit_identities import forget_identity, keep_identity
from programs.views.items import own_enrollment

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


@require_http_methods(["GET", "HEAD", "POST"])
def credit_claim(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """The questions first; then the claim; then what was claimed."""
    enrollment = own_enrollment(request, enrollment_id)
    credit = own_credit(enrollment)
    answered = credit.is_evaluated and "intends_change" in request.POST
    if request.method == "POST" and (credit.claim or answered):  # sent twice: show where it led
        return redirect("programs:credit_claim", enrollment.public_id)
    data = request.POST if request.method == "POST" else None
    form: EvaluationForm | ClaimForm = (
        ClaimForm(data, chances=credit.chances, audience_names=_readers(request))
        if credit.is_evaluated
        else EvaluationForm(data)
    )
    if request.method == "POST" and credit.is_open and form.is_valid():
        now = timezone.now()
        try:
            if isinstance(form, EvaluationForm):
                evaluate_activity(enrollment=enrollment, now=now, **form.cleaned_data)
                return redirect("programs:credit_claim", enrollment.public_id)
            claim_credit(enrollment=enrollment, now=now, **form.chosen())
            messages.success(request, _("Claimed. Your certificate was issued anew with it."))
            return redirect("programs:certificate_list")
        except ValidationError as refusal:
            add_refusal(form, refusal)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    context = {"enrollment": enrollment, "credit": credit, "form": form}
    return render(request, "programs/credit_claim.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def credit_identity(request: AuthenticatedRequest) -> HttpResponse:
    """Let one's credit be reported. What is kept is never shown again, not even to its owner."""
    kept = CreditIdentity.objects.owned_by(request.user).first()
    form = IdentityForm(
        request.POST if request.method == "POST" else None,
        audience_names=_readers(request),
    )
    if form.is_valid():
        try:
            keep_identity(person=request.user, identity=form.identity(), now=timezone.now())
            messages.success(request, _("Kept, sealed. You can take it back here at any time."))
            return redirect("programs:certificate_list")
        except ValidationError as refusal:
            add_refusal(form, refusal)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "kept": kept}
    return render(request, "programs/credit_identity.html", context, status=status)


@require_POST
def credit_identity_forget(request: AuthenticatedRequest) -> HttpResponse:
    forget_identity(person=request.user)
    messages.success(request, _("Forgotten. Your credit is not reported from now on."))
    return redirect("programs:credit_identity")


def _readers(request: AuthenticatedRequest) -> dict[Audience, str]:
    """Who reads a claim and opens a license: the owner, for the provider and the registry."""
    return {Audience.NAMED: _("the owner of %(name)s") % {"name": practice_of(request).name}}
