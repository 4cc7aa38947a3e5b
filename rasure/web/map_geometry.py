"""Where a map looks when it opens, and where things lie on it: plain geometry of the web map and the national grid."""

import math
from dataclasses import dataclass

Bounds = tuple[float, float, float, float]
Lonlat = tuple[float, float]

TILE_PX = 512
METRES_PER_DEGREE = 111_320.0
LEAST_ZOOM, MOST_ZOOM = 6.0, 15.0


@dataclass(frozen=True, slots=True)
class View:
    """Where a map looks when it opens: the centre, the zoom, and the size it is drawn at."""

    lon: float
    lat: float
    zoom: float
    width_px: int
    height_px: int

    def metres_per_px(self) -> float:
        circumference_m = 360.0 * METRES_PER_DEGREE * math.cos(math.radians(self.lat))
        return float(circumference_m / (TILE_PX * 2**self.zoom))


def view_for(bounds: Bounds, *, height_px: int = 560, width_px: int = 760, padding_px: int = 24) -> View:
    """Return the view that holds the bounds (west, south, east, north in degrees) with a margin."""
    west, south, east, north = bounds
    top, bottom = _mercator(north), _mercator(south)
    middle = (top + bottom) / 2.0
    lat = math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * middle))))
    across = max((east - west) / 360.0, 1e-6)
    down = max(bottom - top, 1e-6)
    fits = min((width_px - 2 * padding_px) / across, (height_px - 2 * padding_px) / down) / TILE_PX
    zoom = min(max(math.log2(fits), LEAST_ZOOM), MOST_ZOOM)
    return View((west + east) / 2.0, lat, round(zoom, 2), width_px, height_px)


def hexagon(centre: Lonlat, radius_m: float) -> list[Lonlat]:
    lon, lat = centre
    east = radius_m / (METRES_PER_DEGREE * math.cos(math.radians(lat)))
    north = radius_m / METRES_PER_DEGREE
    angles = [math.radians(30.0 - convergence_degrees(centre) + 60.0 * corner) for corner in range(7)]
    return [(lon + east * math.cos(angle), lat + north * math.sin(angle)) for angle in angles]


def convergence_degrees(at: Lonlat) -> float:
    """Return how far the north of the British National Grid lies clockwise of true north."""
    return (at[0] + 2.0) * math.sin(math.radians(at[1]))


def offset(view: View, right_px: float, down_px: float) -> Lonlat:
    """Return the position that many pixels from the centre of the view."""
    world_px = TILE_PX * 2**view.zoom
    lon = view.lon + 360.0 * right_px / world_px
    y = _mercator(view.lat) + down_px / world_px
    return lon, math.degrees(math.atan(math.sinh(math.pi * (1.0 - 2.0 * y))))


def _mercator(lat: float) -> float:
    """Return how far down the world map a latitude lies, from 0 to 1."""
    return (1.0 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2.0
