"""Addresses of continuing-education credit: the learner's, and the owner's."""

from __future__ import annotations

from django.urls import path

from programs.views import credit_claims

urlpatterns = [
    path(
        "enrollments/<uuid:enrollment_id>/credit/",
        credit_claims.credit_claim,
        name="credit_claim",
    ),
    path("credit/identity/", credit_claims.credit_identity, name="credit_identity"),
    path(
        "credit/identity/forget/",
        credit_claims.credit_identity_forget,
        name="credit_identity_forget",
    ),
]
