"""PDF by typst: a fixed template of ours, and data that enters as JSON, never as source.

Every document meets PDF/UA-1 (ISO 14289-1): typst refuses one that lacks a title, a language or
the words for a picture. Fonts are ours alone, so a machine's own change nothing.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.http import HttpResponse
from django.utils.text import slugify

_HERE = Path(__file__).parent
FONTS = _HERE / "fonts"
_UNDISPLAYED = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_MISSING_SIGNS = 40  # after that many all signs beyond ASCII go


def compile_pdf(*, template: Path, data: dict[str, Any], at: datetime) -> bytes:
    """Return the PDF that `template` makes of `data`.

    Args:
        template: a `.typ` file; it reads `json(bytes(sys.inputs.data))` and may import files beside it.
        data: JSON-able; text of any kind, shown as it is. A sign that no font has becomes "?":
            PDF/UA-1 refuses an empty box, and one name must not cost the whole document.
        at: written into the document as its date, so that the same data gives the same bytes.

    Raises:
        typst.TypstError: the template is wrong, or breaks a rule of PDF/UA-1.
    """
    text = json.dumps(data, ensure_ascii=False)
    for _attempt in range(_MISSING_SIGNS):
        try:
            return _compile(template, text, at)
        except typst.TypstError as error:
            missing = _UNDISPLAYED.search(str(error))
            if missing is None:
                raise
            for sign in set(missing[1]) - {"?"}:
                text = text.replace(sign, "?")
    return _compile(template, "".join(x if x.isascii() else "?" for x in text), at)


def _compile(template: Path, data: str, at: datetime) -> bytes:
    return typst.compile(
        input=str(template),
        root=str(template.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": data},
        pdf_standards="ua-1",
        timestamp=int(at.timestamp()),
    )


def pdf_response(*, name: str, body: bytes) -> HttpResponse:
    """A PDF to keep, named `name` as far as a file can be; no cache keeps it."""
    return HttpResponse(
        body,
        headers={
            "Content-Type": "application/pdf",
            "Content-Disposition": f'attachment; filename="{slugify(name) or "document"}.pdf"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store, private",
        },
    )
