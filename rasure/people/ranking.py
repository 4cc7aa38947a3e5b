"""Who meets a list's rule, and in which order they are shown (methods.md 5). Pure: frames in, frames out.

Per date the event with most harm × evidence counts; score = Σ value · 2^(−age / half-life). The order says where to
look first among people who meet the rule; it decides nothing about anybody.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.errors import InputRejected
from rasure.people.criterion import Rule, route_of
from rasure.people.fields import EVENT, PERSON, refuse_others

#: Scores equal to so many places are equal: their sums may have been added in another order.
_PLACES = 9
#: Rank of whom leaving an event out leaves without any counted event.
_LONG_AGO = 10**6

Key = tuple[float, int, Any]


@dataclass(frozen=True, slots=True)
class Ranked:
    """People who meet a rule, in order, with what made their score; and who does not meet it.

    `listed`: id, rank, score, recency_days, qualifying_dates, event_dates, gravity, rank_best, rank_worst, fragile,
    route.
    `contributions`, newest first by person: id, date, age_days, kind, harm, evidence, value, weight, contribution,
    is_counted (the one of its date), is_qualifying.
    """

    listed: pd.DataFrame
    contributions: pd.DataFrame
    not_listed: tuple[Any, ...]


def rank(people: pd.DataFrame, events: pd.DataFrame, rule: Rule, as_of: date) -> Ranked:
    """Find who meets a rule on a day and put them in order.

    Parameters
    ----------
    people
        id, age (whole years, NA where unknown); one row a person.
    events
        id, date (datetime64), kind, harm (days), evidence; in any order. Those after `as_of` or older than the rule's
        look-back are left out.

    Raises
    ------
    FieldNotAllowed
        A frame has another column.
    InputRejected
        A person is there twice, an event is nobody's, or its evidence is unknown.
    """
    refuse_others(people.columns, PERSON)
    refuse_others(events.columns, EVENT)
    _check(people, events, rule)
    window = _in_window(events, rule, as_of)
    dates = _by_date(window)
    totals = _by_person(dates, rule)
    meets = totals[_meets(totals, rule)]
    order = sorted((_key(row), row) for row in meets.to_dict("records"))  # ids differ, so no tie reaches the rows
    keys = [key for key, _ in order]
    own = window[window["id"].isin(meets["id"])]
    without = _without_each(own, dates, totals, rule)
    ranges = _ranges(without, keys)
    ages = dict(zip(people["id"], people["age"], strict=True))
    listed = pd.DataFrame(
        [
            {
                "id": row["id"],
                "rank": place,
                "score": row["score"],
                "recency_days": row["recency_days"],
                "qualifying_dates": row["qualifying_dates"],
                "event_dates": row["event_dates"],
                "gravity": row["gravity"],
                "rank_best": min(place, ranges[row["id"]][0]),
                "rank_worst": max(place, ranges[row["id"]][1]),
                "fragile": ranges[row["id"]][2],
                "route": route_of(None if pd.isna(ages[row["id"]]) else int(ages[row["id"]])).value,
            }
            for place, (_, row) in enumerate(order, 1)
        ],
        columns=[
            *("id", "rank", "score", "recency_days", "qualifying_dates", "event_dates", "gravity"),
            *("rank_best", "rank_worst", "fragile", "route"),
        ],
    )
    others = tuple(sorted(set(people["id"]) - set(meets["id"])))
    return Ranked(listed, _contributions(own), others)


def met_on(events: pd.DataFrame, rule: Rule, as_of: date) -> frozenset[Any]:
    """Return who meets a rule on a day, without ranking them; `events` as for `rank`."""
    refuse_others(events.columns, EVENT)
    totals = _by_person(_by_date(_in_window(events, rule, as_of)), rule)
    return frozenset(totals.loc[_meets(totals, rule), "id"])


def _check(people: pd.DataFrame, events: pd.DataFrame, rule: Rule) -> None:
    if people["id"].duplicated().any():
        raise InputRejected(f"The person {people.loc[people['id'].duplicated(), 'id'].iloc[0]} is there twice.")
    unknown = set(events["id"].unique()) - set(people["id"])
    if unknown:
        raise InputRejected(f"There is an event of {min(unknown)}, who is not among the people. Give them too.")
    strange = set(events["evidence"].unique()) - set(rule.weights)
    if strange:
        raise InputRejected(f"The evidence {min(map(str, strange))!r} has no weight in the rule. Correct it.")


def _in_window(events: pd.DataFrame, rule: Rule, as_of: date) -> pd.DataFrame:
    """Return the events that count by date, by person and date, the greatest of a date first."""
    age_days = (np.datetime64(as_of, "D") - events["date"].to_numpy().astype("datetime64[D]")).astype(np.int64)
    within = (age_days >= 0) & (age_days <= rule.lookback_days)
    found = events[within].copy()
    evidence_weight = found["evidence"].map(dict(rule.weights)).to_numpy(dtype=np.float64)
    found["age_days"] = age_days[within]
    found["value"] = found["harm"].to_numpy(dtype=np.float64) * evidence_weight
    found["weight"] = np.exp2(-found["age_days"].to_numpy() / rule.half_life_days)
    found["contribution"] = found["value"] * found["weight"]
    found["has_weight"] = evidence_weight > 0
    found["is_qualifying"] = found["kind"].isin(rule.kinds) & found["evidence"].isin(rule.qualifying)
    by = ["id", "age_days", "value", "has_weight", "kind", "evidence"]
    found = found.sort_values(by, ascending=[True, False, False, False, True, True], ignore_index=True)
    found["is_counted"] = ~found.duplicated(["id", "age_days"]) & found["has_weight"]
    return found


def _by_date(window: pd.DataFrame) -> pd.DataFrame:
    """Return one row a person and date: value and contribution of its counted event, how many events qualify."""
    return (
        window.groupby(["id", "age_days"], sort=False)
        .agg(
            value=("value", "first"),
            contribution=("contribution", "first"),
            weighted=("has_weight", "sum"),
            qualifying=("is_qualifying", "sum"),
        )
        .reset_index()
    )


def _by_person(dates: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    counted = dates["weighted"] > 0
    is_qualifying = dates["qualifying"] > 0
    found = dates.assign(
        counted=counted,
        recent=dates["age_days"].where(counted, _LONG_AGO),
        qualifies=is_qualifying,
        qualifies_recent=is_qualifying & (dates["age_days"] <= rule.recent_days),
    )
    return (
        found.groupby("id", sort=False)
        .agg(
            score=("contribution", "sum"),
            gravity=("value", "sum"),
            recency_days=("recent", "min"),
            event_dates=("counted", "sum"),
            qualifying_dates=("qualifies", "sum"),
            recent_dates=("qualifies_recent", "sum"),
        )
        .reset_index()
    )


def _meets(totals: pd.DataFrame, rule: Rule) -> NDArray[np.bool_]:
    enough = totals["qualifying_dates"] >= rule.min_dates
    found: NDArray[np.bool_] = (enough & (totals["recent_dates"] >= rule.min_recent_dates)).to_numpy()
    return found


def _key(row: dict[str, Any] | Any) -> Key:
    return (-round(float(row["score"]), _PLACES), int(row["recency_days"]), row["id"])


def _without_each(own: pd.DataFrame, dates: pd.DataFrame, totals: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Return id, score, recency_days, is_met of each listed person with each of their events left out in turn."""
    date_keys = ["id", "age_days"]
    found = own.merge(dates[[*date_keys, "weighted", "qualifying"]], on=date_keys)
    found = found.merge(totals, on="id")
    is_first = ~found.duplicated(date_keys)
    second = found.groupby(date_keys, sort=False)["contribution"].shift(-1).fillna(0.0)
    loss = np.where(is_first, found["contribution"] - second, 0.0)
    ends_date = found["has_weight"] & (found["weighted"] == 1)
    counted = dates[dates["weighted"] > 0].sort_values(date_keys)
    next_age = counted.groupby("id", sort=False)["age_days"].nth(1)
    later = dict(zip(counted.loc[next_age.index, "id"], next_age, strict=True))
    is_latest = ends_date & (found["age_days"] == found["recency_days"])
    recency = np.where(is_latest, found["id"].map(later).fillna(_LONG_AGO), found["recency_days"])
    ends_qualifying = (found["is_qualifying"] & (found["qualifying"] == 1)).to_numpy(dtype=np.int64)
    left = found["qualifying_dates"] - ends_qualifying
    left_recent = found["recent_dates"] - ends_qualifying * (found["age_days"] <= rule.recent_days)
    return pd.DataFrame(
        {
            "id": found["id"],
            "score": found["score"] - loss,
            "recency_days": recency.astype(np.int64),
            "is_met": (left >= rule.min_dates) & (left_recent >= rule.min_recent_dates),
        }
    )


def _ranges(without: pd.DataFrame, keys: list[Key]) -> dict[Any, tuple[int, int, bool]]:
    """Return best rank, worst rank and whether the criterion can break, by person, the others staying as they are."""
    own_key = {key[2]: key for key in keys}
    found: dict[Any, tuple[int, int, bool]] = {}
    for row in without.to_dict("records"):
        key = _key(row)
        better = bisect_left(keys, key) - (own_key[row["id"]] < key)
        best, worst, breaks = found.get(row["id"], (_LONG_AGO, 0, False))
        found[row["id"]] = (min(best, better + 1), max(worst, better + 1), breaks or not row["is_met"])
    return found


def _contributions(own: pd.DataFrame) -> pd.DataFrame:
    columns = [
        *("id", "date", "age_days", "kind", "harm", "evidence", "value", "weight", "contribution"),
        *("is_counted", "is_qualifying"),
    ]
    shown = own.sort_values(["id", "age_days", "contribution"], ascending=[True, True, False], kind="stable")
    shown = shown.assign(contribution=shown["contribution"].where(shown["is_counted"], 0.0))
    return shown[columns].reset_index(drop=True)
