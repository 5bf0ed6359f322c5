"""The owner's offers of credit, who claimed under them, and the rules by their dates."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import owner_only, practice_of
from core.forms import Audience, add_refusal
from programs.forms.credit_offers import OfferForm, RuleForm, TakeBackForm
from programs.models import CreditClaim, CreditOffer
from programs.reports.claimable_offers import rule_of, rules_on
from programs.reports.offer_pages import claims_of, evaluations_of
from programs.services.credit_claims import take_back_claim
from programs.services.credit_offers import (
    change_offer,
    enable_offer,
    end_offer,
    enter_rule,
    make_offer,
)

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


@require_safe
@owner_only
def credit_offer_list(request: AuthenticatedRequest) -> HttpResponse:
    offers = CreditOffer.objects.managed_by(request.user).select_related("version__program")
    context = {"offers": offers.defer("version__content").order_by("-starts_on", "-pk")}
    return render(request, "programs/credit_offer_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@owner_only
def credit_offer_create(request: AuthenticatedRequest) -> HttpResponse:
    form = _offer_form(request, None)
    if form.is_valid():
        try:
            offer = make_offer(**form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("programs:credit_offer_detail", offer.public_id)
    return _page(request, "credit_offer_create", form, {})


@require_http_methods(["GET", "HEAD", "POST"])
@owner_only
def credit_offer_detail(request: AuthenticatedRequest, credit_offer_id: UUID) -> HttpResponse:
    """Change it until somebody claims; who claimed; answers as counts."""
    offer = _offer(request, credit_offer_id)
    form = _offer_form(request, offer)
    if form.is_valid():
        try:
            change_offer(offer=offer, now=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Changed."))
            return redirect("programs:credit_offer_detail", offer.public_id)
    context = {
        "offer": offer,
        "rule": rule_of(offer),
        "claims": claims_of(offer),
        "evaluations": evaluations_of(offer),
    }
    return _page(request, "credit_offer_detail", form, context)


@require_POST
@owner_only
def credit_offer_enable(request: AuthenticatedRequest, credit_offer_id: UUID) -> HttpResponse:
    offer = _offer(request, credit_offer_id)
    try:
        enable_offer(offer=offer, by=request.user, now=timezone.now())
        messages.success(request, _("Offered to cohorts that begin on its first day or later."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("programs:credit_offer_detail", offer.public_id)


@require_POST
@owner_only
def credit_offer_end(request: AuthenticatedRequest, credit_offer_id: UUID) -> HttpResponse:
    offer = _offer(request, credit_offer_id)
    end_offer(offer=offer, now=timezone.now())
    messages.success(request, _("Ended. What was awarded stays."))
    return redirect("programs:credit_offer_detail", offer.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@owner_only
def credit_rule_list(request: AuthenticatedRequest) -> HttpResponse:
    """What holds today, and a form for what holds from a later day on."""
    data = request.POST if request.method == "POST" else None
    form = RuleForm(data, audience_names={Audience.PRACTICE: practice_of(request).name})
    now = timezone.now()
    if form.is_valid():
        try:
            enter_rule(by=request.user, now=now, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Entered. Offers that begin earlier keep their rule."))
            return redirect("programs:credit_rule_list")
    kinds = dict(CreditOffer._meta.get_field("credit_type").choices or [])
    rules = [(kinds[rule.credit_type], rule) for rule in rules_on(timezone.localdate(now))]
    return _page(request, "credit_rule_list", form, {"rules": rules})


@require_http_methods(["GET", "HEAD", "POST"])
@owner_only
def credit_claim_take_back(request: AuthenticatedRequest, claim_id: UUID) -> HttpResponse:
    claim = get_object_or_404(
        CreditClaim.objects.managed_by(request.user)
        .standing()
        .select_related("offer", "enrollment__clinician"),
        public_id=claim_id,
    )
    data = request.POST if request.method == "POST" else None
    form = TakeBackForm(data, audience_names={Audience.PRACTICE: practice_of(request).name})
    if form.is_valid():
        try:
            take_back_claim(
                claim=claim,
                by=request.user,
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Taken back. It may be claimed again."))
            return redirect("programs:credit_offer_detail", claim.offer.public_id)
    return _page(request, "credit_claim_take_back", form, {"claim": claim})


def _offer(request: AuthenticatedRequest, credit_offer_id: UUID) -> CreditOffer:
    scope = CreditOffer.objects.managed_by(request.user).select_related("version__program")
    return get_object_or_404(scope.defer("version__content"), public_id=credit_offer_id)


def _offer_form(request: AuthenticatedRequest, offer: CreditOffer | None) -> OfferForm:
    return OfferForm(
        request.POST if request.method == "POST" else None,
        instance=offer,
        audience_names={Audience.PRACTICE: practice_of(request).name},
    )


def _page(
    request: AuthenticatedRequest,
    name: str,
    form: OfferForm | RuleForm | TakeBackForm,
    context: dict[str, object],
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, f"programs/{name}.html", context | {"form": form}, status=status)
