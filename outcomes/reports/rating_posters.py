"""The QR code of a link, and the poster that carries it."""

from __future__ import annotations

import io
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import segno
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.documents.pdf import compile_pdf

if TYPE_CHECKING:
    from outcomes.models import RatingLink

_TEMPLATE = Path(__file__).parent.parent / "documents" / "rating_poster.typ"


def qr_svg(address: str) -> str:
    """Black on white with the quiet zone that scanners need; never follows the theme."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=8, border=4, dark="#000", light="#fff", xmldecl=False, svgns=True
    )
    return out.getvalue().decode()


def poster_pdf(link: RatingLink, *, practice: str, paper: str) -> bytes:
    """Return one page, PDF/UA-1. Args: paper: `us-letter` or `a4`."""
    where = link.organization.name if link.owner_id is None else practice
    data = {
        "title": _("How was your visit?"),
        "description": _("A poster with a code to scan"),
        "lang": (get_language() or "en")[:2],
        "paper": paper,
        "practice": practice,
        "where": f"{where}, {link.unit.name}" if link.unit else where,
        "heading": _("How was your visit?"),
        "lead": _("A few short questions, about one minute."),
        "scan": _("Scan the code with your phone, or type the address:"),
        "alt": _("Code that opens %(address)s") % {"address": link.address},
        "lines": [
            _("Nobody learns who you are. We ask no name and keep no time of day."),
            _("It is up to you. Your care does not depend on it."),
        ],
        "url": link.address,
        "qr": qr_svg(link.address),
    }
    at = datetime.combine(link.opens_on, time(), UTC)
    return compile_pdf(template=_TEMPLATE, data=data, at=at)
