import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from rasure.places.plane import Plane

lons, lats, offsets = st.floats(-6, 2), st.floats(50, 59), st.floats(-1_000, 1_000)


@given(lons, lats, offsets, offsets)
def test_there_and_back_is_the_same_place(lon: float, lat: float, x: float, y: float) -> None:
    plane = Plane(lon, lat)
    assert plane.metres(plane.degrees((x, y))) == pytest.approx((x, y), abs=1e-6)


@given(lons, lats, st.floats(10, 1_000), st.floats(0, 360))
def test_distances_agree_with_the_ellipsoid_to_a_decimetre_in_a_hundred_metres(
    lon: float, lat: float, far_m: float, azimuth: float
) -> None:
    end_lon, end_lat, _ = Geod(ellps="WGS84").fwd(lon, lat, azimuth, far_m)
    x, y = Plane(lon, lat).metres((end_lon, end_lat))
    assert math.hypot(x, y) == pytest.approx(far_m, rel=1e-3)


def test_a_box_is_as_wide_and_as_high_as_asked() -> None:
    plane = Plane(-1.0, 51.5)
    west, south, east, north = plane.box(300, 200)
    assert plane.metres((east, north)) == pytest.approx((300, 200))
    assert plane.metres((west, south)) == pytest.approx((-300, -200))
