"""A template and its facts, set as a PDF: with the house's own typeface, no clock and no network."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rasure.errors import Unavailable
from rasure.reports import ink

FONTS = Path(__file__).resolve().parents[1] / "web" / "assets" / "fonts"
#: What every template is given beside its facts.
_INK = {
    "font": ink.FONT,
    "chrome": ink.CHROME,
    "chrome_text": ink.CHROME_TEXT,
    "ink": ink.INK,
    "muted": ink.MUTED,
    "line": ink.LINE,
}


def pdf(template: Path, facts: Mapping[str, Any], *, what: str, made_at: int) -> bytes:
    """Return a PDF, tagged for screen readers; `what` names it if it fails, `made_at` (s since 1970) is its date.

    Raises
    ------
    Unavailable
        The template cannot be set from these facts.
    """
    import typst

    try:
        return typst.compile(
            template,
            format="pdf",
            font_paths=[FONTS],
            ignore_system_fonts=True,
            sys_inputs={"facts": json.dumps({**facts, "ink": _INK})},
            timestamp=made_at,
        )
    except typst.TypstError as error:
        raise Unavailable(f"{what} could not be set: {error}.") from error
