"""PDF by typst: a fixed template of ours, and data that enters as JSON, never as source.

Every document meets PDF/UA-1 (ISO 14289-1): typst refuses one that lacks a title, a language or
the words for a picture. Fonts are ours alone, so a machine's own change nothing.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

_HERE = Path(__file__).parent
FONTS = _HERE / "fonts"


def compile_pdf(*, template: Path, data: dict[str, Any], at: datetime) -> bytes:
    """Return the PDF that `template` makes of `data`.

    Args:
        template: a `.typ` file; it reads `json(bytes(sys.inputs.data))` and may import files beside it.
        data: JSON-able; text of any kind, shown as it is.
        at: written into the document as its date, so that the same data gives the same bytes.

    Raises:
        typst.TypstError: the template is wrong, or breaks a rule of PDF/UA-1.
    """
    return typst.compile(
        input=str(template),
        root=str(template.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=int(at.timestamp()),
    )
