"""A flat map of a small piece of ground: metres true east and true north of a point, and back."""

from dataclasses import dataclass

from rasure.places.nearby import metres_per_degree

Lonlat = tuple[float, float]
Metres = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Plane:
    """The plane that touches the earth at a point, degrees of WGS84; x runs east and y north."""

    lon: float
    lat: float

    def metres(self, at: Lonlat) -> Metres:
        """Return where a position lies, in metres east and north of the point."""
        east, north = metres_per_degree(self.lat)
        return (at[0] - self.lon) * east, (at[1] - self.lat) * north

    def degrees(self, at: Metres) -> Lonlat:
        """Return the position that lies so many metres east and north of the point."""
        east, north = metres_per_degree(self.lat)
        return self.lon + at[0] / east, self.lat + at[1] / north

    def box(self, half_width_m: float, half_height_m: float) -> tuple[float, float, float, float]:
        """Return west, south, east, north in degrees of a box round the point."""
        west, south = self.degrees((-half_width_m, -half_height_m))
        east, north = self.degrees((half_width_m, half_height_m))
        return west, south, east, north
