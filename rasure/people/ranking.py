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
    totals = _totals(window, rule)
    meets = np.flatnonzero(_meets(totals, rule))
    order = sorted((_key(totals.score[one], totals.recency_days[one], totals.ids[one]), one) for one in meets)
    keys = [key for key, _ in order]
    own = window[_among(totals.person, meets, totals.ids.size)]
    ranges = _ranges(_without_each(window, totals, meets, rule), keys)
    ages = dict(zip(people["id"], people["age"], strict=True))
    listed = pd.DataFrame(
        [
            {
                "id": key[2],
                "rank": place,
                "score": totals.score[one],
                "recency_days": totals.recency_days[one],
                "qualifying_dates": totals.qualifying_dates[one],
                "event_dates": totals.event_dates[one],
                "gravity": totals.gravity[one],
                "rank_best": min(place, ranges[key[2]][0]),
                "rank_worst": max(place, ranges[key[2]][1]),
                "fragile": ranges[key[2]][2],
                "route": route_of(None if pd.isna(ages[key[2]]) else int(ages[key[2]])).value,
            }
            for place, (key, one) in enumerate(order, 1)
        ],
        columns=[
            *("id", "rank", "score", "recency_days", "qualifying_dates", "event_dates", "gravity"),
            *("rank_best", "rank_worst", "fragile", "route"),
        ],
    )
    others = tuple(sorted(set(people["id"]) - {key[2] for key in keys}))
    return Ranked(listed, _contributions(own), others)


def met_on(events: pd.DataFrame, rule: Rule, as_of: date) -> frozenset[Any]:
    """Return who meets a rule on a day, without ranking them; `events` as for `rank`."""
    refuse_others(events.columns, EVENT)
    totals = _totals(_in_window(events, rule, as_of), rule)
    return frozenset(totals.ids[_meets(totals, rule)])


def _check(people: pd.DataFrame, events: pd.DataFrame, rule: Rule) -> None:
    if people["id"].duplicated().any():
        raise InputRejected(f"The person {people.loc[people['id'].duplicated(), 'id'].iloc[0]} is there twice.")
    unknown = set(events["id"].unique()) - set(people["id"])
    if unknown:
        raise InputRejected(f"There is an event of {min(unknown)}, who is not among the people. Give them too.")
    strange = set(events["evidence"].unique()) - set(rule.weights)
    if strange:
        raise InputRejected(f"The evidence {min(map(str, strange))!r} has no weight in the rule. Correct it.")


@dataclass(frozen=True, slots=True)
class _Totals:
    """Of a window: to which person and date each event belongs, and what there is of each date and person.

    By event: `person`, `date`, positions in what follows. By date: `person_of`, `age_days`, `weighted` and `qualifying`
    events. By person: the others.
    """

    ids: NDArray[Any]
    person: NDArray[np.int64]
    date: NDArray[np.int64]
    person_of: NDArray[np.int64]
    age_days: NDArray[np.int64]
    weighted: NDArray[np.int64]
    qualifying: NDArray[np.int64]
    score: NDArray[np.float64]
    gravity: NDArray[np.float64]
    recency_days: NDArray[np.int64]
    event_dates: NDArray[np.int64]
    qualifying_dates: NDArray[np.int64]
    recent_dates: NDArray[np.int64]


def _in_window(events: pd.DataFrame, rule: Rule, as_of: date) -> pd.DataFrame:
    """Return the events that count by date, by person and date, the greatest of a date first."""
    age_days = (np.datetime64(as_of, "D") - events["date"].to_numpy().astype("datetime64[D]")).astype(np.int64)
    within = (age_days >= 0) & (age_days <= rule.lookback_days)
    found = events[within]
    age_days = age_days[within]
    kinds, kind = np.unique(found["kind"].to_numpy(object), return_inverse=True)
    graded, evidence = np.unique(found["evidence"].to_numpy(object), return_inverse=True)
    evidence_weight = np.array([rule.weights[one] for one in graded], np.float64)[evidence]
    value = found["harm"].to_numpy(np.float64) * evidence_weight
    weight = np.exp2(-age_days / rule.half_life_days)
    has_weight = evidence_weight > 0
    does_qualify = np.isin(kinds, list(rule.kinds))[kind] & np.isin(graded, list(rule.qualifying))[evidence]
    person = pd.factorize(found["id"], sort=True)[0]
    order = np.lexsort((evidence, kind, ~has_weight, -value, age_days, person))
    is_first = _begins(person[order], age_days[order])
    return found.take(order).assign(
        age_days=age_days[order],
        value=value[order],
        weight=weight[order],
        contribution=(value * weight)[order],
        has_weight=has_weight[order],
        is_qualifying=does_qualify[order],
        is_counted=is_first & has_weight[order],
    )


def _totals(window: pd.DataFrame, rule: Rule) -> _Totals:
    """Sum a window by date, where its first event stands for it, and then by person."""
    person, ids = pd.factorize(window["id"])
    age_days = window["age_days"].to_numpy(np.int64)
    first = np.flatnonzero(_begins(person, age_days))
    weighted = _sums(window["has_weight"].to_numpy(np.int64), first)
    qualifying = _sums(window["is_qualifying"].to_numpy(np.int64), first)
    person_of, age_of = person[first], age_days[first]
    of_person = np.flatnonzero(_begins(person_of))
    is_recent = (qualifying > 0) & (age_of <= rule.recent_days)
    recent = np.where(weighted > 0, age_of, _LONG_AGO)
    return _Totals(
        ids=np.asarray(ids, object),
        person=person,
        date=np.cumsum(_begins(person, age_days)) - 1,
        person_of=person_of,
        age_days=age_of,
        weighted=weighted,
        qualifying=qualifying,
        score=_sums(np.nan_to_num(window["contribution"].to_numpy(np.float64)[first]), of_person),
        gravity=_sums(np.nan_to_num(window["value"].to_numpy(np.float64)[first]), of_person),
        recency_days=np.minimum.reduceat(recent, of_person) if of_person.size else recent,
        event_dates=_sums((weighted > 0).astype(np.int64), of_person),
        qualifying_dates=_sums((qualifying > 0).astype(np.int64), of_person),
        recent_dates=_sums(is_recent.astype(np.int64), of_person),
    )


def _begins(*sorted_by: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell of each row whether it is the first of its group, of rows in the order of these."""
    found = np.zeros(sorted_by[0].size, np.bool_)
    found[:1] = True
    for one in sorted_by:
        found[1:] |= one[1:] != one[:-1]
    return found


def _sums(values: NDArray[Any], first: NDArray[np.int64]) -> NDArray[Any]:
    """Sum the groups that begin at these positions."""
    return np.add.reduceat(values, first) if first.size else values[:0]


def _meets(totals: _Totals, rule: Rule) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (totals.qualifying_dates >= rule.min_dates) & (
        totals.recent_dates >= rule.min_recent_dates
    )
    return found


def _key(score: float, recency_days: int, person: Any) -> Key:
    return (-round(float(score), _PLACES), int(recency_days), person)


def _among(person: NDArray[np.int64], chosen: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    """Tell of each event whether it is one of the chosen people's."""
    is_chosen = np.zeros(n, np.bool_)
    is_chosen[chosen] = True
    return is_chosen[person]


def _without_each(
    window: pd.DataFrame, totals: _Totals, chosen: NDArray[np.int64], rule: Rule
) -> list[tuple[Key, bool]]:
    """Return for each event of the chosen people their key, and whether they meet the rule, had it not happened."""
    rows = np.flatnonzero(_among(totals.person, chosen, totals.ids.size))
    person, day = totals.person[rows], totals.date[rows]
    contribution = np.nan_to_num(window["contribution"].to_numpy(np.float64))
    is_first = _begins(totals.date)
    has_second = np.append(~is_first[1:], False)
    second = np.where(has_second, np.append(contribution[1:], 0.0), 0.0)
    loss = np.where(is_first, contribution - second, 0.0)[rows]
    ends_date = window["has_weight"].to_numpy()[rows] & (totals.weighted[day] == 1)
    is_latest = ends_date & (totals.age_days[day] == totals.recency_days[person])
    recency = np.where(is_latest, _next_age(totals)[person], totals.recency_days[person])
    ends = (window["is_qualifying"].to_numpy()[rows] & (totals.qualifying[day] == 1)).astype(np.int64)
    left = totals.qualifying_dates[person] - ends
    left_recent = totals.recent_dates[person] - ends * (totals.age_days[day] <= rule.recent_days)
    is_met = (left >= rule.min_dates) & (left_recent >= rule.min_recent_dates)
    scores = totals.score[person] - loss
    return [
        (_key(score, age, totals.ids[one]), met)
        for score, age, one, met in zip(
            scores.tolist(), recency.tolist(), person.tolist(), is_met.tolist(), strict=True
        )
    ]


def _next_age(totals: _Totals) -> NDArray[np.int64]:
    """Return by person the age of the counted date before the latest one."""
    counted = totals.weighted > 0
    person, age_days = totals.person_of[counted], totals.age_days[counted]
    first = _begins(person)
    is_second = np.append(False, first[:-1])[: first.size] & ~first
    found = np.full(totals.ids.size, _LONG_AGO, np.int64)
    found[person[is_second]] = age_days[is_second]
    return found


def _ranges(without: list[tuple[Key, bool]], keys: list[Key]) -> dict[Any, tuple[int, int, bool]]:
    """Return best rank, worst rank and whether the criterion can break, by person, the others staying as they are."""
    own_key = {key[2]: key for key in keys}
    found: dict[Any, tuple[int, int, bool]] = {}
    for key, is_met in without:
        better = bisect_left(keys, key) - (own_key[key[2]] < key)
        best, worst, breaks = found.get(key[2], (_LONG_AGO, 0, False))
        found[key[2]] = (min(best, better + 1), max(worst, better + 1), breaks or not is_met)
    return found


def _contributions(own: pd.DataFrame) -> pd.DataFrame:
    columns = [
        *("id", "date", "age_days", "kind", "harm", "evidence", "value", "weight", "contribution"),
        *("is_counted", "is_qualifying"),
    ]
    shown = own.sort_values(["id", "age_days", "contribution"], ascending=[True, True, False], kind="stable")
    shown = shown.assign(contribution=shown["contribution"].where(shown["is_counted"], 0.0))
    return shown[columns].reset_index(drop=True)
