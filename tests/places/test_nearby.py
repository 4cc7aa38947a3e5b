import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rasure.geo import to_bng, to_wgs84
from rasure.places.nearby import degrees_near


@given(
    lon=st.floats(-5.0, 1.5),
    lat=st.floats(50.2, 57.5),
    east_m=st.floats(-350, 350),
    north_m=st.floats(-350, 350),
)
def test_it_is_within_half_a_metre_of_the_projection(lon: float, lat: float, east_m: float, north_m: float) -> None:
    (e_m,), (n_m,) = to_bng([lon], [lat])
    (true_lon,), (true_lat,) = to_wgs84([e_m + east_m], [n_m + north_m])
    found_lon, found_lat = degrees_near(lon, lat, east_m, north_m)
    off_e = (found_lon - true_lon) * 111_320 * np.cos(np.radians(lat))
    assert np.hypot(off_e, (found_lat - true_lat) * 111_320) < 0.5


def test_nothing_is_where_it_is() -> None:
    lon, lat = degrees_near(-0.97, 51.45, 0.0, 0.0)
    assert (float(lon), float(lat)) == (-0.97, pytest.approx(51.45, abs=1e-12))
