"""What no column can see of a row alone: known offences, possible dates and sums, references that lead somewhere."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from rasure.ingest.grid_positions import Box, reject_impossible
from rasure.ingest.received import Received, among

#: Tells which of some keys a table of the store holds.
Held = Callable[[str, pd.Series], set[str]]
#: (ho_class, ho_code) of every offence that is known.
Pairs = set[tuple[str, str]]

_FIRST_POSSIBLE = pd.Timestamp("1970-01-01")
#: Sums of money are kept as decimal(12, 2).
_MOST_GBP = 10**9
_MONEY = ("funding_gbp", "cost_gbp")
_TIMES = ("reported_at", "committed_from", "committed_to")


def check(
    received: Mapping[str, Received], held: Held, *, pairs: Pairs, box: Box, extracted_local: pd.Timestamp
) -> None:
    """Reject, in every file of a drop, what no rule of its own columns can see; files come in the order they refer."""
    for file in received.values():
        if "easting" in file.rows:
            reject_impossible(file, box)
        if "ho_code" in file.rows:
            _reject_unknown_offences(file, pairs)
        if "reported_at" in file.rows:
            _reject_impossible_times(file, extracted_local)
        for column in set(_MONEY) & set(file.rows):
            given = file.rows[column]
            wrong = (given.notna() & ~given.between(0, _MOST_GBP)).to_numpy(dtype=bool)
            file.reject(wrong, column, "out_of_range", f"The sum must be between 0 and {_MOST_GBP:,} pounds.")
        _reject_dangling(file, received, held)


def _reject_unknown_offences(file: Received, pairs: Pairs) -> None:
    given = zip(file.rows["ho_class"], file.rows["ho_code"], strict=True)
    unknown = np.fromiter((pair not in pairs for pair in given), dtype=bool, count=len(file.rows))
    said = "This pair of class and code is not in the table of offences. Correct it, or add it to the table."
    file.reject(unknown, ("ho_class", "ho_code"), "unknown_offence", said)


def _reject_impossible_times(file: Received, extracted_local: pd.Timestamp) -> None:
    for column in _TIMES:
        times = file.rows[column]
        late = (times > extracted_local).to_numpy()
        file.reject(late, column, "impossible_date", "The time lies after the extract was made.")
        early = (file.rows[column] < _FIRST_POSSIBLE).to_numpy()
        file.reject(early, column, "impossible_date", "The time lies before 1970.")


def _reject_dangling(file: Received, received: Mapping[str, Received], held: Held) -> None:
    for reference in file.contract.refers:
        given = file.rows[reference.column]
        known = given.isna().to_numpy(dtype=bool)
        target = received.get(reference.file)
        if target is not None:
            known = known | among(given, target.rows["row_key"])
        if not known.all():
            known = known | among(given, held(reference.file, given[~known]))
        said = f"No row of {reference.file}, in this drop or held, has this {reference.column}."
        file.reject(~known, reference.column, reference.reason, said)
