"""What one hot spot of a draft gains when its outline is moved, and what is needed to see it on a map."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from rasure.access.scope import Scope
from rasure.errors import OutOfArea
from rasure.places import fitting, outline
from rasure.places.fitting import Gain
from rasure.places.outline import Outline, Shift
from rasure.places.ranking import RankingRule
from rasure.services.drafts import Draft, Spot
from rasure.services.drawing import Path, lonlat, lonlat_paths
from rasure.store.analytics import tasking
from rasure.store.analytics.offences import Filter
from rasure.store.store import Store
from rasure.terms import Window

#: Offences are shown so far around an outline.
_MARGIN_M = 160.0


@dataclass(frozen=True, slots=True)
class Fit:
    """What moving one hot spot does. `points` has a row for each exact place and fate: lon, lat, fate, n."""

    gain: Gain
    harm_share_before: float | None
    harm_share_after: float | None
    points: pd.DataFrame
    before: tuple[Path, ...]
    after: tuple[Path, ...]


def fit(store: Store, scope: Scope, draft: Draft, spot: Spot, shift: Shift) -> Fit:
    """Compare a hot spot's cells with the same ground moved, by offences dated before the day the draft is of."""
    if not scope.covers(spot.lpa):
        raise OutOfArea("That hot spot is outside the areas you may see. Choose one of your own area.")
    still, moved = Outline(spot.cells), Outline(spot.cells, shift)
    question, used = draft.question, draft.parameters
    which = Filter(
        Window(used.first_on, used.last_on), question.lpa, question.groups, question.band, question.with_weak
    )
    events = tasking.events_in_box(store.analytics, scope, which, _box(still, moved), draft.apart)
    rule = RankingRule(used.half_life_days, question.lookback_days)
    gain = fitting.gain(still, moved, events, as_of=question.as_of, rule=rule)
    return Fit(
        gain=gain,
        harm_share_before=_share(gain.before.harm, draft.harm),
        harm_share_after=_share(gain.after.harm, draft.harm),
        points=_points(events.assign(fate=fitting.fates(still, moved, events))),
        before=lonlat_paths(outline.rings(still)),
        after=lonlat_paths(outline.rings(moved)),
    )


def _box(still: Outline, moved: Outline) -> tasking.Box:
    corners = np.concatenate([*outline.rings(still), *outline.rings(moved)])
    (west, south), (east, north) = corners.min(axis=0) - _MARGIN_M, corners.max(axis=0) + _MARGIN_M
    return float(west), float(south), float(east), float(north)


def _points(events: pd.DataFrame) -> pd.DataFrame:
    places = events.groupby(["e_m", "n_m", "fate"], sort=True).size().rename("n").reset_index()
    lons, lats = lonlat(places[["e_m", "n_m"]].to_numpy(dtype=float)).T
    return places[["fate", "n"]].assign(lon=lons, lat=lats)


def _share(part: float, whole: float) -> float | None:
    return part / whole if np.isfinite(part) and np.isfinite(whole) and whole > 0 else None
