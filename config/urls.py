"""Every URL of the site, app by app."""

from django.contrib import admin
from django.urls import include, path

from core.health import healthz, readyz

urlpatterns = [
    path("healthz/", healthz, name="healthz"),
    path("readyz/", readyz, name="readyz"),
    path("auth/", include("allauth.account.urls")),
    path("", include("outcomes.urls")),
    path("", include("accounts.urls")),
    path("", include("programs.urls")),
    path("", include("coaching.urls")),
    path("mail/", include("notifications.urls")),
    path("admin/", admin.site.urls),
]
