"""The one-page briefing of a place in IIMARCH order, as a PDF that can be read with no network and by a screen reader.

Everything a record says goes into the page as data; the template holds the layout and nothing else. The same facts give
the same bytes: no clock, no chance and no font of the machine takes part.
"""

from calendar import timegm
from pathlib import Path
from typing import Any

from rasure import words
from rasure.reports import briefing_pictures, typesetting
from rasure.reports import briefing_words as said
from rasure.reports.briefing_text import HANDLING
from rasure.services.briefing import BriefingFacts
from rasure.terms import StoreClass

_TEMPLATE = Path(__file__).with_name("briefing.typ")
_BANNERS = {
    StoreClass.SYNTHETIC: "Synthetic – no real person or place of crime",
    StoreClass.OPEN_DATA: "Published open data – anonymised places",
    StoreClass.OPERATIONAL: "Operational data – need to know",
}


def render(facts: BriefingFacts) -> bytes:
    """Return the briefing as one page of A4, tagged for screen readers."""
    return typesetting.pdf(
        _TEMPLATE,
        page(facts),
        what=f"The briefing of {facts.record.name}",
        made_at=timegm(facts.prepared_at.utctimetuple()),
    )


def page(facts: BriefingFacts) -> dict[str, Any]:
    """Return every word and picture of the page, as the template takes them."""
    record = facts.record
    hours = record.hours
    latest = said.events(record)
    return {
        "product": "Rasure – hot-spot briefing",
        "marking": facts.marking,
        "banner": _BANNERS[facts.store_class],
        "title": said.title(record),
        "subtitle": said.subtitle(facts),
        "handling": HANDLING,
        "trace": _trace(facts),
        "map": briefing_pictures.map_svg(facts),
        "map_alt": f"Map of {said.title(record)}: its outline, patrol areas, streets and points of offences.",
        "map_caption": _map_caption(facts),
        "week": briefing_pictures.week_svg(hours) if hours and not hours.is_faded else None,
        "week_alt": "The week in three-hour blocks; the darker, the more offences.",
        "week_caption": f"The darker, the more of the {hours.timed:,} offences with a clock time." if hours else "",
        "information": said.information(facts),
        "events_title": f"Last {len(latest)} offences, newest first"
        if latest
        else "Last offences: none recorded in this selection",
        "event_heads": ["When", "Offence", "Street", "Weapon"],
        "events": latest,
        "intention": said.intention(record),
        "method": said.method(facts),
        "administration": said.administration(facts),
        "risk": said.risk(facts),
        "communications": said.communications(facts),
        "human_rights": said.human_rights(),
    }


def _trace(facts: BriefingFacts) -> str:
    """Return the line that says whose copy this is: who, when, the code of its record in the log, and of what data."""
    at = f"{words.day(facts.prepared_at.date())} {facts.prepared_at:%H:%M}"
    return f"{facts.prepared_for} · {at} · export {facts.export_code} · data {facts.data_version}"


def _map_caption(facts: BriefingFacts) -> str:
    parts = ["Bold: this place."]
    if facts.picture.patrol_areas:
        parts.append("Dashed: patrol areas of its hot spot.")
    if facts.picture.points:
        parts.append("Circles: offences, the larger the more.")
    if facts.record.premises:
        parts.append("Squares: premises.")
    if not facts.ground.streets.streets:
        parts.append("No street map is loaded for this ground.")
    return " ".join([*parts, facts.ground.streets.attribution]).strip()
