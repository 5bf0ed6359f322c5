from django.urls import path

from programs.views import (
    checks,
    field_logs,
    practice_logs,
    progress,
    reflections,
    rubrics,
    scenarios,
    threads,
)

_ITEM = "enrollments/<uuid:enrollment_id>/items/<uuid:item_id>/"

app_name = "programs"
urlpatterns = [
    # --- Learn and the player: only ever the learner's own ---
    path("learn/", progress.learn, name="learn"),
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
    path(f"{_ITEM}practice/finish/", practice_logs.practice_finish, name="practice_finish"),
    path(f"{_ITEM}practice/log/", practice_logs.practice_log, name="practice_log"),
    path(f"{_ITEM}choice/", scenarios.scenario_choose, name="scenario_choose"),
    path(f"{_ITEM}turn/", scenarios.scenario_turn, name="scenario_turn"),
    path(f"{_ITEM}post/", threads.thread_post_create, name="thread_post_create"),
    path(f"{_ITEM}observer/", rubrics.observation_request, name="observation_request"),
    path("observations/", rubrics.observation_list, name="observation_list"),
    path(
        "observations/<uuid:observation_id>/",
        rubrics.observation_detail,
        name="observation_detail",
    ),
    # --- end of Learn and the player ---
]
