"""Lines for a registry of credit: what is wrong with them, the file, and what came back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.http import practice_of
from core.tables import csv_response
from core.workbooks import Sheet, xlsx_response
from programs.engine.registry_rows import HEADER
from programs.forms.credit_offers import AnswerForm
from programs.models import CreditOffer, ExportState
from programs.reports.registry_lines import counts_by_profession, decided_lines, registry_lines
from programs.services.credit_exports import accept_taken, decide_line, send_again, take_lines

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.http import AuthenticatedRequest
    from programs.reports.registry_lines import RegistryLine

REGISTRIES = {str(key): label for key, label in CreditOffer.Registry.choices if key}
_SHOWN = 50  # of what was answered
View = Callable[..., HttpResponseBase]


def exporters_only(view: View) -> View:
    """Answer 404 to all but the owner and to whom the permission of this one export was given."""

    @wraps(view)
    def guarded(request: AuthenticatedRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not ExportState.may_be_taken_by(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@exporters_only
def credit_export_list(request: AuthenticatedRequest) -> HttpResponse:
    """Per registry what waits, with its faults; and what was answered."""
    lines = ExportState.objects.managed_by(request.user)
    today = timezone.now().astimezone(ZoneInfo(practice_of(request).time_zone)).date()
    waiting = [
        (
            key,
            label,
            registry_lines(lines.pending().of(key), today=today),
            bool(counts_by_profession(key)),
        )
        for key, label in REGISTRIES.items()
    ]
    context = {"waiting": waiting, "decided": decided_lines(lines)[:_SHOWN]}
    return render(request, "programs/credit_export_list.html", context)


@require_safe
@exporters_only
def credit_export_csv(request: AuthenticatedRequest) -> HttpResponse:
    """The lines without a fault."""
    registry, now = _registry(request), timezone.now()
    lines = _taken(request, registry, now)
    rows = [line.row.cells() for line in lines if not line.faults]
    return csv_response(name=f"{registry} {now:%Y-%m-%d}", header=HEADER, rows=rows)


@require_safe
@exporters_only
def credit_export_xlsx(request: AuthenticatedRequest) -> HttpResponse:
    """The same, the lines that stay behind with their reasons, and counts by profession."""
    registry, now = _registry(request), timezone.now()
    lines = _taken(request, registry, now)
    faults = [(line.name, line.row.record, reason) for line in lines for reason in line.reasons]
    sheets: list[Sheet] = [
        (_("Learners"), HEADER, [line.row.cells() for line in lines if not line.faults]),
        (_("Not in the file"), (_("Name"), "Record", _("Reason")), faults),
        (
            _("Counts"),
            ("Activity ID", "Credit type", _("Profession"), _("Awarded"), _("Took part")),
            counts_by_profession(registry),
        ),
    ]
    return xlsx_response(name=f"{registry} {now:%Y-%m-%d}", sheets=sheets)


@require_POST
@exporters_only
def credit_export_answer(request: AuthenticatedRequest, line_id: UUID) -> HttpResponse:
    """Accepted, refused for a reason, or once more."""
    line = get_object_or_404(ExportState.objects.managed_by(request.user), public_id=line_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what the registry said."))
        return redirect("programs:credit_export_list")
    action, reason = form.cleaned_data["action"], form.cleaned_data["reason"]
    try:
        if action == "again":
            send_again(line=line)
        else:
            decide_line(
                line=line, is_accepted=action == "accepted", reason=reason, now=timezone.now()
            )
        messages.success(request, _("Noted."))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("programs:credit_export_list")


@require_POST
@exporters_only
def credit_export_accept(request: AuthenticatedRequest) -> HttpResponse:
    """The registry took all of the last files."""
    count = accept_taken(registry=_registry(request), now=timezone.now())
    words = ngettext("%(count)d line accepted.", "%(count)d lines accepted.", count)
    messages.success(request, words % {"count": count})
    return redirect("programs:credit_export_list")


def _taken(request: AuthenticatedRequest, registry: str, now: datetime) -> list[RegistryLine]:
    is_again = request.GET.get("again") == "1"
    return take_lines(registry=registry, by=request.user, is_again=is_again, now=now)


def _registry(request: AuthenticatedRequest) -> str:
    data = request.POST if request.method == "POST" else request.GET
    registry = data.get("registry", "pars")
    if registry not in REGISTRIES:
        raise Http404
    return registry
