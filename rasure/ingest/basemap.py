"""Building the street map from files the force has: roads, water and places, one PMTiles file each.

What a file holds is told from its shapes and columns, and can be said. The features of every file loaded are kept
beside the tiles, so that a second file of a theme adds to the first and the tiles can always be built anew.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from rasure.errors import InputRejected
from rasure.ingest import basemap_bands, geofiles
from rasure.ingest.basemap_classes import THEMES, classed, theme_of

Progress = Callable[[int, int, str], None]

_OSM_SIGNS = ("osm_id", "highway", "osm_way_id", "fclass")
_OSM = "© OpenStreetMap contributors"
_SEPARATOR = " · "


def load(path: Path, folder: Path, progress: Progress = lambda _done, _total, _what: None) -> dict[str, Any]:
    """Add one file to the basemap; the counts are those every load reports."""
    return build([path], folder, progress)


def build(
    paths: Sequence[Path],
    folder: Path,
    progress: Progress = lambda _done, _total, _what: None,
    *,
    theme: str | None = None,
    attribution: str | None = None,
) -> dict[str, Any]:
    """Add files to the basemap in `folder` and rebuild the themes they touch; the old map stays until then."""
    if theme is not None and theme not in THEMES:
        raise InputRejected(f"There is no theme {theme}. Choose one of {', '.join(THEMES)}.")
    steps = 2 * len(paths) + 1
    read = accepted = duplicate = 0
    touched: dict[str, int] = {}
    for number, path in enumerate(map(Path, paths)):
        progress(2 * number, steps, f"reading {path.name}")
        features = geofiles.read_layer(path)
        chosen = theme or theme_of(features, path.name)
        progress(2 * number + 1, steps, f"sorting {chosen}")
        kept = classed(features, chosen, path.name)
        kept["attribution"] = attribution if attribution is not None else _attribution(features, path)
        read += len(features)
        if _keep(kept, folder / "sources" / chosen, path):
            accepted += len(kept)
            touched[chosen] = touched.get(chosen, 0) + len(kept)
        else:
            duplicate += len(features)
    written = {}
    for chosen in sorted(touched):
        progress(steps - 1, steps, f"drawing {chosen}")
        written[chosen] = rebuild(folder, chosen)
    progress(steps, steps, "done")
    return {
        "batch": None,
        "read": read,
        "accepted": accepted,
        "rejected": read - accepted - duplicate,
        "duplicate": duplicate,
        "files": len(paths),
        "themes": touched,
        "bytes": written,
        "notes": _notes(touched, read - accepted - duplicate, duplicate),
    }


def rebuild(folder: Path, theme: str) -> int:
    """Draw one theme anew from every file kept for it; return the bytes written."""
    parts = [gpd.read_parquet(path) for path in sorted((folder / "sources" / theme).glob("*.parquet"))]
    if not parts:
        raise InputRejected(f"Nothing is kept for the theme {theme}. Load a file of {theme} first.")
    features = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=geofiles.BNG)
    said = _SEPARATOR.join(sorted({text for text in features.pop("attribution") if text}))
    features = features.sort_values("c", kind="stable")
    features = features[~pd.Series(features.geometry.normalize().to_wkb(), index=features.index).duplicated()]
    return basemap_bands.write(features, theme, folder / f"{theme}.pmtiles", attribution=said)


def _keep(features: gpd.GeoDataFrame, folder: Path, path: Path) -> bool:
    """Keep a file's features under its content's digest; False when the same content is kept already."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    if any(folder.glob(f"*-{digest}.parquet")):
        return False
    stem = re.sub(r"[^A-Za-z0-9_]+", "_", path.name.split(".")[0])[:60]
    target = folder / f"{stem}-{digest}.parquet"
    aside = folder / f".{target.name}.writing"
    features.to_parquet(aside)
    aside.replace(target)
    return True


def _attribution(features: gpd.GeoDataFrame, path: Path) -> str:
    """Name OpenStreetMap when a file shows its marks; its licence asks for that on every map."""
    marked = path.name.lower().startswith("osm") or any(sign in features.columns for sign in _OSM_SIGNS)
    return _OSM if marked else ""


def _notes(touched: dict[str, int], rejected: int, duplicate: int) -> list[str]:
    notes = [f"{count:,} features added to {theme}." for theme, count in sorted(touched.items())]
    if rejected:
        notes.append(f"{rejected:,} features are of a kind the map does not draw.")
    if duplicate:
        notes.append("A file with the same content is in the map already.")
    return notes
