"""What the store holds and how good it is: sources, freshness, gaps, loads, rejects, places, the rule in force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from rasure.access.scope import Scope
from rasure.store.analytics import ground, offences, records, reference
from rasure.store.store import Store
from rasure.terms import Area, Source, StoreClass


@dataclass(frozen=True, slots=True)
class Holdings:
    """Frames for the Data page; each may be empty, with its columns."""

    store_class: StoreClass
    version: str
    notes: tuple[str, ...]
    last_on: date | None
    coverage: pd.DataFrame
    batches: pd.DataFrame
    reject_reasons: pd.DataFrame
    grades: pd.DataFrame
    rule: pd.DataFrame
    breaks: tuple[dict[str, Any], ...]
    areas: tuple[Area, ...]
    study_cells: int
    basemap: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        return self.last_on is None


def holdings(store: Store, scope: Scope) -> Holdings:
    """Describe the store to whoever may ask where the data come from."""
    known = offences.extent(store.analytics, scope)
    return Holdings(
        store_class=store.store_class,
        version=store.version(),
        notes=tuple(store.notes),
        last_on=known[1] if known else None,
        coverage=with_gaps(records.coverage(store.analytics)),
        batches=records.load_batches(store.analytics),
        reject_reasons=records.reject_reasons(store.analytics),
        grades=offences.grades(store.analytics, scope),
        rule=_rule(store, scope),
        breaks=tuple(reference.series_breaks(store.analytics)),
        areas=tuple(ground.areas(store.analytics)),
        study_cells=ground.study_cells(store.analytics),
        basemap=tuple(sorted(path.stem for path in store.paths.basemap.glob("*.pmtiles"))),
    )


def with_gaps(coverage: pd.DataFrame) -> pd.DataFrame:
    """Add the months that are missing between the first and the last of each source, kind and force.

    Returns source, kind, force, month, rows; `rows` is empty for a gap.
    """
    parts = []
    for (source, kind, force), held in coverage.groupby(["source", "kind", "force"]):
        months = pd.to_datetime(held["month"])
        every = pd.date_range(months.min(), months.max(), freq="MS")
        rows = held.set_index(months)["rows"].reindex(every)
        parts.append(
            pd.DataFrame(
                {"source": source, "kind": kind, "force": force, "month": every, "rows": rows.astype("Int64").array}
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else coverage


def runs(months: Sequence[pd.Timestamp]) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """Return unbroken runs of months as (first, last) pairs."""
    found: list[tuple[pd.Timestamp, pd.Timestamp]] = []
    for month in sorted(months):
        if found and found[-1][1] + pd.offsets.MonthBegin(1) == month:
            found[-1] = (found[-1][0], month)
        else:
            found.append((month, month))
    return found


def inbox(store: Store) -> list[Path]:
    """Return what lies in the inbox, by name."""
    return sorted(path for path in store.paths.inbox.iterdir() if not path.name.startswith("."))


def _rule(store: Store, scope: Scope) -> pd.DataFrame:
    """Return every class with its rule and how many rows of it are held and count."""
    counted = offences.classes(store.analytics, scope)[["class_key", "offences", "in_scope"]]
    sources = offences.sources(store.analytics) or [source.value for source in Source]
    rule = pd.concat([reference.classes(store.analytics, Source(source)) for source in sources], ignore_index=True)
    merged = rule.merge(counted, on="class_key", how="left")
    merged[["offences", "in_scope"]] = merged[["offences", "in_scope"]].fillna(0).astype("int64")
    return merged.sort_values(["in_scope", "offences", "class_key"], ascending=[False, False, True], ignore_index=True)
