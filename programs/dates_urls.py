"""Addresses of dates, editions and groups of a cohort; part of programs/urls.py."""

from django.urls import path

from programs.views import closed_days, cohort_editions, cohort_groups, enrollment_moves, schedules

_COHORT = "cohorts/<uuid:cohort_id>/"

urlpatterns = [
    path(f"{_COHORT}schedule/", schedules.schedule_list, name="schedule_list"),
    path(f"{_COHORT}schedule/follow/", schedules.schedule_follow, name="schedule_follow"),
    path(f"{_COHORT}schedule/extend/", schedules.schedule_extend, name="schedule_extend"),
    path("schedule/<uuid:row_id>/", schedules.schedule_edit, name="schedule_edit"),
    path("schedule/<uuid:row_id>/rule/", schedules.schedule_reset, name="schedule_reset"),
    path(f"{_COHORT}closed-days/", closed_days.closed_days, name="closed_days"),
    path(f"{_COHORT}closed-days/weekends/", closed_days.closed_weekends, name="closed_weekends"),
    path(
        "closed-days/<uuid:blackout_id>/open/",
        closed_days.closed_days_remove,
        name="closed_days_remove",
    ),
    path(f"{_COHORT}version/", cohort_editions.cohort_edition, name="cohort_edition"),
    path(
        f"{_COHORT}version/<uuid:version_id>/text/", cohort_editions.cohort_text, name="cohort_text"
    ),
    path(
        f"{_COHORT}version/<uuid:version_id>/move/",
        cohort_editions.cohort_migrate,
        name="cohort_migrate",
    ),
    path(f"{_COHORT}small-groups/", cohort_groups.cohort_groups, name="cohort_groups"),
    path(
        "small-groups/<uuid:small_group_id>/",
        cohort_groups.cohort_group_edit,
        name="cohort_group_edit",
    ),
    path(
        "enrollments/<uuid:enrollment_id>/group/",
        enrollment_moves.enrollment_group,
        name="enrollment_group",
    ),
    path(
        "enrollments/<uuid:enrollment_id>/transfer/",
        enrollment_moves.enrollment_transfer,
        name="enrollment_transfer",
    ),
    path(
        "enrollments/<uuid:enrollment_id>/void/",
        enrollment_moves.enrollment_void,
        name="enrollment_void",
    ),
]
