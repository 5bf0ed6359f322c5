"""Accept an invitation by its link; resend or revoke one."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.invitations import InvitationAcceptForm
from accounts.http import AuthenticatedRequest
from accounts.models import Disclosure, Invitation, Membership, Practice
from accounts.services.invitations import accept, find_by_token, refuse_closed, resend, revoke
from accounts.services.users import has_account
from core.forms import Audience, add_refusal

# Refusals that leave nothing to do on the form: they get a page of their own.
_FINAL = {"used", "revoked", "expired", "inactive", "has_account", "no_disclosure"}
_STATUS = {
    "unknown": HTTPStatus.NOT_FOUND,
    "used": HTTPStatus.GONE,
    "revoked": HTTPStatus.GONE,
    "expired": HTTPStatus.GONE,
}


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows who invites and who reads what, and consumes nothing; POST accepts."""
    invitation = find_by_token(token)
    response = _answer(request, invitation)
    # The address of this page is a secret: it must not leave in a Referer, nor stay in a cache.
    # Not "no-referrer": with it browsers post the form with "Origin: null", which is refused (CSRF).
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _answer(request: HttpRequest, invitation: Invitation | None) -> HttpResponse:
    problem = _problem(request, invitation)
    if invitation is None or problem:
        return _problem_page(request, invitation, problem or "unknown")
    disclosure, form = _form(request, invitation)
    context = {"invitation": invitation, "disclosure": disclosure, "form": form}
    status = HTTPStatus.OK
    if form.is_valid():
        answers = form.cleaned_data
        try:
            accept(
                invitation=invitation,
                typed_name=answers.get("typed_name", ""),
                name=answers["name"],
                password=answers.get("password") or None,
                shown_sha256=answers.get("shown_sha256") or None,
                now=timezone.now(),
            )
        except ValidationError as refusal:
            if getattr(refusal, "code", "") in _FINAL:
                return _problem_page(request, invitation, refusal.code or "")
            status = HTTPStatus.CONFLICT
            add_refusal(form, refusal)
        else:
            return _welcome(request, invitation)
    return render(request, "accounts/invitation_accept.html", context, status=status)


def _problem(request: HttpRequest, invitation: Invitation | None) -> str:
    """Name why this visitor cannot accept, or return ""."""
    if invitation is None:
        return "unknown"
    try:
        refuse_closed(invitation, timezone.now())
    except ValidationError as refusal:
        return refusal.code or ""
    if request.user.is_authenticated:
        return "" if request.user.pk == invitation.user_id else "wrong_user"
    # A link never signs anybody in to an account that somebody already uses.
    return "sign_in" if has_account(invitation.user) else ""


def _problem_page(
    request: HttpRequest, invitation: Invitation | None, problem: str
) -> HttpResponse:
    status = _STATUS.get(problem)
    if status is None:
        status = HTTPStatus.OK if request.method == "GET" else HTTPStatus.CONFLICT
    context = {"invitation": invitation, "problem": problem}
    return render(request, "accounts/invitation_accept.html", context, status=status)


def _form(
    request: HttpRequest, invitation: Invitation
) -> tuple[Disclosure | None, InvitationAcceptForm]:
    signs = invitation.role == Membership.Role.CLINICIAN
    disclosure = invitation.organization.disclosures.in_force(timezone.now()) if signs else None
    names: dict[Audience, str] = {
        Audience.ORGANIZATION: invitation.organization.name,
        Audience.PRACTICE: Practice.current().name,
    }
    initial: dict[str, Any] = {"name": invitation.user.name}
    if disclosure:
        initial["shown_sha256"] = disclosure.sha256
    form = InvitationAcceptForm(
        request.POST or None,
        signs=signs,
        is_new=not request.user.is_authenticated,
        names_visible=disclosure is None or disclosure.visibility == "completion",
        audience_names=names,
        initial=initial,
    )
    return disclosure, form


def _welcome(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if not request.user.is_authenticated:
        invitation.user.refresh_from_db()
        get_adapter().login(request, invitation.user)  # turns the session key
    messages.success(request, _("Welcome. You are in."))
    return redirect(get_adapter().get_login_redirect_url(request))


@require_POST
def invitation_resend(request: AuthenticatedRequest, invitation_id: UUID) -> HttpResponse:
    """Send a new link; the old one stops working."""
    return _change(request, invitation_id, resend, _("A new invitation is on its way."))


@require_POST
def invitation_revoke(request: AuthenticatedRequest, invitation_id: UUID) -> HttpResponse:
    """Make an invitation that was not accepted yet worthless."""
    return _change(request, invitation_id, revoke, _("The invitation is taken back."))


def _change(
    request: AuthenticatedRequest, invitation_id: UUID, change: Any, done: str
) -> HttpResponse:
    invitation = get_object_or_404(
        Invitation.objects.managed_by(request.user).select_related("organization"),
        public_id=invitation_id,
    )
    try:
        change(invitation=invitation, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, done)
    back = get_adapter().get_safe_redirect(request.POST.get("next", ""), invitation.organization)
    return redirect(back)
