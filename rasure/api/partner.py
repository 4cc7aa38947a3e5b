"""What partner agencies are told, to take away: one file, no choices, so that no two files can be subtracted."""

from rasure.access.roles import Action
from rasure.api.exportable import Asked, Export, Table
from rasure.services import partner
from rasure.services.partner import Release

_COLUMNS = ("area_code", "area", "first_on", "last_on", "kind", "offences", "withheld", "released_on")
_ALL = "all of these"


def table(asked: Asked) -> Table:
    """Return every release of the reader's areas, a row a kind of offence, small numbers withheld."""
    found = partner.releases(asked.store, asked.scope)
    rows = [row for one in found for row in _rows(one)]
    selection = {
        "areas": " and ".join(sorted({one.area.code for one in found})),
        "quarters": " ".join(sorted({one.starts_on.isoformat() for one in found})),
    }
    to = partner.recipient(asked.principal)
    return Table("partner-picture", _COLUMNS, rows, selection, n=len(found), recipient=to)


EXPORTS = (Export("partner-picture", Action.VIEW_PARTNER_PICTURE, table),)


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
