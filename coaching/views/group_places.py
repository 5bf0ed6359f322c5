"""A clinician and a group: join it, wait for a place, answer an offer, change to another."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.http import AuthenticatedRequest
from coaching.forms.groups import GroupAnswerForm, OfferAnswerForm
from coaching.models import CoachingSession, WaitlistEntry
from coaching.reports.groups import GroupPlace, group_places, roster
from coaching.services.bookings import book
from coaching.services.group_changes import change_groups
from coaching.services.waitlist import answer_offer, join_waitlist, leave_waitlist
from coaching.views.slot_pages import refused
from core.forms import add_refusal
from programs.models import Enrollment

_SAID = {
    "join": gettext_lazy("You have a place. A confirmation is on its way to you."),
    "accept": gettext_lazy("The place is yours. A confirmation is on its way to you."),
    "change": gettext_lazy("You changed groups. A confirmation is on its way to you."),
    "wait": gettext_lazy(
        "You are on the waitlist. If a place comes free, you hear from us by mail."
    ),
    "stop": gettext_lazy("You are off the waitlist."),
    "decline": gettext_lazy("Thank you. The place goes to the next person."),
}


@transaction.non_atomic_requests  # the services own their transactions
@require_http_methods(["GET", "POST"])
def group_session(request: AuthenticatedRequest, group_id: UUID) -> HttpResponse:
    """Time, place, seats left, and the one thing to do; who else comes only if the group shows it."""
    now = timezone.now()
    visible = CoachingSession.objects.visible_to(request.user)
    session = get_object_or_404(visible, public_id=group_id)
    enrollment = get_object_or_404(
        Enrollment.objects.owned_by(request.user).live().select_related("cohort", "clinician"),
        cohort=session.cohort_id,
    )
    places = group_places(enrollment=enrollment, sessions=visible, now=now)
    place = next((one for one in places if one.session.pk == session.pk), None)
    if place is None:
        raise Http404
    form = GroupAnswerForm(request.POST or None)
    context = {
        "place": place,
        "session": place.session,
        "form": form,
        "roster": roster(session=place.session) if place.booking else [],
        "others": [p for p in places if p.booking and p.session.pk != session.pk],
    }
    if not form.is_valid():
        status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
        return render(request, "coaching/group_session.html", context, status=status)
    try:
        _do(request, enrollment, place, places, form, now)
    except ValidationError as refusal:
        context["place"] = _again(enrollment, request, session.pk, now) or place
        return refused(request, "coaching/group_session.html", context, form, refusal)
    messages.success(request, _SAID[form.cleaned_data["action"]])
    return redirect("coaching:group_session", group_id)


def _again(
    enrollment: Enrollment, request: AuthenticatedRequest, session_id: int, now: datetime
) -> GroupPlace | None:
    """How it stands after a refusal: the group may have filled up meanwhile."""
    visible = CoachingSession.objects.visible_to(request.user)
    places = group_places(enrollment=enrollment, sessions=visible, now=now)
    return next((one for one in places if one.session.pk == session_id), None)


def _do(
    request: AuthenticatedRequest,
    enrollment: Enrollment,
    place: GroupPlace,
    places: list[GroupPlace],
    form: GroupAnswerForm,
    now: datetime,
) -> None:
    action, key, actor = form.cleaned_data["action"], form.cleaned_data["idem_key"], request.user
    other = next((p.booking for p in places if p.booking and p is not place), None)
    if action == "wait":
        join_waitlist(actor=actor, enrollment=enrollment, session=place.session, now=now)
    elif action == "join" or (action == "change" and other is None):
        book(actor=actor, enrollment=enrollment, session=place.session, idem_key=key, now=now)
    elif action == "change" and other is not None:
        change_groups(
            actor=actor,
            booking=other,
            session=place.session,
            expected_rev=other.rev,
            idem_key=key,
            now=now,
        )
    elif place.entry is not None and action == "stop":
        leave_waitlist(actor=actor, entry=place.entry, now=now)
    elif place.entry is not None:
        answer_offer(
            actor=actor, entry=place.entry, accept=action == "accept", idem_key=key, now=now
        )


@login_not_required
@transaction.non_atomic_requests  # answer_offer() owns its transaction
@require_http_methods(["GET", "POST"])
def place_offer(request: HttpRequest, offer_token: str) -> HttpResponse:
    """The link in the mail about a free place: GET shows it, POST takes it or passes it on.

    The link answers this one offer and shows nothing else; nobody needs to sign in for it.
    """
    entry = get_object_or_404(
        WaitlistEntry.objects.with_token(offer_token).select_related(
            "coaching_session__coach", "coaching_session__session_type", "clinician", "booking"
        )
    )
    now = timezone.now()
    if entry.coaching_session.starts_at <= now:
        raise Http404
    with timezone.override(entry.clinician.zone):
        response = _answer(request, entry, offer_token, now)
    # Not "no-referrer": browsers would post the form with "Origin: null", which is refused.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _answer(request: HttpRequest, entry: WaitlistEntry, token: str, now: datetime) -> HttpResponse:
    form = OfferAnswerForm(request.POST or None)
    is_open = (
        entry.state == WaitlistEntry.State.OFFERED
        and entry.offer_expires_at is not None
        and now < entry.offer_expires_at
    )
    context = {"entry": entry, "session": entry.coaching_session, "form": form, "is_open": is_open}
    if not form.is_valid():
        status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
        return render(request, "coaching/place_offer.html", context, status=status)
    try:
        answer_offer(
            actor=entry.clinician,
            entry=entry,
            accept=form.cleaned_data["answer"] == "accept",
            idem_key=form.cleaned_data["idem_key"],
            now=now,
        )
    except ValidationError as refusal:
        add_refusal(form, refusal)
        context["is_open"] = is_open and refusal.code != "offer_over"
        return render(request, "coaching/place_offer.html", context, status=HTTPStatus.CONFLICT)
    return redirect("coaching:place_offer", token)
