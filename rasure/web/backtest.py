"""How well the ranking would have done: hits window by window, measures with intervals, one verdict by rule."""

from collections.abc import Callable
from datetime import timedelta

import pandas as pd
import streamlit as st

from rasure.access.scope import Scope
from rasure.api.hot_spots import parameters_of
from rasure.places.accuracy import Interval
from rasure.services import backtest_words
from rasure.services.backtest import Compared, Judged, Report
from rasure.services.corroboration import p_words
from rasure.web import charts, exports, reads, tables, text
from rasure.web.filters import Choice


def view(scope: Scope, choice: Choice) -> None:
    """Draw the back-test of a choice, or why there is none."""
    found = reads.backtest(scope, choice.question, reads.version())
    if found.why_none is not None:
        _none(found)
        return
    st.subheader(backtest_words.headline(found))
    st.write(text.plain(backtest_words.verdict(found)))
    st.write(text.plain(backtest_words.replacement(found)))
    _hits(found)
    _measures(found, choice)
    _differences(found)
    for said in found.caveats:
        tables.note(said)
    with st.expander("Every window as a table"):
        _windows(found)
    with st.expander("What the measures mean"):
        _meanings(found)
    exports.links("back-test", "Download the windows", parameters_of(choice.question))


def _none(found: Report) -> None:
    """Say why nothing can be tested, and what would change that."""
    st.subheader("These data are too few to test the ranking")
    st.write(text.plain(found.why_none or ""))
    tables.note("Load earlier months, choose a later day, or widen the selection. The ranking itself needs none of it.")


def _hits(found: Report) -> None:
    """Draw hits a window, the decayed count beside its first rival."""
    wide = found.windows.pivot_table(index="cut", columns="method", values="hits").reset_index()
    rival = found.compared[0]
    totals = found.windows.drop_duplicates("cut").set_index("cut")["total"]
    frame = pd.DataFrame(
        {
            "cut": pd.to_datetime(wide["cut"]),
            "baseline": wide["decayed_count"],
            "rival": wide[rival.rival],
            "total": [int(totals[cut]) for cut in wide["cut"]],
            "said": [
                f"{text.day(cut)} to {text.day(cut + timedelta(days=found.horizon_days - 1))}" for cut in wide["cut"]
            ],
        }
    )
    tables.note(
        f"Later offences in the {found.k} chosen places, by first day of the window: dot, decayed count; square,"
        f" {rival.label[0].lower()}{rival.label[1:]}."
    )
    alt = f"Hits of the decayed count and of {rival.label} in {len(frame)} windows; “Every window as a table” has them."
    charts.windows(frame, alt)


def _measures(found: Report, choice: Choice) -> None:
    tables.table(
        f"All {len(found.cuts)} windows together · {choice.words}",
        ("Method", "Hits", "Hit rate", "95 % interval", "PAI", "95 % interval", "PEI", "RRI"),
        [_measured(judged) for judged in found.judged],
        numeric=(1, 2, 3, 4, 5, 6, 7),
    )


def _measured(judged: Judged) -> tuple[object, ...]:
    return (
        judged.label,
        f"{judged.hits:,} of {judged.total:,}",
        f"{100 * judged.hit_rate:.1f} %",
        _interval(judged.hit_rate_ci, lambda share: f"{100 * share:.1f}", " %"),
        _figure(judged.pai, ".0f" if judged.pai >= 100 else ".1f"),
        _interval(judged.pai_ci, lambda pai: f"{pai:.0f}" if pai >= 100 else f"{pai:.1f}"),
        _figure(judged.pei, ".2f"),
        _figure(judged.rri, ".2f"),
    )


def _differences(found: Report) -> None:
    tables.table(
        "The decayed count less each other method, on the same windows",
        ("Against", "Hits a window", "95 % interval", "Sign-flip p", "Beyond chance", "Would replace it"),
        [_compared(compared) for compared in found.compared],
        numeric=(1, 2, 3),
    )


def _compared(compared: Compared) -> tuple[object, ...]:
    return (
        compared.label,
        _signed(compared.paired.mean_diff),
        _interval(compared.paired.ci, _signed),
        p_words(compared.paired.p),
        "yes" if compared.is_significant else "not statistically significant",
        "yes" if compared.replaces else "no",
    )


def _windows(found: Report) -> None:
    labels = {judged.method.name: judged.label for judged in found.judged}
    wide = found.windows.pivot_table(index=["cut", "total"], columns="method", values="hits").reset_index()
    tables.table(
        f"Hits by window of {found.horizon_days} days",
        ("From", "To", "Later offences", *labels.values()),
        [
            (
                text.day(row["cut"]),
                text.day(row["cut"] + timedelta(days=found.horizon_days - 1)),
                int(row["total"]),
                *(int(row[name]) for name in labels),
            )
            for row in wide.to_dict("records")
        ],
        numeric=range(2, 3 + len(labels)),
    )


def _meanings(found: Report) -> None:
    st.write(
        f"At the first day of each window every method chooses {found.k} places from offences strictly before that day;"
        f" the next {found.horizon_days} days judge it. The decayed count is the ranking of this page."
    )
    tables.table(
        "Measures",
        ("Measure", "What it is"),
        [
            ("Last quarter", "The 90 days before the window; last year: the 365 days before it; counted plainly"),
            ("Density", "Decayed offences spread over 300 m around each, at the hexagon’s centre"),
            ("Hit rate", "Later offences in the chosen places, over all later offences; Wilson interval"),
            ("PAI", "Hit rate over the share of the area that was chosen"),
            ("PEI", "Hits over those of the best possible choice of as many places; 1 is perfect"),
            ("RRI", "Hit rate over the same places’ share when chosen; below 1 is regression to the mean"),
            ("95 % interval of a difference", "Student’s t over windows"),
            ("Sign-flip p", "How often windows with signs at random differ at least as much"),
        ],
    )


def _interval(limits: Interval, write: Callable[[float], str], unit: str = "") -> str | None:
    low, high = limits
    return f"{write(low)} to {write(high)}{unit}" if low == low and high == high else None


def _figure(value: float, form: str) -> str | None:
    return format(value, form) if value == value else None


def _signed(value: float) -> str:
    return f"{value:,.1f}".replace("-", "−")
