"""What patrols really did in the trial: on patrol days a known share of offences at hot spots did not happen."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rasure.synth.force import Force
from rasure.synth.hot_spots import HotSpots

_DAY_STARTS_MINUTE = 6 * 60


def prevented(
    force: Force, spots: HotSpots, allocation: pd.DataFrame, events: pd.DataFrame, cells: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Say which in-scope events of the trial patrols prevented; `events` has minute, in_scope and carrier."""
    first = np.datetime64(force.first_on, "D")
    op_day = first + (events["minute"].to_numpy() - _DAY_STARTS_MINUTE) // 1440 * np.timedelta64(1, "D")
    spot_of = pd.Series(spots.areas["hotspot_id"].to_numpy(dtype=object), index=spots.areas["cell"].to_numpy())
    spot = pd.Series(cells).map(spot_of).fillna("").to_numpy(dtype=object)
    patrolled = allocation[allocation["arm"] == "patrol"]
    treated = pd.MultiIndex.from_arrays(
        [patrolled["hotspot_id"].to_numpy(), patrolled["op_day"].to_numpy().astype("datetime64[s]")]
    )
    at_risk = (
        pd.MultiIndex.from_arrays([spot, op_day.astype("datetime64[s]")]).isin(treated)
        & events["in_scope"].to_numpy(dtype=bool)
        & (events["carrier"].to_numpy() < 0)
    )
    u = force.rng("prevented").random(len(events))
    return np.asarray(at_risk & (u >= force.scenario.true_rate_ratio))
