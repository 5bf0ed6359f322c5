"""Figures an organization reports about itself: list, upload, chart. For its admins and for the
consultants who manage it, at one address; the frame follows the role."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import AuthenticatedRequest, consultant_only, practice_of
from accounts.models import Organization
from core.documents.pdf import pdf_response
from core.forms import Audience
from core.tables import csv_response
from core.workbooks import xlsx_response
from outcomes.engine.indicator_catalog import CATALOG
from outcomes.engine.indicator_files import HEADERS, MAX_BYTES
from outcomes.forms.indicators import IndicatorChoiceForm, IndicatorUploadForm
from outcomes.models import IndicatorUpload
from outcomes.reports.indicator_document import indicator_pdf as make_pdf
from outcomes.reports.indicator_lists import catalog_lines, series_lines
from outcomes.reports.indicator_tables import HEADER, caption_rows, sheets, table_rows
from outcomes.reports.indicators import IndicatorChart, indicator_chart
from outcomes.services.indicators import (
    check_file,
    choose_indicators,
    confirm_upload,
    upload_indicators,
)
from outcomes.views.organization_pages import acting_organization
from programs.models import Engagement

SERIES_A_PAGE = 40
SHOWN = 100  # errors and rows of a preview on a page
EXAMPLES = (
    (
        *("safety_event_rate", "", "2025-01-01", "2025-01-31", "4", "1310", "", "", ""),
        "Incident system; all severities",
    ),
    (
        *("care_mean", "", "2025-01-01", "2025-03-31", "", "", "41.2", "6.8", "212"),
        "Outpatient exit survey; CARE permission held",
    ),
)


def _organization(request: AuthenticatedRequest, organization_id: UUID) -> Organization:
    return get_object_or_404(
        Organization.objects.visible_to(request.user), public_id=organization_id
    )


def _framed(request: AuthenticatedRequest, organization: Organization, **fields: Any) -> Any:
    """Context of a page, with the frame of whoever looks."""
    is_admin = request.acting.organization is not None
    base = "base_organization.html" if is_admin else "base_consultant.html"
    return {"base": base, "organization": organization, "is_admin": is_admin, **fields}


@require_safe
def own_indicators(request: AuthenticatedRequest) -> HttpResponse:
    """The admin's way in: the navigation knows no ids."""
    organization = acting_organization(request)
    return redirect("outcomes:indicator_list", organization.public_id)


@require_safe
def indicator_list(request: AuthenticatedRequest, organization_id: UUID) -> HttpResponse:
    """The series that are here, and the list of all indicators with what contracts chose."""
    organization = _organization(request, organization_id)
    page = Paginator(series_lines(organization), SERIES_A_PAGE).get_page(request.GET.get("page"))
    context = _framed(
        request,
        organization,
        lines=page.object_list,
        page=page,
        catalog=catalog_lines(organization),
        engagements=Engagement.objects.managed_by(request.user).filter(organization=organization),
    )
    return render(request, "outcomes/indicator_list.html", context)


@require_http_methods(["GET", "POST"])
@consultant_only
def indicator_choices(request: AuthenticatedRequest, engagement_id: UUID) -> HttpResponse:
    """What a contract is looked at by, chosen before its cohorts start or dated as later."""
    engagement = get_object_or_404(
        Engagement.objects.managed_by(request.user).select_related("organization"),
        public_id=engagement_id,
    )
    choices = list(engagement.indicator_choices.all())
    form = IndicatorChoiceForm(
        request.POST or None,
        chosen={choice.indicator for choice in choices},
        audience_names={Audience.ORGANIZATION: engagement.organization.name},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        form.is_bound = True
        if form.is_valid():
            choose_indicators(
                engagement=engagement,
                indicators=form.cleaned_data["indicators"],
                actor=request.user,
                now=timezone.now(),
            )
            return redirect("outcomes:indicator_list", engagement.organization.public_id)
    context = {"engagement": engagement, "choices": choices, "form": form}
    return render(request, "outcomes/indicator_choices.html", context, status=status)


@require_http_methods(["GET", "POST"])
def indicator_upload(request: AuthenticatedRequest, organization_id: UUID) -> HttpResponse:
    """Choose a file. With an error nothing is kept, and every error is shown."""
    organization = _organization(request, organization_id)
    form = IndicatorUploadForm(
        request.POST or None,
        request.FILES or None,
        audience_names={Audience.ORGANIZATION: organization.name},
    )
    errors: list[Any] = []
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        form.is_bound = True
        if form.is_valid():
            file = form.cleaned_data["file"]
            check = upload_indicators(
                organization=organization,
                file=file.read(MAX_BYTES + 1),
                actor=request.user,
                dry_run=True,
                now=timezone.now(),
                file_name=file.name,
            )
            if check.upload is not None:
                return redirect(check.upload)
            errors = list(check.reading.errors)
    context = _framed(
        request,
        organization,
        form=form,
        errors=errors[:SHOWN],
        error_count=len(errors),
        units=organization.units.order_by("name").values_list("name", flat=True),
    )
    return render(request, "outcomes/indicator_upload.html", context, status=status)


@require_http_methods(["GET", "POST"])
def indicator_upload_detail(request: AuthenticatedRequest, upload_id: UUID) -> HttpResponse:
    """The dry run: what would change. Confirming stores all of it, once."""
    upload = get_object_or_404(
        IndicatorUpload.objects.visible_to(request.user).select_related("organization"),
        public_id=upload_id,
    )
    organization = upload.organization
    if request.method == "POST":
        try:
            confirm_upload(upload=upload, now=timezone.now())
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("outcomes:indicator_upload", organization.public_id)
        messages.success(request, _("The figures are stored."))
        return redirect("outcomes:indicator_list", organization.public_id)
    reading = None
    if upload.confirmed_at is None:
        reading = check_file(
            organization=organization, content=bytes(upload.content), now=timezone.now()
        )
    preview = [(one, CATALOG[one.indicator]) for one in reading.figures[:10]] if reading else []
    warnings = reading.warnings[:SHOWN] if reading else ()
    context = _framed(
        request, organization, upload=upload, reading=reading, preview=preview, warnings=warnings
    )
    return render(request, "outcomes/indicator_upload_detail.html", context)


@require_safe
def indicator_template(request: AuthenticatedRequest, organization_id: UUID) -> HttpResponse:
    """The ten columns with two rows to write over."""
    _organization(request, organization_id)
    return csv_response(name="indicators", header=HEADERS, rows=EXAMPLES)


def _chart(
    request: AuthenticatedRequest, organization_id: UUID, indicator: str
) -> tuple[Organization, IndicatorChart]:
    """The series of `?unit=`, or of the whole organization; anything unknown is a 404."""
    organization = _organization(request, organization_id)
    if indicator not in CATALOG:
        raise Http404
    unit = None
    if asked := request.GET.get("unit"):
        try:
            unit = get_object_or_404(organization.units.all(), public_id=UUID(asked))
        except ValueError as error:
            raise Http404 from error
    chart = indicator_chart(
        organization=organization, indicator=CATALOG[indicator], unit=unit, now=timezone.now()
    )
    return organization, chart


@require_safe
def indicator_detail(
    request: AuthenticatedRequest, organization_id: UUID, indicator: str
) -> HttpResponse:
    """Run chart, what the rules say, caption, table."""
    organization, chart = _chart(request, organization_id, indicator)
    context = _framed(request, organization, shown=chart)
    return render(request, "outcomes/indicator_detail.html", context)


@require_safe
def indicator_csv(
    request: AuthenticatedRequest, organization_id: UUID, indicator: str
) -> HttpResponse:
    _found, chart = _chart(request, organization_id, indicator)
    rows = [*table_rows(chart), *caption_rows(chart)]
    return csv_response(name=_file_name(chart), header=HEADER, rows=rows)


@require_safe
def indicator_xlsx(
    request: AuthenticatedRequest, organization_id: UUID, indicator: str
) -> HttpResponse:
    _found, chart = _chart(request, organization_id, indicator)
    return xlsx_response(name=_file_name(chart), sheets=sheets(chart))


@require_safe
def indicator_pdf(
    request: AuthenticatedRequest, organization_id: UUID, indicator: str
) -> HttpResponse:
    """The chart with its words and figures for a board pack; `?paper=a4` for A4."""
    organization, chart = _chart(request, organization_id, indicator)
    if not chart.rows:
        raise Http404
    body = make_pdf(
        organization=organization,
        shown=chart,
        practice=practice_of(request).name,
        now=timezone.now(),
        paper="a4" if request.GET.get("paper") == "a4" else "us-letter",
    )
    return pdf_response(name=_file_name(chart), body=body)


def _file_name(chart: IndicatorChart) -> str:
    return f"{chart.indicator.title} {chart.unit or ''}"
