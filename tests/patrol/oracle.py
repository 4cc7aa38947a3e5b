"""Visits worked out slowly and exactly: whole numbers of any size, one position after another, nothing of Rasure's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Corners of one patrol area in whole millimetres, ring by ring.
Rings = Sequence[Sequence[tuple[int, int]]]
#: (second, easting, northing), in whole decimetres.
Fix = tuple[int, int, int]

MARGIN_MM = 20_000


@dataclass(frozen=True)
class Visit:
    started_s: int
    ended_s: int
    pings: int
    still_s: int
    foot_s: int
    vehicle_s: int
    unknown_s: int
    unseen_before_s: int | None
    unseen_after_s: int | None
    category: str
    is_long: bool


def is_inside(areas: Iterable[Rings], e_dm: int, n_dm: int) -> bool:
    return any(_in_grown(rings, e_dm * 100, n_dm * 100) for rings in areas)


def _in_grown(rings: Rings, x: int, y: int) -> bool:
    is_within = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
            if _is_near(x1, y1, x2, y2, x, y):
                return True
            if (y1 > y) != (y2 > y):
                across = (x1 - x) * (y2 - y1) + (y - y1) * (x2 - x1)
                is_within ^= across > 0 if y2 > y1 else across < 0
    return is_within


def _is_near(x1: int, y1: int, x2: int, y2: int, x: int, y: int) -> bool:
    dx, dy, px, py = x2 - x1, y2 - y1, x - x1, y - y1
    along, length2 = px * dx + py * dy, dx * dx + dy * dy
    if along <= 0:
        return px * px + py * py <= MARGIN_MM**2
    if along >= length2:
        return (px - dx) ** 2 + (py - dy) ** 2 <= MARGIN_MM**2
    return (px * dy - py * dx) ** 2 <= MARGIN_MM**2 * length2


def visits(fixes: Iterable[Fix], areas: Sequence[Rings]) -> list[Visit]:
    """Give the visits of one officer to one place, in time order."""
    ordered = sorted(set(fixes))
    inside = [fix for fix in ordered if is_inside(areas, fix[1], fix[2])]
    inside_seconds = {fix[0] for fix in inside}
    outside_seconds = sorted({fix[0] for fix in ordered} - inside_seconds)
    seconds = sorted({fix[0] for fix in ordered})
    groups: list[list[Fix]] = []
    for fix in inside:
        if groups and _do_join(groups[-1][-1][0], fix[0], outside_seconds):
            groups[-1].append(fix)
        else:
            groups.append([fix])
    return [_visit(group, outside_seconds, seconds) for group in groups]


def _was_outside(first_s: int, then_s: int, outside: Sequence[int]) -> bool:
    return any(first_s < second < then_s for second in outside)


def _do_join(first_s: int, then_s: int, outside: Sequence[int]) -> bool:
    return then_s - first_s <= (120 if _was_outside(first_s, then_s, outside) else 300)


def _visit(group: Sequence[Fix], outside: Sequence[int], seconds: Sequence[int]) -> Visit:
    spent = {"still": 0, "foot": 0, "vehicle": 0, "unknown": 0}
    for (t1, e1, n1), (t2, e2, n2) in zip(group, group[1:], strict=False):
        moved2, gap = (e2 - e1) ** 2 + (n2 - n1) ** 2, t2 - t1
        if _was_outside(t1, t2, outside):
            mode = "unknown"
        elif moved2 < (5 * gap) ** 2:
            mode = "still"
        else:
            mode = "foot" if moved2 <= (25 * gap) ** 2 else "vehicle"
        spent[mode] += gap
    start, end = group[0][0], group[-1][0]
    before = [start - second for second in seconds if 0 < start - second <= 300]
    after = [second - end for second in seconds if 0 < second - end <= 300]
    is_valid = spent["still"] + spent["foot"] >= 600
    category = "valid" if is_valid else "pass" if end - start < 120 else "short"
    return Visit(
        start,
        end,
        len(group),
        *(spent[mode] for mode in ("still", "foot", "vehicle", "unknown")),
        min(before, default=None),
        min(after, default=None),
        category,
        end - start > 1200,
    )
