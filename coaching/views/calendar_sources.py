"""One's own calendars elsewhere: a clinician's rota, a coach's busy times."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import AuthenticatedRequest
from coaching.forms.calendar_sources import BusyCalendarForm, RotaForm
from coaching.models import CalendarSource
from coaching.reports.calendar_sources import source_line
from coaching.services.calendar_sources import (
    add_address,
    add_upload,
    read_again,
    remove_source,
    set_strict,
)
from core.forms import add_refusal


def _add(request: AuthenticatedRequest, form: RotaForm, kind: str) -> bool:
    """Keep what was given; False with the refusal on the form."""
    data, now = form.cleaned_data, timezone.now()
    try:
        if data.get("address"):
            add_address(
                person=request.user,
                kind=kind,
                address=data["address"],
                is_strict=data.get("is_strict", False),
                now=now,
            )
        else:
            add_upload(person=request.user, kind=kind, data=data["file"].read(), now=now)
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    messages.success(request, _("Added. We read it within a minute or two."))
    return True


def _page(request: AuthenticatedRequest, form: RotaForm, kind: str, template: str) -> HttpResponse:
    now = timezone.now()
    sources = (
        CalendarSource.objects.owned_by(request.user).filter(kind=kind).select_related("person")
    )
    context = {"form": form, "lines": [source_line(source, now) for source in sources]}
    return render(request, template, context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def rota(request: AuthenticatedRequest) -> HttpResponse:
    """When I work: seen by nobody else."""
    is_post = request.method == "POST"
    form = RotaForm(request.POST, request.FILES) if is_post else RotaForm()
    if is_post and form.is_valid() and _add(request, form, CalendarSource.Kind.ROTA):
        return redirect("coaching:rota")
    return _page(request, form, CalendarSource.Kind.ROTA, "coaching/rota.html")


@require_http_methods(["GET", "POST"])
def busy_calendars(request: AuthenticatedRequest) -> HttpResponse:
    """When a coach is busy elsewhere."""
    if not request.user.is_consultant:
        raise Http404
    is_post = request.method == "POST"
    form = BusyCalendarForm(request.POST, request.FILES) if is_post else BusyCalendarForm()
    if is_post and form.is_valid() and _add(request, form, CalendarSource.Kind.BUSY):
        return redirect("coaching:busy_calendars")
    return _page(request, form, CalendarSource.Kind.BUSY, "coaching/busy_calendars.html")


def _own(request: AuthenticatedRequest, source_id: UUID) -> CalendarSource:
    return get_object_or_404(CalendarSource.objects.owned_by(request.user), public_id=source_id)


def _back(source: CalendarSource) -> HttpResponse:
    is_rota = source.kind == CalendarSource.Kind.ROTA
    return redirect("coaching:rota" if is_rota else "coaching:busy_calendars")


@require_POST
def calendar_source_read(request: AuthenticatedRequest, source_id: UUID) -> HttpResponse:
    """Ask for another look; the worker takes it."""
    source = _own(request, source_id)
    read_again(source=source, now=timezone.now())
    messages.success(request, _("We read it again within a minute or two."))
    return _back(source)


@require_POST
def calendar_source_strict(request: AuthenticatedRequest, source_id: UUID) -> HttpResponse:
    """Choose what counts while it cannot be read."""
    source = _own(request, source_id)
    set_strict(source=source, is_strict=request.POST.get("is_strict") == "1")
    messages.success(request, _("Saved."))
    return _back(source)


@require_POST
def calendar_source_delete(request: AuthenticatedRequest, source_id: UUID) -> HttpResponse:
    """Forget it and all that was read from it."""
    source = _own(request, source_id)
    answer = _back(source)
    remove_source(source=source)
    messages.success(request, _("Removed, with everything we had read from it."))
    return answer
