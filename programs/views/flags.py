"""Who needs a word in a cohort, what came of it, and a note to several of them."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import consultant_only
from programs.forms.flags import FlagForm, NudgeForm
from programs.models import Enrollment, Flag
from programs.notices.nudges import letter
from programs.reports.people_to_reach import people_to_reach
from programs.services.flags import close_flags, snooze_flags, take_flags
from programs.services.nudges import NudgeOutcome, note_contact, nudge
from programs.views.cohorts import visible_cohort

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest


@require_safe
@consultant_only
def flag_list(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    cohort = visible_cohort(request, cohort_id)
    now = timezone.now()
    context = {
        "cohort": cohort,
        "people": people_to_reach(cohort=cohort, viewer=request.user, now=now),
        "outcomes": FlagForm().fields["outcome"].choices,  # type: ignore[attr-defined]
        "ways": FlagForm().fields["how"].choices,  # type: ignore[attr-defined]
    }
    return render(request, "programs/flag_list.html", context)


@require_POST
@consultant_only
def flag_update(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    """Take, put off or close all that is open about one person."""
    flags = (
        Flag.objects.visible_to(request.user)
        .filter(enrollment__public_id=enrollment_id)
        .select_related("enrollment__cohort")
    )
    flag = get_object_or_404(flags.order_by("closed_at", "-raised_at")[:1])
    form = FlagForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what came of it."))
        return redirect("programs:flag_list", flag.enrollment.cohort.public_id)
    now, choice = timezone.now(), form.cleaned_data
    try:
        if choice["action"] == "take":
            take_flags(flags=flags.open(), by=request.user)
            messages.success(request, _("Yours now."))
        elif choice["action"] == "later":
            snooze_flags(flags=flags.open(), days=choice["days"], now=now)
            messages.success(request, _("Put off by %(days)d days.") % {"days": choice["days"]})
        else:
            if choice["how"]:
                note_contact(
                    enrollment=flag.enrollment, how=choice["how"], by=request.user, now=now
                )
            close_flags(flags=flags.open(), outcome=choice["outcome"], by=request.user, now=now)
            messages.success(request, _("Done. It comes back only if the reason stays."))
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    return redirect("programs:flag_list", flag.enrollment.cohort.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@consultant_only
def nudge_create(request: AuthenticatedRequest, cohort_id: UUID) -> HttpResponse:
    """The exact mail first; one button sends it to those chosen."""
    cohort = visible_cohort(request, cohort_id)
    people = (
        Enrollment.objects.reached_by(request.user)
        .live()
        .filter(cohort=cohort)
        .select_related("clinician", "cohort")
    )
    form = NudgeForm(request.POST if request.method == "POST" else request.GET, people=people)
    if not form.is_valid():
        messages.error(request, _("Choose at least one person."))
        return redirect("programs:flag_list", cohort.public_id)
    chosen = list(form.cleaned_data["person"])
    if request.method == "POST":
        outcome = nudge(enrollments=chosen, by=request.user, now=timezone.now())
        messages.success(request, _words(outcome))
        return redirect("programs:flag_list", cohort.public_id)
    context = {
        "cohort": cohort,
        "people": chosen,
        "letter": letter(recipient=chosen[0].clinician, sender=request.user, is_preview=True),
    }
    return render(request, "programs/nudge_create.html", context, status=HTTPStatus.OK)


def _words(outcome: NudgeOutcome) -> str:
    words = [
        ngettext(
            "%(n)d note is on its way.", "%(n)d notes are on their way.", outcome.sent
        ) % {"n": outcome.sent}
    ]  # fmt: skip
    if outcome.today_already:
        words.append(
            _("%(n)d got one today and get no second.") % {"n": outcome.today_already}
        )  # fmt: skip
    if outcome.opted_out:
        words.append(_("%(n)d want no such mail: call or meet them.") % {"n": outcome.opted_out})
    return " ".join(words)
