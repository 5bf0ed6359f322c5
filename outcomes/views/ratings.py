"""The page that patients see. No account, no name, nothing kept of whoever sends it."""

from __future__ import annotations

import secrets
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from core.callers import caller_of
from core.forms import add_refusal
from core.rates import is_too_often
from core.tokens import derive_token, hash_token
from outcomes.forms.ratings import RatingForm
from outcomes.models import RatingLink
from outcomes.reports.ratings import today_at
from outcomes.services.ratings import receive_rating, wording_on

FORMS_AN_HOUR = 40  # from one network: a ward's patients share its Wi-Fi
GUESSES_AN_HOUR = 60
_HOUR_S, _DAY_S = 3600, 86400


def _network(request: HttpRequest) -> str:
    """A name for the caller's network that cannot be turned back; it lives in the counter alone."""
    return derive_token(purpose="rating-network", subject=caller_of(request), revision=0)


def _link_or_404(request: HttpRequest, token: str) -> RatingLink | None:
    """The link, or None where one network tried too many addresses."""
    link = (
        RatingLink.objects.with_token(token)
        .select_related("organization", "unit", "instrument")
        .first()
    )
    if link is not None:
        return link
    if is_too_often(
        what="rating_guess", key=_network(request), most=GUESSES_AN_HOUR, seconds=_HOUR_S
    ):
        return None
    raise Http404


def _unkept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _refused(request: HttpRequest) -> HttpResponse:
    return _unkept(render(request, "429.html", status=HTTPStatus.TOO_MANY_REQUESTS))


@login_not_required
@require_http_methods(["GET", "POST"])
def rating(request: HttpRequest, rating_token: str) -> HttpResponse:
    """One short page of questions. A form that is sent twice counts once."""
    link = _link_or_404(request, rating_token)
    if link is None:
        return _refused(request)
    day = today_at(link.organization, timezone.now())
    refused, texts = wording_on(link.instrument, link.organization, day)
    if refused or not link.is_open(day):
        return _unkept(render(request, "outcomes/rating.html", {"link": link, "form": None}))
    form = RatingForm(
        request.POST if request.method == "POST" else None,
        link=link,
        texts=texts,
        initial={"form_key": secrets.token_urlsafe(12)},
    )
    status = HTTPStatus.OK
    if request.method == "POST":
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        if form.is_valid():
            limit = f"{link.pk} {_network(request)}"
            if is_too_often(what="rating", key=limit, most=FORMS_AN_HOUR, seconds=_HOUR_S):
                return _refused(request)
            try:
                _receive_once(link, form)
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                return _unkept(redirect("outcomes:rating_thanks", rating_token))
    context = {"link": link, "form": form}
    return _unkept(render(request, "outcomes/rating.html", context, status=status))


def _receive_once(link: RatingLink, form: RatingForm) -> None:
    """Store the form unless this very page was sent already, by a second tap or a way back."""
    sent = f"rating-sent:{hash_token(form.cleaned_data['form_key'])[:32]}"
    if form.cleaned_data["form_key"] and not cache.add(sent, 1, timeout=_DAY_S):
        return
    try:
        receive_rating(link=link, answers=form.answers(), now=timezone.now())
    except ValidationError:
        cache.delete(sent)
        raise


@login_not_required
@require_safe
def rating_thanks(request: HttpRequest, rating_token: str) -> HttpResponse:
    if _link_or_404(request, rating_token) is None:
        return _refused(request)
    return _unkept(render(request, "outcomes/rating_thanks.html"))
