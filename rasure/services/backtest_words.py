"""A back-test in words and as plain data: one verdict by rule, what would replace the baseline, rows to take away."""

from datetime import timedelta

from rasure.places.accuracy import Interval
from rasure.places.compare import LEAST_WINDOWS
from rasure.services.backtest import Compared, Report
from rasure.services.corroboration import p_words

WINDOW_HEADS = (
    "cut",
    "last_on",
    "method",
    "hits",
    "total",
    "hit_rate",
    "chosen",
    "best",
    "earlier_hits",
    "earlier_total",
)


def headline(found: Report) -> str:
    """Say in a few words how the ranking did against its first rival."""
    if not found.compared or len(found.cuts) < LEAST_WINDOWS:
        return f"Too few windows to judge the ranking by: {len(found.cuts)} of the {LEAST_WINDOWS} it takes"
    against = found.compared[0]
    rival = _lower(against.label)
    if not against.is_significant:
        return f"No clear difference between the ranking and {rival}"
    more, fewer = ("the ranking", rival) if against.hits > 0 else (rival, "the ranking")
    return f"{more[0].upper()}{more[1:]} would have caught more than {fewer}"


def verdict(found: Report) -> str:
    """Say in one sentence, by rule, how the ranking did and whether that is more than chance."""
    if found.why_none is not None:
        return found.why_none
    base = found.judged[0]
    windows = len(found.cuts)
    area = f", {_percent(found.k, found.cells_in_area)} of the area," if found.cells_in_area else ""
    said = (
        f"Over {windows} {'window' if windows == 1 else 'windows'} of {found.horizon_days} days the {found.k} places of"
        f" the decayed count{area} caught"
        f" {_percent(base.hits, base.total)} of later offences ({base.hits:,} of {base.total:,})"
    )
    if not found.compared:
        return f"{said}."
    against = found.compared[0]
    rival = next(judged for judged in found.judged if judged.method.name == against.rival)
    said += f"; {_lower(rival.label)} caught {_percent(rival.hits, rival.total)} ({rival.hits:,})"
    return f"{said}. {_difference(against)}"


def replacement(found: Report) -> str:
    """Say whether another method earns the place of the decayed count; the simpler one stays in doubt."""
    if len(found.cuts) < LEAST_WINDOWS:
        return (
            f"Whether another method should replace the decayed count takes at least {LEAST_WINDOWS} windows;"
            f" these data allow {len(found.cuts)}."
        )
    better = [_lower(compared.label) for compared in found.compared if compared.replaces]
    rule = f"its interval over at least {LEAST_WINDOWS} windows must lie above 0 and it must catch 2 in 100 more"
    if better:
        return f"By the rule ({rule}), {' and '.join(better)} would replace the decayed count here."
    return f"No other method earns its place here: {rule}."


def as_json(found: Report) -> dict[str, object]:
    """Return a report as plain data, as the command line prints it; what has no value is null."""
    return {
        "verdict": verdict(found),
        "replacement": replacement(found) if found.cuts else None,
        "parameters": {
            "cuts": [cut.isoformat() for cut in found.cuts],
            "horizon_days": found.horizon_days,
            "k": found.k,
            "cells_in_area": found.cells_in_area,
            "usable_from": found.usable.first_on.isoformat(),
            "usable_to": found.usable.last_on.isoformat(),
        },
        "windows": window_rows(found),
        "methods": [
            {
                "method": judged.method.name,
                "lookback_days": judged.method.lookback_days,
                "half_life_days": judged.method.half_life_days,
                "bandwidth_m": judged.method.bandwidth_m,
                "hits": judged.hits,
                "total": judged.total,
                **{
                    name: _known(getattr(judged, name))
                    for name in ("hit_rate", "hit_rate_ci", "pai", "pai_ci", "pei", "rri")
                },
            }
            for judged in found.judged
        ],
        "comparisons": [
            {
                "baseline": found.judged[0].method.name,
                "rival": compared.rival,
                "windows": compared.paired.windows,
                "mean_difference": compared.paired.mean_diff,
                "mean_difference_ci": _known(compared.paired.ci),
                "difference": compared.hits,
                "difference_ci": _known(compared.hits_ci),
                "p": compared.paired.p,
                "significant": compared.is_significant,
                "replaces_baseline": compared.replaces,
            }
            for compared in found.compared
        ],
        "caveats": list(found.caveats),
    }


def window_rows(found: Report) -> list[dict[str, object]]:
    """Return a row a window and method, as the CSV and the command line give them."""
    rows: list[dict[str, object]] = []
    for row in found.windows.to_dict("records"):
        last_on = row["cut"] + timedelta(days=found.horizon_days - 1)
        numbers = {
            name: int(row[name]) for name in ("hits", "total", "chosen", "best", "earlier_hits", "earlier_total")
        }
        said = {"cut": row["cut"].isoformat(), "last_on": last_on.isoformat(), "method": row["method"], **numbers}
        rows.append({name: said.get(name, round(row["hits"] / row["total"], 6)) for name in WINDOW_HEADS})
    return rows


def _difference(against: Compared) -> str:
    hits, (low, high), windows = against.hits, against.hits_ci, against.paired.windows
    offences_word = "hit" if abs(hits) == 1 else "hits"
    if windows < 2:
        return f"One window gives a difference of {hits:,} {offences_word} and no interval: too little to judge by."
    said = f"The difference of {_signed(hits)} {offences_word} (95 % interval {_signed(low)} to {_signed(high)}"
    said += f", sign-flip p {p_words(against.paired.p)})"
    if windows < LEAST_WINDOWS:
        return f"{said} rests on fewer than {LEAST_WINDOWS} windows: an indication, no more."
    if not against.is_significant:
        return f"{said} is not statistically significant."
    worse = "" if hits > 0 else ": the decayed count did worse"
    return f"{said} is more than chance explains{worse}."


def _known(value: float | Interval) -> float | list[float | None] | None:
    if isinstance(value, tuple):
        return [None if part != part else float(part) for part in value]
    return None if value != value else float(value)


def _percent(part: float, whole: float) -> str:
    percent = 100 * part / whole if whole else float("nan")
    return f"{percent:.{0 if percent >= 100 else 1 if percent >= 1 else 2}f} %"


def _signed(value: float) -> str:
    return f"{round(value):,}".replace("-", "−")


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]
