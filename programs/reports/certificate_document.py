"""A certificate as a PDF: what was printed stays as it was printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.documents.pdf import compile_pdf

if TYPE_CHECKING:
    from programs.models import Certificate

_TEMPLATE = Path(__file__).parent.parent / "documents" / "certificate.typ"


def certificate_pdf(certificate: Certificate, *, paper: str = "us-letter") -> bytes:
    """Return one page, PDF/UA-1. Args: paper: `us-letter` or `a4`."""
    return compile_pdf(
        template=_TEMPLATE, data=certificate_data(certificate, paper), at=certificate.issued_at
    )


def certificate_data(certificate: Certificate, paper: str) -> dict[str, Any]:
    """What the page says, as JSON; the verify page says the same."""
    return {
        "title": _("Certificate: %(program)s") % {"program": certificate.program_title},
        "description": _("Given to %(name)s by %(practice)s")
        % {"name": certificate.holder_name, "practice": certificate.practice_name},
        "lang": (get_language() or "en")[:2],
        "paper": paper,
        "practice": certificate.practice_name,
        "heading": _("Certificate of completion"),
        "given_to": _("Given to"),
        "holder": certificate.holder_name,
        "for_completing": _("who completed"),
        "program": certificate.program_title,
        "lines": [completed_words(certificate), *credit_lines(certificate)],
        "foot": [_("Anybody can check this certificate here:")],
        "url": f"{settings.SITE_URL}{certificate.get_absolute_url()}",
    }


def completed_words(certificate: Certificate) -> str:
    return _("Completed on %(day)s (edition %(edition)s).") % {
        "day": date_format(certificate.completed_on, "j F Y"),
        "edition": certificate.program_version,
    }


def credit_lines(certificate: Certificate) -> list[str]:
    """What was awarded, or that its holder took part; else that there is no credit."""
    if not certificate.credit_words:
        return [_("Completion, no continuing-education credit.")]
    return [str(line) for line in certificate.credit_words]
