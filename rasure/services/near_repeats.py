"""Does violence draw more violence nearby soon after: pairs of offences against shuffled days."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from rasure.access.scope import Scope
from rasure.places.knox import SHUFFLES, SPACE_M, TIME_DAYS, knox
from rasure.services import hot_spots
from rasure.services.hot_spots import Question
from rasure.store.analytics import offences
from rasure.store.store import Store
from rasure.terms import Source

#: The latest so many offences are compared: pairs grow with their square.
MOST = 2_000
LEAST = 50
SEED = 20_260_301


@dataclass(frozen=True, slots=True)
class NearRepeats:
    """The Knox table of a selection.

    `bands` holds from_m, to_m, from_days, to_days, observed, expected, ratio, p, q by distance, then by days. `used` of
    `located` offences were compared, the first of them dated `first_on`. `refusal` says why there is no table.
    """

    bands: pd.DataFrame
    used: int
    first_on: date | None
    shuffles: int
    seed: int
    refusal: str | None = None


def near_repeats(store: Store, scope: Scope, question: Question) -> NearRepeats:
    """Compare pairs of offences in space and time with shuffled days (methods.md 3); days shuffled, places fixed.

    What the ranking sets apart is left out: a hospital's patients are no series.
    """
    which, _ = hot_spots.selection(store, scope, question)
    apart = hot_spots.set_apart(store, scope, question)
    points = offences.dated_points(store.analytics, scope, which, most=MOST, apart=apart)
    if len(points) < LEAST:
        published = offences.sources(store.analytics) == [Source.POLICE_UK.value]
        return NearRepeats(pd.DataFrame(), len(points), None, 0, SEED, _refusal(len(points), published=published))
    days = (points["dated_on"].to_numpy().astype("datetime64[D]") - np.datetime64(question.as_of, "D")).astype(float)
    found = knox(points["e_dm"] / 10, points["n_dm"] / 10, days, rng=np.random.default_rng(SEED))
    shape = found.observed.shape
    rows, columns = (index.ravel() for index in np.indices(shape))
    bands = pd.DataFrame(
        {
            "from_m": np.asarray(SPACE_M)[rows],
            "to_m": np.asarray(SPACE_M)[rows + 1],
            "from_days": np.asarray(TIME_DAYS)[columns],
            "to_days": np.asarray(TIME_DAYS)[columns + 1],
            "observed": found.observed.ravel(),
            "expected": found.expected.ravel(),
            "ratio": found.ratio.ravel(),
            "p": found.p.ravel(),
            "q": found.q.ravel(),
        }
    )
    return NearRepeats(bands, len(points), points["dated_on"].min().date(), SHUFFLES, SEED)


def _refusal(size: int, *, published: bool) -> str:
    if published:
        return (
            "Published data cannot show near repeats: many streets share one published point, which makes same-place"
            " repeats of strangers, and only the month of an offence is known."
        )
    return (
        f"Only {size} offences in this selection have a known day and place; at least {LEAST} are needed to tell near"
        " repeats from chance. Choose a longer period or a larger area."
    )
