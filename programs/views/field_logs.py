from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect
from django.utils import timezone

from core.forms import add_refusal
from programs.forms.field_logs import FieldEntryForm
from programs.models import FieldEntry, Item
from programs.services.field_logs import save_entry
from programs.views.items import Place, posted_to, step_page, to_step

if TYPE_CHECKING:
    from django.http import HttpResponse

    from accounts.http import AuthenticatedRequest


def field_log_step(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    return _page(request, place, None)


@posted_to(Item.Kind.FIELD_LOG)
def field_entry_save(request: AuthenticatedRequest, place: Place) -> HttpResponse:
    """Keep the entry as a draft (autosave too), or file it."""
    form = FieldEntryForm(request.POST, body=place.item.body)
    quiet = request.accepts("application/json") and not request.accepts("text/html")
    submit = request.POST.get("action") == "submit" and not quiet
    if form.is_valid():
        try:
            entry = save_entry(
                enrollment=place.enrollment,
                item=place.item,
                happened_on=form.cleaned_data["happened_on"],
                situation=form.cleaned_data["situation"],
                answers=form.values("answer_"),
                revision=form.cleaned_data["revision"],
                key=form.cleaned_data["client_key"],
                submit=submit,
                now=timezone.now(),
            )
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            if quiet:
                return JsonResponse({"revision": entry.revision})
            return redirect(place.url("item_done")) if submit else to_step(place)
    stale = form.has_error("__all__", "stale_revision")
    status = HTTPStatus.CONFLICT if stale else HTTPStatus.UNPROCESSABLE_ENTITY
    return JsonResponse({}, status=status) if quiet else _page(request, place, form, status)


def _page(
    request: AuthenticatedRequest,
    place: Place,
    form: FieldEntryForm | None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    entries = list(
        FieldEntry.objects.owned_by(request.user)
        .filter(enrollment=place.enrollment, item=place.item)
        .order_by("-happened_on", "-pk")
    )
    draft = next((entry for entry in entries if entry.submitted_at is None), None)
    conflict = form is not None and form.has_error("__all__", "stale_revision")
    if form is None or conflict:
        form = FieldEntryForm(body=place.item.body, initial=_initial(form, draft))
    body = place.item.body
    labels = {field["id"]: field for field in body["fields"]}
    context = {
        "form": form,
        "draft": draft,
        "revision": draft.revision if draft else 0,
        "conflict": conflict,
        "kept": _lines(draft, labels) if draft else [],
        "entries": [
            (entry, _situation(entry, body), _lines(entry, labels))
            for entry in entries
            if entry.submitted_at
        ],
    }
    return step_page(request, place, "field_log", context, status)


def _initial(form: FieldEntryForm | None, draft: FieldEntry | None) -> dict[str, Any]:
    initial: dict[str, Any] = {"happened_on": timezone.localdate()}
    if form is not None:  # a conflict: what was typed stays in the boxes
        initial |= {name: value for name, value in form.data.items() if name != "client_key"}
    elif draft:
        initial |= {"happened_on": draft.happened_on, "situation": draft.situation}
        initial |= {f"answer_{name}": text for name, text in draft.answers.items()}
    initial["revision"] = draft.revision if draft else 0
    return initial


def _situation(entry: FieldEntry, body: dict[str, Any]) -> str:
    return next((tag["label"] for tag in body["situations"] if tag["id"] == entry.situation), "")


def _lines(entry: FieldEntry, labels: dict[str, Any]) -> list[tuple[str, str]]:
    """Label and answer in words, for every answered field."""
    lines = []
    for name, text in entry.answers.items():
        options = {option["id"]: option["label"] for option in labels[name].get("options", ())}
        lines.append((labels[name]["label"], options.get(text, text)))
    return lines
