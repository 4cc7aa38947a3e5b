"""How chosen cells become hot spots: neighbours of one policing area join, each cell stays a patrol area."""

import heapq

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from rasure.errors import InputRejected
from rasure.places import grid

JOINED_COLUMNS = ("cell", "hotspot", "part")
"""Columns `joined` gives, in this order."""


def joined(
    cells: ArrayLike, scores: ArrayLike, *, areas: ArrayLike | None = None, most_cells: int | None = None
) -> pd.DataFrame:
    """Join chosen cells that share an edge into hot spots.

    A hot spot grows from the best cell not yet taken, always by the best neighbour of what it holds, until no
    neighbour is left or it has `most_cells`. Without a limit these are the connected groups.

    Parameters
    ----------
    cells, scores
        Packed cells, each once, and what they are ranked by; higher is better, a missing score is the least,
        and equal scores go by the cell's number.
    areas
        A label for each cell. Cells of different areas never join: an area is a block of the allocation, and a
        hot spot lies in one block. None: all are one area.
    most_cells
        The most cells a hot spot may have; None: no limit. 1 joins nothing.

    Returns
    -------
    DataFrame
        `cell`, `hotspot` (from 0, by best cell) and `part` (from 0 within its hot spot, by score), in that
        order; the order of the cells given does not matter. No cells give no rows.
    """
    own = np.asarray(cells, dtype=np.int64)
    values = np.nan_to_num(np.asarray(scores, dtype=np.float64), nan=-np.inf)
    labels = np.zeros(own.size) if areas is None else np.asarray(areas, dtype=object)
    _check(own, values, labels, most_cells)
    order = np.lexsort((own, -values))
    places = {int(cell): rank for rank, cell in enumerate(own[order])}
    around = [[places[near] for near in row if near in places] for row in grid.neighbours(own[order]).tolist()]
    area = labels[order].tolist()
    hotspot = np.full(own.size, -1, dtype=np.int64)
    number = 0
    for seed in range(own.size):
        if hotspot[seed] < 0:
            _grow(seed, number, hotspot, around, area, most_cells or own.size)
            number += 1
    found = pd.DataFrame({"cell": own[order], "hotspot": hotspot})
    found["part"] = found.groupby("hotspot").cumcount().astype("int64")
    return found.sort_values(["hotspot", "part"]).reset_index(drop=True)


def _grow(
    seed: int, number: int, hotspot: np.ndarray, around: list[list[int]], area: list[object], most_cells: int
) -> None:
    edge, size = [seed], 0
    while edge and size < most_cells:
        best = heapq.heappop(edge)
        if hotspot[best] >= 0:
            continue
        hotspot[best] = number
        size += 1
        for near in around[best]:
            if hotspot[near] < 0 and area[near] == area[seed]:
                heapq.heappush(edge, near)


def _check(cells: np.ndarray, scores: np.ndarray, areas: np.ndarray, most_cells: int | None) -> None:
    if not cells.shape == scores.shape == areas.shape:
        raise InputRejected("Cells, scores and areas differ in number.")
    if np.unique(cells).size != cells.size:
        raise InputRejected("A cell is given twice; each can be in one hot spot only.")
    if most_cells is not None and most_cells < 1:
        raise InputRejected("A hot spot needs at least one cell.")
