"""Tiny stores of offences whose times a test gives, as local wall-clock text."""

from collections.abc import Sequence
from pathlib import Path

from rasure.store.store import Store
from tests import extracts

#: Local start and end, either of which may be empty.
Span = tuple[str, str]
WOUNDING = {"ho_class": "5D", "ho_code": "005/01"}
WEST, EAST = {"location_id": "LW", **extracts.IN_WEST}, {"location_id": "LE", **extracts.IN_EAST}


def load(store: Store, folder: Path, spans: Sequence[Span], *, east: Sequence[Span] = ()) -> Store:
    """Load a wounding a span on Larch Row in the west square, some on Elder Lane in the east; all synthetic."""
    extracts.load_squares(store, folder)
    every = [(span, "LW") for span in spans] + [(span, "LE") for span in east]
    occurrences = [
        {"occurrence_id": f"O{n}", "location_id": where, "committed_from": start, "committed_to": end}
        | {"reported_at": "2026-03-30 09:00"}
        for n, ((start, end), where) in enumerate(every)
    ]
    occurrences[0]["reported_at"] = min(start or "9" for (start, _), _ in every)[:10] + " 23:59"
    offences = [{"offence_id": f"F{n}", "occurrence_id": f"O{n}", **WOUNDING} for n in range(len(every))]
    locations = [WEST, EAST | {"street": "Elder Lane"}]
    drop = extracts.drop(folder / "drop", locations=locations, occurrences=occurrences, offences=offences)
    extracts.manifest(drop, signed=True)
    extracts.load(store, drop)
    return store
