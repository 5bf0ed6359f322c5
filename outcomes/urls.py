from django.urls import path

from outcomes.views import (
    allocations,
    check_ins,
    dashboards,
    deterioration,
    indicators,
    organization_pages,
    outcomes_compared,
    questionnaires,
    rating_links,
    ratings,
    releases,
    report_schedules,
    reports,
    waves,
)

app_name = "outcomes"
urlpatterns = [
    path("", dashboards.today, name="today"),
    path("practice/", dashboards.consultant_today, name="consultant_today"),
    path("practice/changes-for-the-worse/", deterioration.worse_changes, name="worse_changes"),
    path("progress/", dashboards.progress, name="progress"),
    path(
        "what-my-organization-sees/",
        organization_pages.organization_view,
        name="organization_view",
    ),
    path("organization/", dashboards.overview, name="overview"),
    path("organization/people/", organization_pages.people, name="people"),
    path(
        "organization/what-we-see/",
        organization_pages.disclosure_detail,
        name="disclosure_detail",
    ),
    path("reports/cohorts/<uuid:cohort_id>/", reports.cohort_report, name="cohort_report"),
    path(
        "reports/cohorts/<uuid:cohort_id>/report.csv",
        reports.cohort_report_csv,
        name="cohort_report_csv",
    ),
    # Rounds of a cohort
    path("cohorts/<uuid:cohort_id>/surveys/", waves.wave_list, name="wave_list"),
    path("cohorts/<uuid:cohort_id>/surveys/new/", waves.wave_plan, name="wave_plan"),
    path("cohorts/<uuid:cohort_id>/surveys/usual/", waves.wave_standard, name="wave_standard"),
    path("cohorts/<uuid:cohort_id>/surveys/beside/", waves.wave_beside, name="wave_beside"),
    path(
        "cohorts/<uuid:cohort_id>/surveys/answers.xlsx", waves.wave_analysis, name="wave_analysis"
    ),
    path("surveys/<uuid:wave_id>/", waves.wave, name="wave"),
    path("surveys/<uuid:wave_id>/open/", waves.wave_open, name="wave_open"),
    path("surveys/<uuid:wave_id>/close/", waves.wave_close, name="wave_close"),
    path("surveys/<uuid:wave_id>/delete/", waves.wave_drop, name="wave_drop"),
    # Releases
    path(
        "organizations/<uuid:organization_id>/reports/",
        report_schedules.report_list,
        name="report_list",
    ),
    path("surveys/<uuid:wave_id>/release/", releases.wave_release, name="wave_release"),
    path("organization/outcomes/", releases.outcome_list, name="outcome_list"),
    path(
        "organization/outcomes/compare/",
        outcomes_compared.outcomes_compared,
        name="outcomes_compared",
    ),
    path("outcomes/<uuid:release_id>/", releases.outcome_report, name="outcome_report"),
    path(
        "outcomes/<uuid:release_id>/report.csv",
        releases.outcome_report_csv,
        name="outcome_report_csv",
    ),
    path(
        "outcomes/<uuid:release_id>/report.xlsx",
        releases.outcome_report_xlsx,
        name="outcome_report_xlsx",
    ),
    path(
        "outcomes/<uuid:release_id>/report.pdf",
        releases.outcome_report_pdf,
        name="outcome_report_pdf",
    ),
    # Questionnaires
    path("questionnaires/", questionnaires.questionnaire_list, name="questionnaire_list"),
    path("questionnaires/new/", questionnaires.questionnaire_new, name="questionnaire_new"),
    path(
        "questionnaires/<uuid:instrument_id>/", questionnaires.questionnaire, name="questionnaire"
    ),
    path(
        "questionnaires/<uuid:instrument_id>/permission/",
        questionnaires.questionnaire_permission,
        name="questionnaire_permission",
    ),
    path(
        "questionnaire-permissions/<uuid:grant_id>/end/",
        questionnaires.questionnaire_permission_end,
        name="questionnaire_permission_end",
    ),
    path(
        "questionnaires/<uuid:instrument_id>/revise/",
        questionnaires.questionnaire_revise,
        name="questionnaire_revise",
    ),
    path(
        "questionnaire-drafts/<uuid:questionnaire_draft_id>/",
        questionnaires.questionnaire_draft,
        name="questionnaire_draft",
    ),
    path(
        "questionnaire-drafts/<uuid:questionnaire_draft_id>/change/",
        questionnaires.questionnaire_change,
        name="questionnaire_change",
    ),
    path(
        "questionnaire-drafts/<uuid:questionnaire_draft_id>/preview/",
        questionnaires.questionnaire_preview,
        name="questionnaire_preview",
    ),
    path(
        "questionnaire-drafts/<uuid:questionnaire_draft_id>/questions/<slug:question>/",
        questionnaires.questionnaire_question,
        name="questionnaire_question",
    ),
    # Check-ins
    path("check-in/<uuid:wave_id>/", check_ins.check_in, name="check_in"),
    path(
        "check-in/<uuid:wave_id>/<int:number>/",
        check_ins.check_in_question,
        name="check_in_question",
    ),
    path("check-in/<uuid:wave_id>/review/", check_ins.check_in_review, name="check_in_review"),
    path(
        "check-in/<uuid:wave_id>/withdraw/",
        check_ins.check_in_withdraw,
        name="check_in_withdraw",
    ),
    path("check-in/<uuid:wave_id>/share/", check_ins.check_in_share, name="check_in_share"),
    # Indicators
    path("organization/indicators/", indicators.own_indicators, name="own_indicators"),
    path(
        "organizations/<uuid:organization_id>/indicators/",
        indicators.indicator_list,
        name="indicator_list",
    ),
    path(
        "organizations/<uuid:organization_id>/indicators/upload/",
        indicators.indicator_upload,
        name="indicator_upload",
    ),
    path(
        "organizations/<uuid:organization_id>/indicators/template.csv",
        indicators.indicator_template,
        name="indicator_template",
    ),
    path(
        "organizations/<uuid:organization_id>/indicators/<slug:indicator>/",
        indicators.indicator_detail,
        name="indicator_detail",
    ),
    path(
        "organizations/<uuid:organization_id>/indicators/<slug:indicator>/figures.csv",
        indicators.indicator_csv,
        name="indicator_csv",
    ),
    path(
        "organizations/<uuid:organization_id>/indicators/<slug:indicator>/figures.xlsx",
        indicators.indicator_xlsx,
        name="indicator_xlsx",
    ),
    path(
        "organizations/<uuid:organization_id>/indicators/<slug:indicator>/chart.pdf",
        indicators.indicator_pdf,
        name="indicator_pdf",
    ),
    path(
        "indicator-uploads/<uuid:upload_id>/",
        indicators.indicator_upload_detail,
        name="indicator_upload_detail",
    ),
    path(
        "engagements/<uuid:engagement_id>/indicators/",
        indicators.indicator_choices,
        name="indicator_choices",
    ),
    # Starts by lot
    path("engagements/<uuid:engagement_id>/lots/", allocations.lot_list, name="lot_list"),
    # Patients
    path("r/<str:rating_token>/", ratings.rating, name="rating"),
    path("r/<str:rating_token>/thanks/", ratings.rating_thanks, name="rating_thanks"),
    path(
        "organizations/<uuid:organization_id>/ratings/",
        rating_links.rating_links,
        name="rating_links",
    ),
    path("my-ratings/", rating_links.own_ratings, name="own_ratings"),
    path(
        "rating-links/<uuid:link_id>/", rating_links.rating_link_detail, name="rating_link_detail"
    ),
    path(
        "rating-links/<uuid:link_id>/revoke/",
        rating_links.rating_link_revoke,
        name="rating_link_revoke",
    ),
    path("rating-links/<uuid:link_id>/qr.svg", rating_links.rating_qr, name="rating_qr"),
    path(
        "rating-links/<uuid:link_id>/poster-<slug:paper>.pdf",
        rating_links.rating_poster,
        name="rating_poster",
    ),
]
