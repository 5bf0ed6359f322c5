"""The practice log: two taps from Learn. Own entries, taken back and put back; shown to a coach or not."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.forms import add_refusal
from programs.forms.practice_entries import PracticeEntryForm
from programs.models import PracticeLog, Share
from programs.reports.practice_entries import own_practice
from programs.services.practice_logs import log_by_hand, remove_log, restore_log
from programs.services.shares import end_share, share_practice
from programs.views.items import own_enrollment, uuids
from programs.views.practice_logs import day_instant

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest

QUICK_MINUTES = (5, 10, 15, 20, 30, 45)


@require_http_methods(["GET", "POST"])
def practice_list(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """Log with one tap on the minutes; below, what is logged."""
    enrollment = own_enrollment(request, enrollment_id)
    now = timezone.now()
    practice = own_practice(enrollment=enrollment, now=now)
    initial = {
        "day": timezone.localdate(now),
        "item": practice.usual.public_id if practice.usual else "",
    }
    form = PracticeEntryForm(_posted(request), items=practice.items, initial=initial)
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            try:
                log = log_by_hand(
                    enrollment=enrollment,
                    item=form.cleaned_data["item"],
                    started_at=day_instant(form.cleaned_data["day"], now),
                    minutes=form.cleaned_data["minutes"],
                    key=form.cleaned_data["client_key"],
                    now=now,
                )
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                text = ngettext("%(n)s minute kept.", "%(n)s minutes kept.", log.minutes)
                messages.success(request, text % {"n": log.minutes})
                return redirect("programs:practice_list", enrollment.public_id)
    taken_back = PracticeLog.objects.owned_by(request.user).filter(
        enrollment=enrollment, public_id__in=uuids(request.GET.get("undo", ""))
    )
    context = {
        "enrollment": enrollment,
        "own": practice,
        "form": form,
        "lengths": QUICK_MINUTES,
        "taken_back": taken_back.exclude(removed_at=None).first(),
    }
    return render(request, "programs/practice_list.html", context, status=status)


@require_POST
def practice_remove(request: AuthenticatedRequest, log_id: UUID) -> HttpResponse:
    """Take an entry back; the next page offers to put it back."""
    log = _own_log(request, log_id)
    remove_log(log=log, now=timezone.now())
    response = redirect("programs:practice_list", log.enrollment.public_id)
    response["Location"] += f"?undo={log.public_id}"
    return response


@require_POST
def practice_restore(request: AuthenticatedRequest, log_id: UUID) -> HttpResponse:
    log = _own_log(request, log_id)
    restore_log(log=log, now=timezone.now())
    messages.success(request, _("It is back."))
    return redirect("programs:practice_list", log.enrollment.public_id)


@require_POST
def practice_share(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """Show the minutes to the own coach, or stop showing them."""
    enrollment = own_enrollment(request, enrollment_id)
    now = timezone.now()
    if request.POST.get("share") == "yes":
        try:
            share_practice(enrollment=enrollment, now=now)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
    else:
        for share in Share.objects.owned_by(request.user).of_practice():
            if share.enrollment_id == enrollment.pk:
                end_share(share=share, now=now)
    return redirect("programs:practice_list", enrollment.public_id)


def _posted(request: AuthenticatedRequest) -> dict[str, str] | None:
    """The form as posted; a tap on one of the lengths stands for what is typed."""
    if request.method != "POST":
        return None
    posted = request.POST.dict()
    if posted.get("quick"):
        posted["minutes"] = posted["quick"]
    return posted


def _own_log(request: AuthenticatedRequest, log_id: UUID) -> PracticeLog:
    return get_object_or_404(
        PracticeLog.objects.owned_by(request.user).select_related("enrollment"), public_id=log_id
    )
