"""A learner's buddy: asked for, written to, left. For the two alone; staff have no page of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.forms import Audience, add_refusal
from programs.forms.buddies import BuddyMessageForm, BuddyReportForm
from programs.models import BuddyReport
from programs.reports.buddies import buddy_page
from programs.services import buddies as services
from programs.views.items import own_enrollment

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest
    from programs.models import Enrollment


@require_safe
def buddy(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """Ask for a buddy; or the week's question and what the two wrote."""
    return _page(request, own_enrollment(request, enrollment_id), {})


@require_POST
def buddy_ask(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    enrollment = own_enrollment(request, enrollment_id)
    try:
        services.ask_for_buddy(enrollment=enrollment, now=timezone.now())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("programs:buddy", enrollment.public_id)


@require_POST
def buddy_leave(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """Stop, or look for another; no reason is asked."""
    enrollment = own_enrollment(request, enrollment_id)
    is_over = request.POST.get("then") != "another"
    services.leave_buddy(enrollment=enrollment, is_over=is_over, now=timezone.now())
    return redirect("programs:buddy", enrollment.public_id)


@require_POST
def buddy_write(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    enrollment = own_enrollment(request, enrollment_id)
    form = BuddyMessageForm(request.POST, audience_names=_readers(enrollment))
    if form.is_valid():
        try:
            services.write_to_buddy(
                enrollment=enrollment,
                text=form.cleaned_data["text"],
                key=form.cleaned_data["client_key"],
                now=timezone.now(),
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("programs:buddy", enrollment.public_id)
    return _page(request, enrollment, {"form": form}, HTTPStatus.UNPROCESSABLE_ENTITY)


@require_POST
def buddy_report(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """Something is wrong: the pair ends, the named contact hears of it."""
    enrollment = own_enrollment(request, enrollment_id)
    form = BuddyReportForm(request.POST, audience_names=_contact(enrollment))
    if form.is_valid():
        try:
            report = services.report_buddy(
                enrollment=enrollment, text=form.cleaned_data["note"], now=timezone.now()
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            text = _("The pair has ended. %(name)s has your note, and nobody else.")
            messages.success(request, text % {"name": report.contact})
            return redirect("programs:buddy", enrollment.public_id)
    return _page(request, enrollment, {"report_form": form}, HTTPStatus.UNPROCESSABLE_ENTITY)


@require_safe
def buddy_report_list(request: AuthenticatedRequest) -> HttpResponse:
    """For a named contact: notes about pairs, sent to them alone."""
    reports = BuddyReport.objects.managed_by(request.user).select_related("author", "pair__cohort")
    return render(request, "programs/buddy_report_list.html", {"reports": reports})


@require_POST
def buddy_report_answer(request: AuthenticatedRequest, report_id: UUID) -> HttpResponse:
    report = get_object_or_404(BuddyReport.objects.managed_by(request.user), public_id=report_id)
    services.answer_report(report=report, now=timezone.now())
    return redirect("programs:buddy_report_list")


def _readers(enrollment: Enrollment) -> dict[Audience, str]:
    page = buddy_page(enrollment=enrollment, now=timezone.now())
    name = str(page.partner.clinician) if page.partner else _("your buddy")
    return {Audience.NAMED: name}


def _contact(enrollment: Enrollment) -> dict[Audience, str]:
    contact = enrollment.cohort.contact
    return {Audience.NAMED: str(contact) if contact else _("your named contact")}


def _page(
    request: AuthenticatedRequest,
    enrollment: Enrollment,
    filled: dict[str, forms.Form],
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    page = buddy_page(enrollment=enrollment, now=timezone.now())
    context: dict[str, Any] = {
        "enrollment": enrollment,
        "page": page,
        "form": BuddyMessageForm(audience_names=_readers(enrollment)),
        "report_form": BuddyReportForm(audience_names=_contact(enrollment)),
        **filled,
    }
    return render(request, "programs/buddy.html", context, status=status)
