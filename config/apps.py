from django.apps import AppConfig
from django.contrib.admin import apps


class ConfigConfig(AppConfig):
    """Listed among the apps for its commands (seed_demo)."""

    name = "config"


class AdminConfig(apps.AdminConfig):
    default_site = "config.admin_site.SuperuserSite"
