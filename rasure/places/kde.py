"""How dense events lie around a point: a quartic kernel, for the picture only."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from rasure.errors import InputRejected

BANDWIDTH_M = 300.0

_AT_ONCE = 50_000


def quartic_density(
    points_m: ArrayLike, weights: ArrayLike, at_m: ArrayLike, *, bandwidth_m: float = BANDWIDTH_M
) -> NDArray[np.float64]:
    """Give the weighted events per square metre at each of some points.

    Parameters
    ----------
    points_m, at_m
        Event points and the points asked about, shape (n, 2), EPSG:27700 metres.
    weights
        Weight of each event, such as its decay weight.
    bandwidth_m
        Distance at which an event stops counting. There is no correction at the edge of the study area.

    Returns
    -------
    NDArray[float64]
        One density per asked point; zeros for no events.

    References
    ----------
    Silverman (1986), Density Estimation for Statistics and Data Analysis, section 4.2.
    """
    points, at = _pairs(points_m), _pairs(at_m)
    mass = np.asarray(weights, dtype=np.float64)
    if mass.shape != (points.shape[0],) or not np.isfinite(mass).all():
        raise InputRejected("Give one weight for each point.")
    _check(bandwidth_m)
    density = np.zeros(at.shape[0])
    if points.size == 0 or at.size == 0:
        return density
    order = np.lexsort((mass, points[:, 1], points[:, 0]))
    tree = cKDTree(at)
    for start in range(0, order.size, _AT_ONCE):
        rows = order[start : start + _AT_ONCE]
        near = cKDTree(points[rows]).sparse_distance_matrix(tree, bandwidth_m, output_type="ndarray")
        fall = np.square(1.0 - np.square(near["v"] / bandwidth_m)) * mass[rows][near["i"]]
        density += np.bincount(near["j"], weights=fall, minlength=density.size)
    return np.asarray(density * (3.0 / (math.pi * bandwidth_m**2)), dtype=np.float64)


def quartic_kernel(points_m: ArrayLike, at_m: ArrayLike, *, bandwidth_m: float = BANDWIDTH_M) -> csr_array:
    """Give the kernel as a sparse table, asked points by event points, in events per square metre.

    `quartic_kernel(points, at) @ weights` is `quartic_density(points, weights, at)`: worth keeping where the same
    points are weighed again and again, as every cut of a back-test does. Points without weight change no bit of it.
    """
    points, at = _pairs(points_m), _pairs(at_m)
    _check(bandwidth_m)
    if points.size == 0 or at.size == 0:
        return csr_array((at.shape[0], points.shape[0]))
    near = cKDTree(at).sparse_distance_matrix(cKDTree(points), bandwidth_m, output_type="ndarray")
    fall = np.square(1.0 - np.square(near["v"] / bandwidth_m)) * (3.0 / (math.pi * bandwidth_m**2))
    table = csr_array((fall, (near["i"], near["j"])), shape=(at.shape[0], points.shape[0]))
    table.sort_indices()
    return table


def _check(bandwidth_m: float) -> None:
    if not (math.isfinite(bandwidth_m) and bandwidth_m > 0):
        raise InputRejected("The bandwidth must be a positive number of metres.")


def _pairs(points_m: ArrayLike) -> NDArray[np.float64]:
    points = np.asarray(points_m, dtype=np.float64)
    if points.size == 0:
        return np.empty((0, 2))
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise InputRejected("A point needs an easting and a northing, both finite numbers.")
    return points
