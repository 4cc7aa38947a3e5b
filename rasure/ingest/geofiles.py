"""Reading a map file whatever its format and projection: EPSG:27700 shapes out, or one sentence saying why not.

The format is told from the file's first bytes and the driver is named, never left to be guessed: some formats the
reader knows can run commands or fetch from elsewhere, and a file must not choose to be one of those.
"""

import gzip
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely

from rasure import geo
from rasure.errors import InputRejected

BNG = "EPSG:27700"
FORMATS = "GeoJSON, GeoPackage or shapefile (also .gz, or one zipped)"

_MAGIC = {b"SQLite format 3\x00": "GPKG", b"\x00\x00\x27\x0a": "ESRI Shapefile"}
_SUFFIXES = (".geojson", ".json", ".gpkg", ".shp")
_AREAL = ("Polygon", "MultiPolygon", "GeometryCollection")
_PLAIN = {
    "Point": "points",
    "MultiPoint": "points",
    "LineString": "lines",
    "LinearRing": "lines",
    "MultiLineString": "lines",
}
_EXPANDED_LIMIT_BYTES = 2 * 1024**3


@dataclass(frozen=True, slots=True)
class _Opened:
    """What to hand the reader: an address it understands, and the format it must take it as."""

    address: str
    driver: str
    name: str


def read_areas(path: Path, *, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read polygons, repaired and in EPSG:27700; lines, points and shapeless features are refused."""
    areas = read_layer(path, layer=layer)
    found = sorted({_PLAIN[kind] for kind in areas.geom_type if kind not in _AREAL})
    if found:
        raise InputRejected(
            f"{Path(path).name} holds {_listed(found)} where areas are needed. Load a file of polygons."
        )
    shapes = shapely.make_valid(areas.geometry.to_numpy())
    polygons = [_polygons_of(shape) for shape in shapes]
    for number, polygon in enumerate(polygons, start=1):
        if polygon.is_empty:
            raise InputRejected(f"Feature {number} of {Path(path).name} has no area, even repaired. Mend its outline.")
    return areas.set_geometry(gpd.GeoSeries(polygons, index=areas.index, crs=BNG))


def read_layer(path: Path, *, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read any shapes in EPSG:27700; features without a shape are left out, a file without any is refused."""
    opened = _opened(Path(path))
    features = _read(opened, layer)
    if "geometry" not in features or features.geometry.notna().sum() == 0:
        raise InputRejected(f"{opened.name} holds no shapes. Load a file with features in it.")
    features = features[features.geometry.notna() & ~features.geometry.is_empty].reset_index(drop=True)
    if features.empty:
        raise InputRejected(f"{opened.name} holds only empty shapes. Load a file with features in it.")
    return _in_bng(features, opened)


def _in_bng(features: gpd.GeoDataFrame, opened: _Opened) -> gpd.GeoDataFrame:
    if features.crs is None:
        told = "Add its .prj file" if opened.driver == "ESRI Shapefile" else "Save it with its projection"
        raise InputRejected(f"{opened.name} does not say which coordinate system it is in. {told} and load it again.")
    bounds = features.total_bounds
    if features.crs.is_geographic and (np.abs(bounds[[0, 2]]).max() > 180 or np.abs(bounds[[1, 3]]).max() > 90):
        raise InputRejected(
            f"{opened.name} says it is in degrees but its coordinates are larger. Save it with its projection."
        )
    west, south, east, north = features.to_crs("EPSG:4326").total_bounds
    if not geo.in_great_britain([west, east], [south, north]).all():
        raise InputRejected(
            f"{opened.name} reaches outside Great Britain (longitude {west:.2f} to {east:.2f}, latitude {south:.2f} to"
            f" {north:.2f}). Check its coordinate system and that longitude comes before latitude."
        )
    return features.to_crs(BNG)


def _read(opened: _Opened, layer: str | None) -> gpd.GeoDataFrame:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            chosen = layer if layer is not None else _only_layer(opened)
            features = pyogrio.read_dataframe(opened.address, layer=chosen, force_2d=True)
    except InputRejected:
        raise
    except (ValueError, RuntimeError, OSError, TypeError, shapely.errors.ShapelyError) as error:
        reason = " ".join(str(error).split("; In file")[0].replace(opened.address, opened.name).split())[:160]
        raise InputRejected(
            f"{opened.name} cannot be read as {opened.driver}: {reason}. Save it anew and load that."
        ) from error
    return features if isinstance(features, gpd.GeoDataFrame) else gpd.GeoDataFrame(features)


def _only_layer(opened: _Opened) -> str:
    """Return the one layer with shapes; several are the user's to choose from."""
    names = [str(name) for name, kind in pyogrio.list_layers(opened.address) if kind is not None]
    if not names:
        raise InputRejected(f"{opened.name} holds no layer with shapes. Load a file with features in it.")
    if len(names) > 1:
        raise InputRejected(f"{opened.name} holds several layers ({_listed(names)}). Save the one you mean by itself.")
    return names[0]


def _opened(path: Path) -> _Opened:
    """Check that there is a readable file of a known format, and return how to open it."""
    if path.is_dir():
        raise InputRejected(f"{path} is a folder. Name the map file inside it: {FORMATS}.")
    if not path.is_file():
        raise InputRejected(f"There is no file {path}. Check the name and the folder.")
    try:
        if path.stat().st_size == 0:
            raise InputRejected(f"{path.name} is empty. Save it again and load that.")
        if path.suffix.lower() == ".gz":
            return _as_format(path.name, f"/vsigzip/{path.absolute()}", _gunzipped_head(path))
        if path.suffix.lower() == ".zip":
            return _zipped(path)
        with path.open("rb") as file:
            opened = _as_format(path.name, str(path.absolute()), file.read(4096))
    except (OSError, EOFError, zipfile.BadZipFile) as error:
        raise InputRejected(f"{path.name} cannot be read ({error}). Copy or save it again and load that.") from error
    if opened.driver == "ESRI Shapefile":
        lacking = [end for end in (".shx", ".dbf") if not _has_companion(path, end)]
        if lacking:
            raise InputRejected(f"{path.name} lacks its {_listed(lacking)} file. Put all parts in one folder.")
    return opened


def _as_format(name: str, address: str, head: bytes) -> _Opened:
    for magic, driver in _MAGIC.items():
        if head.startswith(magic):
            return _Opened(address, driver, name)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        return _Opened(f"GeoJSON:{address}", "GeoJSON", name)
    raise InputRejected(f"{name} is not a map file Rasure can read. Load {FORMATS}.")


def _zipped(path: Path) -> _Opened:
    with zipfile.ZipFile(path) as archive:
        inside = [entry for entry in archive.infolist() if Path(entry.filename).suffix.lower() in _SUFFIXES]
        if len(inside) != 1:
            told = _listed([entry.filename for entry in inside]) or "none"
            raise InputRejected(f"{path.name} must hold exactly one map file; found {told}. Zip one by itself.")
        if sum(entry.file_size for entry in archive.infolist()) > _EXPANDED_LIMIT_BYTES:
            raise InputRejected(f"{path.name} unpacks to more than 2 GB. Load a smaller extract.")
        with archive.open(inside[0]) as file:
            head = file.read(4096)
    return _as_format(path.name, f"/vsizip/{{{path.absolute()}}}/{inside[0].filename}", head)


def _gunzipped_head(path: Path) -> bytes:
    with gzip.open(path) as file:
        return file.read(4096)


def _has_companion(path: Path, suffix: str) -> bool:
    return path.with_suffix(suffix).exists() or path.with_suffix(suffix.upper()).exists()


def _polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the areal part of a repaired shape; repairing may leave stray lines and points."""
    if shape.geom_type != "GeometryCollection":
        return shape if shape.geom_type in _AREAL else shapely.MultiPolygon()
    return shapely.union_all([part for part in shapely.get_parts(shape) if part.geom_type in _AREAL])


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
