"""Who leads on safeguarding in an area: the force's own table, `safeguarding_leads.csv`."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass

from rasure.errors import InputRejected
from rasure.store.store import Store


@dataclass(frozen=True, slots=True)
class Lead:
    """Whom to speak to before anything is done about a child; `verified` when the force has confirmed it."""

    lead: str
    contact: str
    verified: bool


def lead(store: Store, lpas: Iterable[str]) -> Lead:
    """Return the lead of the first of these areas that has one, or the one for the whole force (no area named).

    Raises
    ------
    InputRejected
        The table is not there, or names nobody for the whole force.
    """
    path = store.reference_folder / "safeguarding_leads.csv"
    try:
        with path.open(encoding="utf-8", newline="") as file:
            by_area = {row["lpa"]: row for row in csv.DictReader(file)}
        found = next((by_area[lpa] for lpa in lpas if lpa in by_area), None) or by_area[""]
        return Lead(found["lead"], found["contact"], found["verified"] == "yes")
    except (OSError, KeyError) as error:
        raise InputRejected(f"{path} must name a safeguarding lead for the whole force: lpa empty.") from error
