from django.apps import AppConfig


class CoachingConfig(AppConfig):
    name = "coaching"

    def ready(self) -> None:
        from coaching import notices, receivers  # noqa: F401  # registers what others send us

        notices.register_kinds()
