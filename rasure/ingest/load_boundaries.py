"""Load the outlines of the policing areas: they become the study area, and every located row learns its area."""

from pathlib import Path

import pandas as pd
import pyarrow as pa

from rasure import geo
from rasure.errors import InputRejected
from rasure.ingest import boundaries, geofiles, ground
from rasure.ingest.boundaries import Areas
from rasure.ingest.outcome import Outcome
from rasure.places import grid
from rasure.store.analytics import loads
from rasure.store.batches import Batch, FileCount, digest_of
from rasure.store.store import Progress, Store, silent
from rasure.terms import StoreClass


def load(store: Store, path: Path, progress: Progress = silent) -> Outcome:
    """Load areas as one batch; rows already held are assigned anew in the same batch."""
    progress(0, 4, "reading the outlines")
    areas = boundaries.from_frame(geofiles.read_areas(path))
    digest = digest_of(path)
    if loads.has_file(store.analytics, digest) and _is_in_force(store, areas):
        batch = _batch(path, digest, areas, {}, accepted=0)
        return Outcome.of(batch, None, ["These outlines are in force already; nothing changed."])
    progress(1, 4, "laying the hexagons")
    tables = {"area": _area_rows(areas), "area_outline": _outline(areas), "study_cell": _cells(store, areas)}
    progress(2, 4, "assigning offences")
    tables["offence_area"] = _assigned(store, "offence", areas)
    progress(3, 4, "assigning searches")
    tables["stop_search_area"] = _assigned(store, "stop_search", areas).drop_columns(["outside_force"])
    batch = _batch(path, digest, areas, tables, accepted=len(areas.codes))
    batch_id = store.accept(batch)
    progress(4, 4, "done")
    notes = [areas.taken, f"{tables['study_cell'].num_rows:,} hexagons in {len(areas.codes)} areas."]
    return Outcome.of(batch, batch_id, notes)


def _batch(path: Path, digest: str, areas: Areas, tables: dict[str, pa.Table], accepted: int) -> Batch:
    count = len(areas.codes)
    file = FileCount(path.name, "boundaries", digest, path.stat().st_size, count, accepted, 0, count - accepted)
    if tables:
        row = {name: getattr(file, name) for name in FileCount.__slots__}
        tables["load_file"] = pa.Table.from_pylist([row])
    return Batch("boundaries", path.name, StoreClass.SYNTHETIC, [file], tables)


def _is_in_force(store: Store, areas: Areas) -> bool:
    held = ground.held_areas(store)
    return held is not None and list(held.codes) == list(areas.codes)


def _area_rows(areas: Areas) -> pa.Table:
    points = [outline.representative_point() for outline in areas.outlines]
    lon, lat = geo.to_wgs84([point.x for point in points], [point.y for point in points])
    return pa.table(
        {
            "code": list(areas.codes),
            "name": list(areas.names),
            "area_m2": [outline.area for outline in areas.outlines],
            "lon": lon,
            "lat": lat,
            "outline_wkb": [outline.wkb for outline in areas.outlines],
        }
    )


def _outline(areas: Areas) -> pa.Table:
    return pa.table({"kind": ["lpa"], "geojson": [boundaries.outline_geojson(areas)]})


def _cells(store: Store, areas: Areas) -> pa.Table:
    cells = boundaries.study_cells(areas, grid.SIDE_M)
    if cells.empty:
        raise InputRejected("The outlines cover no hexagon. Check that they are areas and not lines or points.")
    names = boundaries.nearest_name(cells["e_m"], cells["n_m"], ground.towns(store))
    return pa.Table.from_pandas(cells.assign(name=names, in_force=True), preserve_index=False)


def _assigned(store: Store, table: str, areas: Areas) -> pa.Table:
    rows = loads.points(store.analytics, table)
    placed = ground.with_areas(rows, areas, with_outside=True)
    return pa.Table.from_pandas(pd.DataFrame(placed[["row_key", "lpa", "outside_force"]]), preserve_index=False)
