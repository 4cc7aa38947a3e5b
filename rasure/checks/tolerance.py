"""Do our figures agree with those expected, by the rules case files are written to."""

import math
from collections.abc import Iterator, Mapping

DEFAULT_ABS = 1e-9
DEFAULT_REL = 1e-9


def differences(expected: object, ours: object, tolerance: Mapping[str, float]) -> list[str]:
    """Give the paths at which our result departs from the expected one; none when all is well.

    Only what is expected is looked at: more keys are allowed. Numbers may differ by `abs + rel * |expected|`.
    `{"approx": x, "mc_abs": a}` allows `a` around x, for results that hang on random draws.
    `{"contains": […], "not_contains": […]}` asks about text. Null means empty.
    """
    return list(_departures(expected, ours, _limits(tolerance), "result"))


def _departures(expected: object, ours: object, limits: tuple[float, float], path: str) -> Iterator[str]:
    if isinstance(expected, Mapping):
        yield from _in_object(expected, ours, limits, path)
    elif isinstance(expected, list):
        yield from _in_list(expected, ours, limits, path)
    elif not _same(expected, ours, limits):
        yield path


def _in_object(expected: Mapping[str, object], ours: object, limits: tuple[float, float], path: str) -> Iterator[str]:
    if "approx" in expected:
        around = expected.get("mc_abs")
        allowed = (float(around) if isinstance(around, int | float) else 0.0, 0.0)
        yield from _departures(expected["approx"], ours, allowed, path)
    elif "contains" in expected or "not_contains" in expected:
        if not _reads(expected, ours):
            yield path
    elif not isinstance(ours, Mapping):
        yield path
    else:
        for name, part in expected.items():
            yield from _departures(part, ours.get(name), limits, f"{path}.{name}")


def _in_list(expected: list[object], ours: object, limits: tuple[float, float], path: str) -> Iterator[str]:
    if not isinstance(ours, list) or len(ours) != len(expected):
        yield path
        return
    for place, (theirs, own) in enumerate(zip(expected, ours, strict=True)):
        yield from _departures(theirs, own, limits, f"{path}[{place}]")


def _same(expected: object, ours: object, limits: tuple[float, float]) -> bool:
    if expected is None:
        return _is_empty(ours)
    if isinstance(expected, bool) or isinstance(ours, bool):
        return expected is ours
    if isinstance(expected, int | float) and isinstance(ours, int | float):
        return bool(abs(ours - expected) <= limits[0] + limits[1] * abs(expected))
    return expected == ours


def _is_empty(ours: object) -> bool:
    return ours is None or (isinstance(ours, list) and bool(ours) and all(_is_empty(part) for part in ours))


def _reads(expected: Mapping[str, object], ours: object) -> bool:
    wanted, unwanted = expected.get("contains", []), expected.get("not_contains", [])
    if not isinstance(ours, str) or not isinstance(wanted, list) or not isinstance(unwanted, list):
        return False
    return all(str(words) in ours for words in wanted) and not any(str(words) in ours for words in unwanted)


def _limits(tolerance: Mapping[str, float]) -> tuple[float, float]:
    absolute, relative = tolerance.get("abs", DEFAULT_ABS), tolerance.get("rel", DEFAULT_REL)
    if not all(isinstance(part, int | float) and math.isfinite(part) for part in (absolute, relative)):
        return DEFAULT_ABS, DEFAULT_REL
    return float(absolute), float(relative)
