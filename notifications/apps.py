from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from core.health import FACTS
        from notifications.services.outbox import oldest_due_s, seconds_since_pass

        FACTS.add("oldest_due_message_s", oldest_due_s)
        FACTS.add("last_dispatch_s", seconds_since_pass)
