"""The way from a place's page to its briefing on paper."""

from rasure.api.hot_spots import parameters_of
from rasure.services.place_record import PlaceRecord
from rasure.web import exports


def link(record: PlaceRecord) -> None:
    """Draw the link to the briefing of a place under the selection of its page."""
    exports.links("briefing", "Print the briefing", parameters_of(record.question) | {"place": str(record.cell)})
