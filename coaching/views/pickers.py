"""The page with the free times of one enrollment. Nothing is computed before it is drawn."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.http import AuthenticatedRequest
from accounts.models import User
from coaching.engine.policies import CLINICAL_DUTY, Policy
from coaching.forms.bookings import SlotForm
from coaching.models import CoachingSession, SessionType, TimeRequest
from coaching.reports.groups import GroupPlace, group_places
from coaching.services.booking_policies import resolve_policy
from coaching.services.coach_choice import coaches_for
from coaching.views.slot_pages import SlotPage, slot_page
from programs.models import Cohort, Enrollment


def own_enrollment(request: AuthenticatedRequest, enrollment_id: UUID) -> Enrollment:
    """The viewer's own place in a program; else 404."""
    return get_object_or_404(
        Enrollment.objects.owned_by(request.user)
        .live()
        .select_related("cohort__engagement", "clinician", "coach"),
        public_id=enrollment_id,
    )


def staffed_enrollment(request: AuthenticatedRequest, enrollment_id: UUID) -> Enrollment:
    """The place of somebody whose cohort the viewer staffs or manages; never one's own."""
    return get_object_or_404(
        Enrollment.objects.visible_to(request.user)
        .live()
        .filter(cohort__in=Cohort.objects.visible_to(request.user))
        .exclude(clinician=request.user)
        .select_related("cohort__engagement__organization", "clinician", "coach"),
        public_id=enrollment_id,
    )


class Picker:
    """Which times to show: `?type=` of meeting, `?coach=`, `?day=`; see `slot_page`."""

    def __init__(
        self, request: AuthenticatedRequest, *, enrollment: Enrollment, now: datetime
    ) -> None:
        self.request, self.enrollment, self.now = request, enrollment, now

    @cached_property
    def types(self) -> list[SessionType]:
        return list(SessionType.objects.visible_to(self.request.user).bookable())

    @cached_property
    def session_type(self) -> SessionType | None:
        wanted = self.request.GET.get("type")
        chosen = next((kind for kind in self.types if str(kind.public_id) == wanted), None)
        return chosen or next(iter(self.types), None)

    @property
    def offered(self) -> SessionType:
        if self.session_type is None:
            raise Http404  # the practice has opened nothing yet
        return self.session_type

    @cached_property
    def coaches(self) -> list[User]:
        return list(coaches_for(self.enrollment))

    @cached_property
    def coach(self) -> User | None:
        """Whose times to show: `?coach=` one of the cohort's or "any"; else one's own coach."""
        wanted, coaches = self.request.GET.get("coach", ""), self.coaches
        if wanted == "any" or not coaches:
            return None
        own = next((coach for coach in coaches if coach.pk == self.enrollment.coach_id), None)
        only = coaches[0] if len(coaches) == 1 else None
        return next((coach for coach in coaches if str(coach.public_id) == wanted), own or only)

    @cached_property
    def groups(self) -> list[GroupPlace]:
        return group_places(
            enrollment=self.enrollment,
            sessions=CoachingSession.objects.visible_to(self.request.user),
            now=self.now,
        )

    def page(self, near: datetime | None = None) -> SlotPage:
        return slot_page(
            self.request,
            enrollment=self.enrollment,
            session_type=self.offered,
            now=self.now,
            coach=self.coach,
            near=near,
            coaches=self.coaches,
            policy=self.policy,
        )

    @cached_property
    def policy(self) -> Policy:
        return resolve_policy(
            engagement=self.enrollment.cohort.engagement, session_type=self.offered
        )

    def context(self, form: SlotForm, near: datetime | None = None) -> dict[str, Any]:
        """What the template needs.

        Args:
            near: show the day of this time, unless another was chosen.
        """
        page = self.page(near)
        form.offer(page.choices)
        return {
            "enrollment": self.enrollment,
            "groups": self.groups,
            "form": form,
            "page": page,
            "session_type": self.session_type,
            "types": self.types,
            "coaches": self.coaches,
            "policy": self.policy,
            "duty_is_free": not self.policy.debits(CLINICAL_DUTY),
            "asked": TimeRequest.objects.owned_by(self.request.user)
            .filter(enrollment=self.enrollment)
            .open()
            .first(),
        }
