"""Every URL of the site, app by app."""

from django.contrib import admin
from django.urls import include, path

from core.health import healthz, readyz
from core.help_page import help_page
from core.styleguide import styleguide

urlpatterns = [
    path("healthz/", healthz, name="healthz"),
    path("readyz/", readyz, name="readyz"),
    path("help/", help_page, name="help_page"),
    path("styleguide/", styleguide, name="styleguide"),
    path("auth/", include("allauth.account.urls")),
    path("", include("outcomes.urls")),
    path("", include("accounts.urls")),
    path("", include("programs.urls")),
    path("", include("coaching.urls")),
    path("mail/", include("notifications.urls")),
    path("admin/", admin.site.urls),
]
