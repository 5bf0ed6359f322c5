"""A learner's own work as a file, any time, after leaving too. For the learner alone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from programs.reports.own_work import as_markdown, own_work
from programs.views.items import own_enrollment

if TYPE_CHECKING:
    from accounts.http import AuthenticatedRequest


@require_safe
def own_work_json(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    work = own_work(enrollment=own_enrollment(request, enrollment_id), now=timezone.now())
    response = JsonResponse(work, json_dumps_params={"ensure_ascii": False, "indent": 2})
    return _as_file(response, "json")


@require_safe
def own_work_markdown(request: AuthenticatedRequest, enrollment_id: UUID) -> HttpResponse:
    work = own_work(enrollment=own_enrollment(request, enrollment_id), now=timezone.now())
    response = HttpResponse(as_markdown(work), content_type="text/markdown; charset=utf-8")
    return _as_file(response, "md")


def _as_file(response: HttpResponse, ending: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="my-work.{ending}"'
    return response
