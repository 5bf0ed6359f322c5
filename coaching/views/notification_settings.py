"""How a person is reminded, and their phone; how a contract and the practice remind."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest, consultant_only, practice_of
from coaching.forms.notification_settings import (
    NotificationSettingsForm,
    PhoneCodeForm,
    PhoneForm,
    ReminderLeadsForm,
)
from coaching.notices.wording import lead_words
from coaching.services.reminder_rules import (
    leads_at,
    remind_person_anew,
    set_person,
    set_rules,
    usual_leads,
)
from core.forms import Audience, add_refusal
from notifications.backends.sms_backends import is_sms_available
from notifications.models import PhoneCode
from notifications.services.phones import enter_code, forget_phone, send_code
from notifications.services.quiet import preference_of
from programs.models import Engagement


def _channels(phone: str = "+") -> list[str]:
    return ["email", "sms"] if phone and is_sms_available() else ["email"]


def _usual(engagement: Engagement | None) -> str:
    """Say when mail reminds where nobody chose: "24 hours before and 1 hour before"."""
    words = [lead_words(lead.minutes, lead.at_min) for lead in usual_leads(engagement=engagement)]
    return get_text_list(words, _("and")) or _("never")


def _page(request: AuthenticatedRequest, **forms: Any) -> HttpResponse:
    person = request.user
    preference = preference_of(person)
    context: dict[str, Any] = {
        "preference": preference,
        "usual": _usual(None),
        "has_sms": is_sms_available(),
        "open_code": PhoneCode.objects.owned_by(person).open_at(timezone.now()).first(),
        "form": _own_form(request),
        "phone_form": PhoneForm(),
        "code_form": PhoneCodeForm(),
    }
    is_refused = any(form.errors for form in forms.values())
    return render(
        request,
        "coaching/notification_settings.html",
        context | forms,
        status=422 if is_refused else 200,
    )


def _own_form(request: AuthenticatedRequest, data: Any = None) -> NotificationSettingsForm:
    preference = preference_of(request.user)
    return NotificationSettingsForm(
        data,
        preference=preference,
        leads=leads_at(person=request.user),
        channels=_channels(preference.phone),
    )


@require_http_methods(["GET", "POST"])
def notification_settings(request: AuthenticatedRequest) -> HttpResponse:
    """Which reminders, by which channel, and when nothing may disturb."""
    if request.method != "POST":
        return _page(request)
    form = _own_form(request, request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    set_person(person=request.user, leads=form.leads(), now=timezone.now(), **form.preference())
    messages.success(request, _("Saved. Reminders of sessions already booked follow."))
    return redirect("coaching:notification_settings")


@require_POST
def phone_send(request: AuthenticatedRequest) -> HttpResponse:
    """Send a code to a number."""
    if not is_sms_available():
        raise Http404
    form = PhoneForm(request.POST)
    if form.is_valid():
        try:
            send_code(person=request.user, phone=form.cleaned_data["phone"], now=timezone.now())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("coaching:notification_settings")
    return _page(request, phone_form=form)


@require_POST
def phone_verify(request: AuthenticatedRequest) -> HttpResponse:
    """Keep the number if its code is right."""
    form = PhoneCodeForm(request.POST)
    if form.is_valid():
        now = timezone.now()
        if enter_code(person=request.user, typed=form.cleaned_data["code"], now=now):
            remind_person_anew(person=request.user, now=now)
            messages.success(request, _("Your number is confirmed. You get reminders by SMS."))
            return redirect("coaching:notification_settings")
        form.add_error("code", _("That code is not right, or no longer good."))
    return _page(request, code_form=form)


@require_POST
def phone_forget(request: AuthenticatedRequest) -> HttpResponse:
    """Take the number out."""
    forget_phone(person=request.user)
    remind_person_anew(person=request.user, now=timezone.now())
    messages.success(request, _("Your number is removed. Nothing is sent by SMS."))
    return redirect("coaching:notification_settings")


@require_http_methods(["GET", "POST"])
@consultant_only
def engagement_reminders(request: AuthenticatedRequest, engagement_id: UUID) -> HttpResponse:
    """When people of one contract are reminded, unless they chose for themselves."""
    engagement = get_object_or_404(
        Engagement.objects.managed_by(request.user), public_id=engagement_id
    )
    return _rules(request, "coaching/engagement_reminders.html", engagement)


@require_http_methods(["GET", "POST"])
def practice_reminders(request: AuthenticatedRequest) -> HttpResponse:
    """When the practice reminds, where no contract says otherwise."""
    if not request.user.is_owner:
        raise Http404
    return _rules(request, "coaching/practice_reminders.html", None)


def _rules(
    request: AuthenticatedRequest, template: str, engagement: Engagement | None
) -> HttpResponse:
    form = ReminderLeadsForm(
        request.POST if request.method == "POST" else None,
        leads=leads_at(engagement=engagement),
        channels=_channels(),
        audience_names={Audience.PRACTICE: practice_of(request).name},
    )
    if form.is_valid():
        set_rules(engagement=engagement, leads=form.leads(), now=timezone.now())
        messages.success(request, _("Saved. Reminders of sessions already booked follow."))
        return redirect(request.path)
    context = {"form": form, "engagement": engagement, "usual": _usual(engagement)}
    return render(request, template, context, status=422 if form.errors else 200)
