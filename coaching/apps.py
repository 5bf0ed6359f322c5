from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "coaching"

    def ready(self) -> None:
        from coaching import receivers  # noqa: F401  # registers what others send us
        from coaching.notices import bookings, groups, reminders
        from coaching.services.conflicts import kept_apart_from
        from coaching.services.rotas import sleep_spans
        from notifications.services.quiet import register_quiet
        from programs.services.hierarchy import register_guard

        bookings.register_kinds()
        groups.register_kinds()
        reminders.register_kinds()
        register_quiet(sleep_spans)
        register_guard(kept_apart_from)
