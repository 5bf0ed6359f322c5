from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from core.health import FACTS
        from notifications.backends.numbers import register_number
        from notifications.notices import register_kinds
        from notifications.services.outbox import oldest_due_s, seconds_since_pass
        from notifications.services.phones import number_of
        from notifications.services.watch import last_repairs, message_counts, open_circuits

        register_number(number_of)
        register_kinds()

        FACTS.add("oldest_due_message_s", oldest_due_s)
        FACTS.add("last_dispatch_s", seconds_since_pass)
        FACTS.add("messages", message_counts)
        FACTS.add("open_circuits", open_circuits)
        FACTS.add("message_repairs", last_repairs)
