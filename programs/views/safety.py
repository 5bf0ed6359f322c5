"""Before week 1 and once a week: what a learner reads and may answer, and who hears of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import consultant_only, owner_only, practice_of
from core.forms import Audience, add_refusal
from programs.forms.safety import CheckInForm, QualificationForm
from programs.models import Module, PracticeConcern
from programs.reports.safety import asked_qualifications, concerns_of, recorded_qualifications
from programs.services.safety import (
    answer_concern,
    confirm_screening,
    record_qualification,
    report_concern,
    revoke_qualification,
)
from programs.views.items import own_enrollment

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest
    from programs.models import Enrollment


@require_http_methods(["GET", "POST"])
def safety_screening(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """What is read before week 1. Only that it was read is kept."""
    enrollment = _safe(request, enrollment_id)
    if request.method == "POST":
        confirm_screening(enrollment=enrollment, now=timezone.now())
        return redirect("programs:learn")
    context = {
        "enrollment": enrollment,
        "safety": enrollment.cohort.version.safety,
        "contact": enrollment.cohort.contact,
    }
    return render(request, "programs/safety_screening.html", context)


@require_http_methods(["GET", "POST"])
def practice_check_in(
    request: AuthenticatedRequest, enrollment_id: UUID, module_id: UUID
) -> HttpResponse:
    """Was practice upsetting? Help is shown in any case; a yes reaches the named contact alone."""
    enrollment = _safe(request, enrollment_id)
    version = enrollment.cohort.version
    module = get_object_or_404(Module, version=version, public_id=module_id)
    contact = enrollment.cohort.contact
    form = CheckInForm(
        request.POST or None,
        question=version.safety["check_in"],
        audience_names={Audience.NAMED: str(contact or _("nobody"))},
    )
    answer, concern = "", None
    if form.is_valid():
        answer = form.cleaned_data["upsetting"]
        if answer == "yes":
            concern = report_concern(enrollment=enrollment, module=module, now=timezone.now())
    context = {
        "enrollment": enrollment,
        "module": module,
        "safety": version.safety,
        "contact": contact,
        "form": form,
        "answer": answer,
        "concern": concern,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "programs/practice_check_in.html", context, status=status)


@require_safe
@consultant_only
def concern_list(request: AuthenticatedRequest) -> HttpResponse:
    """Who asked the viewer, as named contact, to be in touch."""
    context = {"concerns": concerns_of(request.user)}
    return render(request, "programs/concern_list.html", context)


@require_POST
@consultant_only
def concern_answer(request: AuthenticatedRequest, concern_id: UUID) -> HttpResponse:
    """The contact has been in touch; `undo` takes that back."""
    concern = get_object_or_404(
        PracticeConcern.objects.reached_by(request.user), public_id=concern_id
    )
    is_answered = "undo" not in request.POST
    answer_concern(concern=concern, is_answered=is_answered, now=timezone.now())
    if is_answered:
        messages.success(request, _("Noted: you have been in touch."))
    return redirect("programs:concern_list")


@require_http_methods(["GET", "POST"])
@owner_only
def qualification_list(request: AuthenticatedRequest) -> HttpResponse:
    """Who is qualified to lead what, and until when; POST records one more paper."""
    form = QualificationForm(
        request.POST if request.method == "POST" else None,
        kinds=sorted(asked_qualifications().items()),
        audience_names={Audience.PRACTICE: practice_of(request).name},
    )
    if form.is_valid():
        try:
            record_qualification(by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("programs:qualification_list")
    context = {"form": form, "papers": recorded_qualifications(), "today": timezone.localdate()}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "programs/qualification_list.html", context, status=status)


@require_POST
@owner_only
def qualification_revoke(request: AuthenticatedRequest, qualification_id: UUID) -> HttpResponse:
    paper = get_object_or_404(recorded_qualifications(), public_id=qualification_id)
    revoke_qualification(paper=paper, now=timezone.now())
    messages.success(request, _("Taken back. What was opened with it stays open."))
    return redirect("programs:qualification_list")


def _safe(request: AuthenticatedRequest, enrollment_id: UUID) -> Enrollment:
    """One's own place in a program with a safety text, else 404."""
    enrollment = own_enrollment(request, enrollment_id)
    if not enrollment.cohort.version.safety:
        raise Http404
    return enrollment
