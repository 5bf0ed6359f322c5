from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "coaching"

    def ready(self) -> None:
        from coaching import receivers  # noqa: F401  # registers what others send us
        from coaching.notices import bookings, groups, reminders
        from coaching.services.rotas import sleep_spans
        from notifications.services.quiet import register_quiet

        bookings.register_kinds()
        groups.register_kinds()
        reminders.register_kinds()
        register_quiet(sleep_spans)
