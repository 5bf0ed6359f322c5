from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import notices, receivers  # noqa: F401  # receivers connect themselves

        notices.register_kinds()
