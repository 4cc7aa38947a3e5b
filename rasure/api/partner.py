"""What partner agencies are told, as CSV: one file, no choices, so that no two files can be subtracted."""

from starlette.requests import Request
from starlette.responses import Response

from rasure.access.roles import Action
from rasure.api import downloads
from rasure.services import partner, wiring
from rasure.services.partner import Release

_COLUMNS = ("area_code", "area", "first_on", "last_on", "kind", "offences", "withheld", "released_on")
_ALL = "all of these"


def table(request: Request) -> Response:
    """Return every release of the reader's areas, a row a kind of offence, small numbers withheld."""
    principal, scope = downloads.admitted(request, Action.VIEW_PARTNER_PICTURE)
    found = partner.releases(wiring.store(), scope)
    entry = partner.taken(wiring.store(), principal, found)
    return downloads.csv(entry, "partner-picture", _COLUMNS, [row for one in found for row in _rows(one)])


def _rows(release: Release) -> list[dict[str, object]]:
    said: list[tuple[str, int | None, str]] = [
        *((kind, count, "under 5") for kind, count in release.counts.items()),
        (_ALL, release.total, "would give a figure under 5 away"),
    ]
    head = {
        "area_code": release.area.code,
        "area": release.area.name,
        "first_on": release.starts_on.isoformat(),
        "last_on": release.ends_on.isoformat(),
        "released_on": release.released_on.isoformat(),
    }
    return [
        head | {"kind": kind, "offences": count, "withheld": why if count is None else ""} for kind, count, why in said
    ]
