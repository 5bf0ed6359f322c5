from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    name = "outcomes"

    def ready(self) -> None:
        from accounts.kinds import register_organization_panel
        from outcomes.notices import releases, report_schedules, surveys
        from outcomes.reports.indicator_lists import indicator_panel

        register_organization_panel("outcomes.indicators", indicator_panel)
        releases.register_kinds()
        report_schedules.register_kinds()
        surveys.register_kinds()
