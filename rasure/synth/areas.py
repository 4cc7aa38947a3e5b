"""The outlines of twelve policing areas: borders half-way between towns, bent as borders are."""

import numpy as np
import pandas as pd
import shapely

from rasure.synth.force import Force
from rasure.synth.frames import rows
from rasure.synth.warp import Warp

FORCE_KM2 = 5730.0
_RING = 12


def policing_areas(force: Force, places: pd.DataFrame) -> pd.DataFrame:
    """Return one row per policing area: lpa, outline (a polygon in EPSG:27700); by name.

    The areas tile the force without gaps or overlaps: every border is bent once and used by both sides.
    """
    rng = force.rng("areas")
    points, labels = _sites(places)
    whole = _force_outline(places[["e_m", "n_m"]].to_numpy())
    cells = shapely.voronoi_polygons(shapely.multipoints(points), extend_to=whole.buffer(30_000.0))
    cells = np.asarray(shapely.get_parts(cells), dtype=object)
    site_of = shapely.STRtree(cells).query_nearest(shapely.points(points), all_matches=False)[1]
    by_lpa = pd.Series(labels, index=site_of)
    plain = {
        lpa: shapely.intersection(shapely.union_all(cells[np.sort(by_lpa.index[by_lpa == lpa].to_numpy())]), whole)
        for lpa in sorted(set(labels))
    }
    return _bent(plain, (Warp.drawn(rng, 11_000.0, 700.0), Warp.drawn(rng, 2_600.0, 110.0)))


def _sites(places: pd.DataFrame) -> tuple[np.ndarray, list[str]]:
    """Return points with the area each pulls to: every place, and a ring round those with an extent."""
    points, labels = [], []
    for e_m, n_m, radius_m, lpa, host in rows(places, "e_m", "n_m", "radius_m", "lpa", "host"):
        points.append((e_m, n_m))
        labels.append(str(lpa))
        if host == "":
            angles = np.arange(_RING) * (2.0 * np.pi / _RING)
            points += [(e_m + 0.8 * radius_m * np.cos(a), n_m + 0.8 * radius_m * np.sin(a)) for a in angles]
            labels += [str(lpa)] * _RING
    rounded = np.round(np.array(points), 1)
    _, first = np.unique(rounded, axis=0, return_index=True)
    keep = np.sort(first)
    return rounded[keep], [labels[i] for i in keep]


def _force_outline(points: np.ndarray) -> shapely.Geometry:
    """Return a rounded outline round all towns with the area of the real force."""
    low, high = 500.0, 20_000.0
    spots = shapely.multipoints(points)
    for _ in range(14):
        middle = (low + high) / 2.0
        shape = spots.buffer(middle, quad_segs=6).buffer(9_000.0, quad_segs=6).buffer(-9_000.0, quad_segs=6)
        low, high = (middle, high) if shape.area < FORCE_KM2 * 1e6 else (low, middle)
    largest = max(shapely.get_parts(shape), key=lambda part: part.area)
    return shapely.polygons(shapely.get_exterior_ring(largest)).simplify(150.0)


def _bent(plain: dict[str, shapely.Geometry], warps: tuple[Warp, ...]) -> pd.DataFrame:
    lines = shapely.union_all([shapely.boundary(shape) for shape in plain.values()])
    fine = shapely.segmentize(shapely.line_merge(lines), 300.0)

    def bend(points: np.ndarray) -> np.ndarray:
        for warp in warps:
            points = warp.moved(points)
        return np.round(points, 1)

    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(shapely.union_all(shapely.transform(fine, bend)))))
    tree = shapely.STRtree([shapely.transform(shapely.segmentize(shape, 300.0), bend) for shape in plain.values()])
    inner = shapely.point_on_surface(faces)
    owner = tree.query(inner, predicate="within")
    names = list(plain)
    owners = np.full(len(faces), -1)
    owners[owner[0]] = owner[1]
    owners = _without_exclaves(faces, owners)
    outlines = [shapely.union_all(faces[owners == area]) for area in range(len(names))]
    return pd.DataFrame({"lpa": names, "outline": outlines})


def _without_exclaves(faces: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Give every face but the largest of each area to the neighbour it shares most border with."""
    settled = owners.copy()
    sizes = shapely.area(faces)
    for face in np.argsort(-sizes, kind="stable"):
        own = np.flatnonzero(owners == owners[face])
        if owners[face] < 0 or face == own[np.argmax(sizes[own])]:
            continue
        shared = shapely.length(shapely.intersection(shapely.boundary(faces), shapely.boundary(faces[face])))
        shared[owners == owners[face]] = 0.0
        settled[face] = owners[np.argmax(shared)]
    return settled
