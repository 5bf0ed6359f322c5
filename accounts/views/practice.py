"""The practice itself: its name and sender, and who works in it. For its owner."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.practice import PracticeForm
from accounts.forms.users import StaffInviteForm
from accounts.http import AuthenticatedRequest, owner_only, practice_of
from accounts.models import Practice, User
from accounts.services.users import allow_answer_export, end_staff_role, invite_staff
from core.forms import Audience, add_refusal


@require_http_methods(["GET", "POST"])
@owner_only
def practice_edit(request: AuthenticatedRequest) -> HttpResponse:
    form = PracticeForm(request.POST or None, instance=Practice.current())
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved. New mails carry the new name."))
        return redirect("accounts:practice_edit")
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "accounts/practice_edit.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@owner_only
def staff_list(request: AuthenticatedRequest) -> HttpResponse:
    """Who works here; POST invites one more."""
    names = {Audience.PRACTICE: practice_of(request).name}
    form = StaffInviteForm(request.POST or None, audience_names=names)
    if form.is_valid():
        try:
            invite_staff(now=timezone.now(), **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("They are in. A mail tells them how to sign in."))
            return redirect("accounts:staff_list")
    context = {
        "form": form,
        "staff": User.objects.managed_by(request.user).order_by("name", "email"),
    }
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "accounts/staff_list.html", context, status=status)


@require_POST
@owner_only
def staff_remove(request: AuthenticatedRequest, user_id: UUID) -> HttpResponse:
    user = get_object_or_404(User.objects.managed_by(request.user), public_id=user_id)
    try:
        end_staff_role(user=user, actor=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Their access has ended."))
    return redirect("accounts:staff_list")


@require_POST
@owner_only
def staff_export(request: AuthenticatedRequest, user_id: UUID) -> HttpResponse:
    """Give the permission to export answers without names, or take it back."""
    user = get_object_or_404(User.objects.managed_by(request.user), public_id=user_id)
    is_allowed = request.POST.get("allow") == "yes"
    try:
        allow_answer_export(user=user, is_allowed=is_allowed)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(
            request,
            _("They may export answers without names.") if is_allowed else _("They no longer may."),
        )
    return redirect("accounts:staff_list")
