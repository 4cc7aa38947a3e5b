"""A smooth, seeded bending of the plane: straight lines come out as roads, rivers and borders do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

_WAVES = 7


@dataclass(frozen=True, slots=True)
class Warp:
    """Moves every point by a sum of waves that depends on where it is, so that shared edges stay shared."""

    along: Points
    phases: NDArray[np.float64]
    reach_m: float

    @classmethod
    def drawn(cls, rng: np.random.Generator, wavelength_m: float, reach_m: float) -> "Warp":
        """Draw a warp whose bends are about `wavelength_m` long and move points by about `reach_m`."""
        angles = rng.uniform(0.0, 2.0 * np.pi, size=(2, _WAVES))
        lengths = wavelength_m * rng.uniform(0.7, 1.5, size=(2, _WAVES))
        along = 2.0 * np.pi / lengths[..., np.newaxis] * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
        return cls(along, rng.uniform(0.0, 2.0 * np.pi, size=(2, _WAVES)), reach_m)

    def shift(self, points: Points) -> Points:
        """Give how far each point, shape (n, 2) in metres, is moved."""
        moved = np.empty_like(points, dtype=np.float64)
        for axis in (0, 1):
            waves = np.sin(points @ self.along[axis].T + self.phases[axis])
            moved[:, axis] = waves.sum(axis=1) * (self.reach_m * np.sqrt(2.0 / _WAVES))
        return moved

    def moved(self, points: Points) -> Points:
        """Give each point where it comes to lie."""
        return np.asarray(points + self.shift(points))


def bent(path: Points, warp: Warp, step_m: float) -> Points:
    """Give a path of straight pieces as a winding one between the same ends."""
    fine = resampled(path, step_m)
    t = np.linspace(0.0, 1.0, len(fine))
    ease = np.minimum(1.0, np.minimum(t, 1.0 - t) * 6.0)[:, np.newaxis]
    return np.asarray(fine + warp.shift(fine) * ease)


def resampled(path: Points, step_m: float) -> Points:
    """Give points at even steps along a path, both ends kept."""
    lengths = np.hypot(*np.diff(path, axis=0).T)
    at = np.r_[0.0, np.cumsum(lengths)]
    steps = np.linspace(0.0, at[-1], max(2, int(at[-1] / step_m) + 1))
    return np.column_stack([np.interp(steps, at, path[:, 0]), np.interp(steps, at, path[:, 1])])


def smoothed(path: Points, rounds: int) -> Points:
    """Give a path with its corners rounded; ends stay."""
    for _ in range(rounds):
        inner = (path[:-2] + 2.0 * path[1:-1] + path[2:]) / 4.0
        path = np.vstack([path[:1], inner, path[-1:]])
    return path
