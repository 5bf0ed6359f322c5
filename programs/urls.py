from django.urls import path

from programs import credit_urls, dates_urls
from programs.views import (
    badges,
    buddies,
    certificates,
    checks,
    cohort_reports,
    cohort_staff,
    cohort_weeks,
    cohorts,
    commitments,
    draft_parts,
    drafts,
    engagements,
    enrollments,
    exchanges,
    field_logs,
    flags,
    live_slots,
    own_work,
    practice_entries,
    practice_logs,
    practice_tracks,
    program_files,
    progress,
    reflections,
    rosters,
    rubrics,
    safety,
    scenarios,
    shares,
    threads,
)

_OWN = "enrollments/<uuid:enrollment_id>/"
_ITEM = "enrollments/<uuid:enrollment_id>/items/<uuid:item_id>/"

_CERTIFICATE = "certificates/<uuid:certificate_id>/"
_DRAFT = "programs/drafts/<uuid:draft_id>/"
_COHORT = "cohorts/<uuid:cohort_id>/"

app_name = "programs"
urlpatterns = [
    # --- Learn and the player: only ever the learner's own ---
    path("learn/", progress.learn, name="learn"),
    # --- safety of practice ---
    path(
        "enrollments/<uuid:enrollment_id>/before-you-begin/",
        safety.safety_screening,
        name="safety_screening",
    ),
    path(
        "enrollments/<uuid:enrollment_id>/modules/<uuid:module_id>/check-in/",
        safety.practice_check_in,
        name="practice_check_in",
    ),
    path(
        "enrollments/<uuid:enrollment_id>/practice-track/",
        practice_tracks.practice_track,
        name="practice_track",
    ),
    path("concerns/", safety.concern_list, name="concern_list"),
    path("concerns/<uuid:concern_id>/answer/", safety.concern_answer, name="concern_answer"),
    path("qualifications/", safety.qualification_list, name="qualification_list"),
    path(
        "qualifications/<uuid:qualification_id>/revoke/",
        safety.qualification_revoke,
        name="qualification_revoke",
    ),
    # --- end of safety of practice ---
    path(
        "enrollments/<uuid:enrollment_id>/modules/<uuid:module_id>/",
        progress.module_detail,
        name="module_detail",
    ),
    path(_ITEM, progress.item_detail, name="item_detail"),
    path(f"{_ITEM}done/", progress.item_done, name="item_done"),
    path(f"{_ITEM}advance/", progress.item_advance, name="item_advance"),
    path(f"{_ITEM}reflection/", reflections.reflection_save, name="reflection_save"),
    path(f"{_ITEM}entry/", field_logs.field_entry_save, name="field_entry_save"),
    path(f"{_ITEM}answer/", checks.check_answer, name="check_answer"),
    path(f"{_ITEM}practice/start/", practice_logs.practice_start, name="practice_start"),
    path(f"{_ITEM}practice/keep/", practice_logs.practice_keep, name="practice_keep"),
    path(f"{_ITEM}practice/finish/", practice_logs.practice_finish, name="practice_finish"),
    path(f"{_ITEM}practice/log/", practice_logs.practice_log, name="practice_log"),
    path(f"{_ITEM}choice/", scenarios.scenario_choose, name="scenario_choose"),
    path(f"{_ITEM}turn/", scenarios.scenario_turn, name="scenario_turn"),
    path(f"{_ITEM}post/", threads.thread_post_create, name="thread_post_create"),
    path(f"{_ITEM}observer/", rubrics.observation_request, name="observation_request"),
    path(f"{_ITEM}self-rating/", rubrics.observation_rate_self, name="observation_rate_self"),
    path("observations/", rubrics.observation_list, name="observation_list"),
    path(
        "observations/<uuid:observation_id>/",
        rubrics.observation_detail,
        name="observation_detail",
    ),
    # --- sharing, exchanges, own work ---
    path(f"{_ITEM}share/", shares.reflection_share, name="reflection_share"),
    path("shares/<uuid:share_id>/end/", shares.share_end, name="share_end"),
    path("shared/", shares.shared_list, name="shared_list"),
    path("shared/<uuid:share_id>/", shares.shared_reflection, name="shared_reflection"),
    path(f"{_COHORT}exchanges/", exchanges.exchange_list, name="exchange_list"),
    path(
        f"{_COHORT}exchanges/<uuid:item_id>/",
        exchanges.exchange_detail,
        name="exchange_detail",
    ),
    path(f"{_OWN}my-work.json", own_work.own_work_json, name="own_work_json"),
    path(f"{_OWN}my-work.md", own_work.own_work_markdown, name="own_work_markdown"),
    # --- commitments and buddies ---
    path(f"{_ITEM}commitment/", commitments.commitment_make, name="commitment_make"),
    path(
        "commitments/<uuid:commitment_id>/done/",
        commitments.commitment_done,
        name="commitment_done",
    ),
    path(f"{_OWN}buddy/", buddies.buddy, name="buddy"),
    path(f"{_OWN}buddy/ask/", buddies.buddy_ask, name="buddy_ask"),
    path(f"{_OWN}buddy/leave/", buddies.buddy_leave, name="buddy_leave"),
    path(f"{_OWN}buddy/write/", buddies.buddy_write, name="buddy_write"),
    path(f"{_OWN}buddy/report/", buddies.buddy_report, name="buddy_report"),
    path("buddy-reports/", buddies.buddy_report_list, name="buddy_report_list"),
    path(
        "buddy-reports/<uuid:report_id>/answer/",
        buddies.buddy_report_answer,
        name="buddy_report_answer",
    ),
    # --- the practice log ---
    path(
        "enrollments/<uuid:enrollment_id>/practice/",
        practice_entries.practice_list,
        name="practice_list",
    ),
    path(
        "enrollments/<uuid:enrollment_id>/practice/share/",
        practice_entries.practice_share,
        name="practice_share",
    ),
    path(
        "practice-logs/<uuid:log_id>/remove/",
        practice_entries.practice_remove,
        name="practice_remove",
    ),
    path(
        "practice-logs/<uuid:log_id>/restore/",
        practice_entries.practice_restore,
        name="practice_restore",
    ),
    # --- end of Learn and the player ---
    # --- Certificates and badges ---
    path("certificates/", certificates.certificate_list, name="certificate_list"),
    path(f"{_CERTIFICATE}pdf/", certificates.certificate_file, name="certificate_file"),
    path(f"{_CERTIFICATE}badge/", certificates.certificate_badge, name="certificate_badge"),
    path(f"{_CERTIFICATE}revoke/", certificates.certificate_revoke, name="certificate_revoke"),
    path("verify/<str:code>/", certificates.certificate_verify, name="certificate_verify"),
    path(".well-known/did.json", badges.badge_issuer, name="badge_issuer"),
    path("badges/revoked.jwt", badges.badge_status_list, name="badge_status_list"),
    path("badges/<slug:slug>/<str:version>", badges.badge_achievement, name="badge_achievement"),
    path("settings/badge-keys/", badges.badge_keys, name="badge_keys"),
    *credit_urls.urlpatterns,
    # --- end of certificates and badges ---
    # --- Contracts, cohorts, rosters, people: staff of the practice ---
    path(
        "organizations/<uuid:organization_id>/engagements/new/",
        engagements.engagement_create,
        name="engagement_create",
    ),
    path(
        "engagements/<uuid:engagement_id>/", engagements.engagement_detail, name="engagement_detail"
    ),
    path(
        "engagements/<uuid:engagement_id>/edit/",
        engagements.engagement_edit,
        name="engagement_edit",
    ),
    path(
        "engagements/<uuid:engagement_id>/cohorts/new/",
        cohorts.cohort_create,
        name="cohort_create",
    ),
    *dates_urls.urlpatterns,
    path("cohorts/", cohorts.cohort_list, name="cohort_list"),
    path(_COHORT, cohorts.cohort_detail, name="cohort_detail"),
    # --- the whole report ---
    path(
        f"{_COHORT}progress/",
        cohort_reports.cohort_progress_report,
        name="cohort_progress_report",
    ),
    path(f"{_COHORT}progress.csv", cohort_reports.cohort_progress_csv, name="cohort_progress_csv"),
    path(
        f"{_COHORT}progress.xlsx", cohort_reports.cohort_progress_xlsx, name="cohort_progress_xlsx"
    ),
    path(f"{_COHORT}steps.csv", cohort_reports.cohort_steps_csv, name="cohort_steps_csv"),
    path(
        f"api/{_COHORT}progress/", cohort_reports.cohort_progress_json, name="cohort_progress_json"
    ),
    # --- end of the whole report ---
    path(f"{_COHORT}edit/", cohorts.cohort_edit, name="cohort_edit"),
    path(f"{_COHORT}open/", cohorts.cohort_open, name="cohort_open"),
    path(f"{_COHORT}close/", cohorts.cohort_close, name="cohort_close"),
    path(f"{_COHORT}staff/", cohort_staff.cohort_staff, name="cohort_staff"),
    path(
        "cohort-staff/<uuid:staff_id>/end/", cohort_staff.cohort_staff_end, name="cohort_staff_end"
    ),
    path(f"{_COHORT}sessions/", live_slots.live_slot_list, name="live_slot_list"),
    path(f"{_COHORT}sessions/plan/<slug:key>/", live_slots.live_slot_plan, name="live_slot_plan"),
    path("live-sessions/<uuid:slot_id>/", live_slots.live_slot_edit, name="live_slot_edit"),
    path(
        "live-sessions/<uuid:slot_id>/cancel/", live_slots.live_slot_cancel, name="live_slot_cancel"
    ),
    path(
        "live-sessions/<uuid:slot_id>/attendance/",
        live_slots.live_slot_attendance,
        name="live_slot_attendance",
    ),
    path(f"{_COHORT}roster/", rosters.roster_upload, name="roster_upload"),
    path("rosters/<uuid:roster_id>/", rosters.roster_detail, name="roster_detail"),
    path("rosters/<uuid:roster_id>/map/", rosters.roster_map, name="roster_map"),
    path("rosters/<uuid:roster_id>/check/", rosters.roster_check, name="roster_check"),
    path("rosters/<uuid:roster_id>/commit/", rosters.roster_commit, name="roster_commit"),
    path("rosters/<uuid:roster_id>/rows.csv", rosters.roster_errors_csv, name="roster_errors_csv"),
    path(f"{_COHORT}people/new/", enrollments.enrollment_create, name="enrollment_create"),
    path(
        "enrollments/<uuid:enrollment_id>/", enrollments.enrollment_detail, name="enrollment_detail"
    ),
    path(
        "enrollments/<uuid:enrollment_id>/withdraw/",
        enrollments.enrollment_withdraw,
        name="enrollment_withdraw",
    ),
    path(
        "enrollments/<uuid:enrollment_id>/extend/",
        enrollments.enrollment_extend,
        name="enrollment_extend",
    ),
    path(f"{_COHORT}weeks/", cohort_weeks.cohort_weeks, name="cohort_weeks"),
    path(f"{_COHORT}flags/", flags.flag_list, name="flag_list"),
    path(f"{_COHORT}note/", flags.nudge_create, name="nudge_create"),
    path("enrollments/<uuid:enrollment_id>/flags/", flags.flag_update, name="flag_update"),
    # --- end of contracts, cohorts, rosters, people ---
    # --- Programs written in the browser ---
    path("programs/", drafts.program_list, name="program_list"),
    path("programs/new/", drafts.program_create, name="program_create"),
    path(
        "program-versions/<uuid:version_id>/draft/",
        drafts.program_draft_create,
        name="program_draft_create",
    ),
    path(_DRAFT, drafts.program_draft, name="program_draft"),
    path(f"{_DRAFT}arrange/", drafts.program_draft_arrange, name="program_draft_arrange"),
    path(f"{_DRAFT}part/", draft_parts.program_draft_part, name="program_draft_part"),
    path(f"{_DRAFT}preview/", draft_parts.program_draft_preview, name="program_draft_preview"),
    path(f"{_DRAFT}publish/", drafts.program_draft_publish, name="program_draft_publish"),
    path(f"{_DRAFT}discard/", drafts.program_draft_discard, name="program_draft_discard"),
    path("programs/upload/", program_files.program_import, name="program_import"),
    path(
        "program-versions/<uuid:version_id>/download/",
        program_files.program_export,
        name="program_export",
    ),
    path(f"{_DRAFT}map/", program_files.program_draft_map, name="program_draft_map"),
    path(f"{_DRAFT}twee/", program_files.program_draft_twee, name="program_draft_twee"),
    # --- end of programs written in the browser ---
]
