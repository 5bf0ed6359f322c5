from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "coaching"

    def ready(self) -> None:
        from coaching import receivers  # noqa: F401  # registers what others send us
        from coaching.notices import bookings, groups, reminders

        bookings.register_kinds()
        groups.register_kinds()
        reminders.register_kinds()
