"""Addresses of continuing-education credit: the learner's, and the owner's."""

from __future__ import annotations

from django.urls import path

from programs.views import credit_claims, credit_exports, credit_offers

_OFFER = "settings/credit/offers/<uuid:credit_offer_id>/"

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
    # --- The owner's ---
    path("settings/credit/", credit_offers.credit_offer_list, name="credit_offer_list"),
    path(
        "settings/credit/offers/new/",
        credit_offers.credit_offer_create,
        name="credit_offer_create",
    ),
    path(_OFFER, credit_offers.credit_offer_detail, name="credit_offer_detail"),
    path(f"{_OFFER}enable/", credit_offers.credit_offer_enable, name="credit_offer_enable"),
    path(f"{_OFFER}end/", credit_offers.credit_offer_end, name="credit_offer_end"),
    path("settings/credit/rules/", credit_offers.credit_rule_list, name="credit_rule_list"),
    path(
        "settings/credit/claims/<uuid:claim_id>/",
        credit_offers.credit_claim_take_back,
        name="credit_claim_take_back",
    ),
    path("settings/credit/registry/", credit_exports.credit_export_list, name="credit_export_list"),
    path(
        "settings/credit/registry.csv", credit_exports.credit_export_csv, name="credit_export_csv"
    ),
    path(
        "settings/credit/registry.xlsx",
        credit_exports.credit_export_xlsx,
        name="credit_export_xlsx",
    ),
    path(
        "settings/credit/registry/accepted/",
        credit_exports.credit_export_accept,
        name="credit_export_accept",
    ),
    path(
        "settings/credit/registry/<uuid:line_id>/",
        credit_exports.credit_export_answer,
        name="credit_export_answer",
    ),
]
