from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Listed among the apps for its commands (seed_demo)."""

    name = "config"
