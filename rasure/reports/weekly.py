"""The weekly summary as a PDF for the table: A4, readable with no network and by a screen reader.

The two charts are those of the page, from the same shapes. The same facts give the same bytes: no clock, no chance and
no font of the machine takes part.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from rasure import shapes
from rasure.reports import ink, typesetting
from rasure.reports.mark import KINDS, Mark
from rasure.terms import StoreClass

_TEMPLATE = Path(__file__).with_name("weekly.typ")
_COLOURS = {
    **{"accent": ink.ACCENT, "ink": ink.INK, "muted": ink.MUTED, "line": ink.LINE, "ground": ink.GROUND},
    "neutral": ink.MAIN_ROAD,
}
_TREND_PX, _RANGES_PX, _ROW_PX = (380, 310), 270, 26
_EXPLAINED = {
    "hot_spots": "Hot spots page",
    "patrols": "Patrols page",
    "people": "People page",
    "command": "Command page",
}


def render(facts: Mapping[str, Any]) -> bytes:
    """Return the summary of `weekly_report.facts` as a PDF, tagged for screen readers."""
    return typesetting.pdf(_TEMPLATE, page(facts), what=f"The summary of {facts['week']}", made_at=0)


def page(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return every word and picture of the paper, as the template takes them."""
    return {
        **{name: facts[name] for name in _SAID},
        "product": "Rasure – weekly command summary",
        "banner": KINDS[StoreClass(facts["store_class"])],
        "things": [
            {"title": one["title"], "text": one["text"], "page": _EXPLAINED[one["page"]]} for one in facts["things"]
        ],
        "trend": picture(shapes.band(), facts["trend"], *_TREND_PX),
        "trend_alt": "; ".join(row["said"] for row in facts["trend"][-4:]),
        "ranges": _ranges(facts["ranges"]),
        "ranges_alt": "; ".join(f"{row['label']} {row['words']}" for row in facts["ranges"]),
        "trace_line": " · ".join(filter(None, [facts["prepared_for"], facts["areas"], facts["trace"], facts["fresh"]])),
    }


def mark(facts: Mapping[str, Any]) -> Mark:
    """Return what a file of the figures says of itself; nothing in it changes with the day it is made on."""
    kind = KINDS[StoreClass(facts["store_class"])]
    said = (("Kind of data", kind), ("Week", facts["week"]), ("Areas", facts["areas"]), ("Shown", facts["where"]))
    return Mark(facts["marking"], (*said, ("Prepared for", facts["prepared_for"]), ("Data", facts["fresh"])))


_SAID = (
    *("marking", "where", "week", "title", "notes", "figures", "delivered", "april", "log"),
    *("trend_title", "trend_subtitle", "ranges_title", "ranges_subtitle", "prepared_for"),
)


def picture(shape: shapes.Shape, rows: list[dict[str, Any]], width_px: int, height_px: int) -> str:
    """Return a chart as SVG, its letters in the house's typeface."""
    import vl_convert

    _fonts()
    spec = shapes.coloured(shape, _COLOURS) | {
        "data": {"values": rows},
        "width": width_px,
        "height": height_px,
        "padding": 2,
        "config": {
            "background": "transparent",
            "font": ink.FONT,
            "axis": {"labelColor": ink.MUTED, "gridColor": ink.LINE},
            "view": {"stroke": None},
        },
    }
    svg: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return svg


@cache
def _fonts() -> None:
    """Let the converter measure letters by the house's own fonts and no others it might find first."""
    import vl_convert

    vl_convert.register_font_directory(str(typesetting.FONTS))


def _ranges(rows: list[dict[str, Any]]) -> str | None:
    if not rows:
        return None
    return picture(shapes.ranges(rows[0]["room"]), rows, _RANGES_PX, _ROW_PX * len(rows))
