"""What a drop changes in rows put together from several files: locations' grades, offences, people's roles.

Only what the accepted rows touch is worked out anew, from the drop over what the store holds, and only what comes out
different is written: loading a correction of one weapon revises one offence.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.ingest import niche, niche_places
from rasure.ingest.niche_places import Lpas
from rasure.ingest.received import among, dispositions
from rasure.store.analytics import held
from rasure.store.store import Store

#: Accepted rows by table, shaped as the table holds them; a table without accepted rows may be absent.
Accepted = Mapping[str, pd.DataFrame]


@dataclass(frozen=True, slots=True)
class Derived:
    """Rows to write, each table's own; any may be empty."""

    locations: pd.DataFrame
    offences: pd.DataFrame
    new_offences: pd.DataFrame
    involvements: pd.DataFrame


#: Tables an offence is put together from, or whose rows repeat what it says.
_MADE_OF = (
    *("location", "occurrence", "recorded_offence"),
    *("weapon", "injury", "outcome_event", "involvement"),
)
_UNTOUCHED = Derived(
    locations=pd.DataFrame({"grade": pd.Series(dtype="str")}),
    offences=pd.DataFrame({"cell": pd.Series(dtype="Int64")}),
    new_offences=pd.DataFrame({"dated_on": pd.Series(dtype="datetime64[s]")}),
    involvements=pd.DataFrame(),
)


def derive(store: Store, accepted: Accepted, lpas: Lpas) -> Derived:
    """Work out every derived row the accepted ones touch; without one that touches any, the store is not asked."""
    if all(accepted[table].empty for table in _MADE_OF):
        return _UNTOUCHED
    locations = _graded_locations(store, accepted["location"], lpas)
    accepted = {**accepted, "location": locations}
    wanted = _touched_offences(store, accepted)
    parts = _parts(store, accepted, wanted)
    offences = niche.offences(parts, niche.offence_codes(store.reference_folder), lpas)
    disposition = dispositions(store, "offence", offences)
    changed = np.isin(disposition, ("new", "revised"))
    return Derived(
        locations=locations,
        offences=offences[changed],
        new_offences=offences[disposition == "new"],
        involvements=_involvements(store, accepted["involvement"], offences, changed),
    )


def _graded_locations(store: Store, new: pd.DataFrame, lpas: Lpas) -> pd.DataFrame:
    """Grade new locations, and held ones whose point they show to be a default, or no longer one."""
    before = held.rows(store.analytics, "location", "row_key", new["row_key"])
    points = pd.concat([new[["e_dm", "n_dm"]], before[["e_dm", "n_dm"]].astype("Int32")])
    neighbours = held.locations_at(store.analytics, points)
    everything = _over(neighbours, new)
    graded = niche_places.graded(everything, lpas)
    is_new = among(graded["row_key"], new["row_key"])
    return graded[is_new | (graded["grade"] != everything["grade"].astype("str"))]


def _touched_offences(store: Store, accepted: Accepted) -> pd.Series:
    """Return the ids of offences that any accepted row is part of, or was part of before it was corrected."""
    at_locations = held.rows(store.analytics, "occurrence", "location_id", accepted["location"]["row_key"])
    occurrences = pd.concat([accepted["occurrence"]["row_key"], at_locations["row_key"]])
    of_occurrences = held.rows(store.analytics, "recorded_offence", "occurrence_id", occurrences)
    ids = [accepted["recorded_offence"]["offence_id"], of_occurrences["offence_id"]]
    for table in ("weapon", "injury", "outcome_event", "involvement"):
        ids.append(accepted[table]["offence_id"])
        ids.append(held.rows(store.analytics, table, "row_key", accepted[table]["row_key"])["offence_id"])
    touched: pd.Series = pd.concat(ids).drop_duplicates()
    return touched


def _involvements(store: Store, new: pd.DataFrame, offences: pd.DataFrame, changed: NDArray[np.bool_]) -> pd.DataFrame:
    """Return new roles, and held ones whose offence now says something else of them."""
    before = held.rows(store.analytics, "involvement", "offence_id", offences.loc[changed, "offence_id"])
    everything = _over(before, new)
    after = niche.involved(everything, offences)
    if before.empty:
        return after
    facts = ["dated_on", "lpa", "class_key"]
    was = everything.reindex(columns=facts).astype("str").fillna("")
    differs = (after[facts].astype("str").fillna("") != was).any(axis=1)
    return after[among(after["row_key"], new["row_key"]) | differs]


def _parts(store: Store, accepted: Accepted, offence_ids: pd.Series) -> niche.Parts:
    def current(table: str, column: str, wanted: pd.Series) -> pd.DataFrame:
        new = accepted[table]
        return _over(held.rows(store.analytics, table, column, wanted), new[among(new[column], wanted)], hiding=new)

    recorded = current("recorded_offence", "row_key", offence_ids)
    occurrences = current("occurrence", "row_key", recorded["occurrence_id"])
    return niche.Parts(
        recorded=recorded,
        occurrences=occurrences,
        locations=current("location", "row_key", occurrences["location_id"]),
        weapons=current("weapon", "offence_id", offence_ids),
        injuries=current("injury", "offence_id", offence_ids),
        outcomes=current("outcome_event", "offence_id", offence_ids),
    )


def _over(before: pd.DataFrame, new: pd.DataFrame, *, hiding: pd.DataFrame | None = None) -> pd.DataFrame:
    """Lay new rows over held ones: of a key that is in `hiding` (default: `new`), no held row shows."""
    hidden = among(before["row_key"], (new if hiding is None else hiding)["row_key"])
    kept = before[~hidden]
    if kept.empty:
        return new.reset_index(drop=True)
    if new.empty:
        return kept.reset_index(drop=True)
    kinds = {name: kind for name, kind in new.dtypes.items() if name in kept}
    return pd.concat([new, kept.astype(kinds)], ignore_index=True)
