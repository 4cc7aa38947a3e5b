"""The Times page as plain rows, numbers rounded as they leave: hours of the week, kinds of days, months."""

import numpy as np

from rasure.services.times import Picture

Rows = list[dict[str, object]]

HOUR_COLUMNS = ("weekday", "from_hour", "to_hour", "weight", "share", "shrunk_share")
DAY_COLUMNS = (
    *("kind", "meaning", "against", "offences", "days", "per_day", "other_offences", "other_days", "other_per_day"),
    *("ratio", "ratio_low", "ratio_high", "is_clear"),
)
MONTH_COLUMNS = ("month", "offences", "days_held", "held")


def hours(picture: Picture) -> Rows:
    """Return the matrix the page shows as plain rows, Monday 1: its hours, or its blocks with their shrunk shares."""
    if not picture.counts.timed:
        return []
    weights = picture.weights if picture.blocks is None else picture.blocks.weights
    step = 24 // weights.shape[1]
    return [
        {
            "weekday": day + 1,
            "from_hour": slot * step,
            "to_hour": (slot + 1) * step,
            "weight": round(float(weights[day, slot]), 4),
            "share": round(float(weights[day, slot]) / picture.counts.timed, 6),
            "shrunk_share": round(float(picture.blocks.shares[day, slot]), 6) if picture.blocks else None,
        }
        for day, slot in np.ndindex(*weights.shape)
    ]


def days(picture: Picture) -> Rows:
    """Return the comparison of kinds of days as plain rows; what cannot be worked out is empty."""
    rows: Rows = []
    for kind in picture.kinds:
        ratio = kind.ratio
        figures = {
            "per_day": kind.per_day,
            "other_per_day": kind.other_per_day,
            "ratio": ratio.ratio if ratio else float("nan"),
            "ratio_low": ratio.ci[0] if ratio else float("nan"),
            "ratio_high": ratio.ci[1] if ratio else float("nan"),
        }
        rows.append(
            {
                "kind": kind.name,
                "meaning": kind.meaning,
                "against": kind.against,
                "offences": kind.offences,
                "days": kind.days,
                "other_offences": kind.other_offences,
                "other_days": kind.other_days,
                "is_clear": "yes" if ratio and ratio.is_clear else "no",
                **{name: round(value, 4) if np.isfinite(value) else None for name, value in figures.items()},
            }
        )
    return rows


def months(picture: Picture) -> Rows:
    """Return the months as plain rows."""
    return [
        {
            "month": f"{month.first_on:%Y-%m}",
            "offences": month.offences,
            "days_held": month.days,
            "held": month.held.value,
        }
        for month in picture.months
    ]
