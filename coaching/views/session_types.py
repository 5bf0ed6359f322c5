"""The kinds of meetings the practice offers."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import AuthenticatedRequest, consultant_only, practice_of
from coaching.forms.session_types import SessionTypeForm
from coaching.models import SessionType
from coaching.services.session_types import (
    archive_session_type,
    create_session_type,
    edit_session_type,
    is_in_use,
    restore_session_type,
)
from core.forms import Audience, add_refusal


@require_safe
@consultant_only
def session_type_list(request: AuthenticatedRequest) -> HttpResponse:
    """What clinicians can book, and what was put away."""
    types = list(SessionType.objects.managed_by(request.user))
    context = {
        "offered": [kind for kind in types if kind.archived_at is None],
        "archived": [kind for kind in types if kind.archived_at is not None],
    }
    return render(request, "coaching/session_type_list.html", context)


@require_http_methods(["GET", "POST"])
@consultant_only
def session_type_create(request: AuthenticatedRequest) -> HttpResponse:
    """Describe a new kind of meeting."""
    form = _form(request)
    if form.is_valid():
        try:
            create_session_type(**form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The session type is there. Clinicians can book it now."))
            return redirect("coaching:session_type_list")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "coaching/session_type_create.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
def session_type_edit(request: AuthenticatedRequest, session_type_id: UUID) -> HttpResponse:
    """Change what the next bookings find."""
    session_type = _managed(request, session_type_id)
    form = _form(request, session_type)
    if is_in_use(session_type=session_type):
        form.settle()
    if form.is_valid():
        try:
            edit_session_type(session_type=session_type, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Saved. Sessions booked before stay as they are."))
            return redirect("coaching:session_type_list")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "session_type": session_type}
    return render(request, "coaching/session_type_edit.html", context, status=status)


@require_POST
def session_type_archive(request: AuthenticatedRequest, session_type_id: UUID) -> HttpResponse:
    """Offer it to nobody from now on; the list has the way back."""
    session_type = _managed(request, session_type_id)
    archive_session_type(session_type=session_type, now=timezone.now())
    messages.success(request, _("Put away. Planned sessions take place; you can offer it again."))
    return redirect("coaching:session_type_list")


@require_POST
def session_type_restore(request: AuthenticatedRequest, session_type_id: UUID) -> HttpResponse:
    """Offer it again."""
    try:
        restore_session_type(session_type=_managed(request, session_type_id))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Clinicians can book it again."))
    return redirect("coaching:session_type_list")


def _form(
    request: AuthenticatedRequest, session_type: SessionType | None = None
) -> SessionTypeForm:
    return SessionTypeForm(
        request.POST if request.method == "POST" else None,
        session_type=session_type,
        audience_names={Audience.PRACTICE: practice_of(request).name},
    )


def _managed(request: AuthenticatedRequest, session_type_id: UUID) -> SessionType:
    return get_object_or_404(
        SessionType.objects.managed_by(request.user), public_id=session_type_id
    )
