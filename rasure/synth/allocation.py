"""Which hot spots patrol on which day: the daily crossover, drawn from one secret by HMAC (methods: allocation)."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from rasure.synth.force import Force

TRIAL_ID = "demo-crossover"
_SPLIT_FROM = 6


@dataclass(frozen=True, slots=True)
class Allocation:
    """One row a hot spot and operational day: op_day, hotspot_id, block, arm, record_hash; and what it hangs on."""

    days: pd.DataFrame
    secret_hex: str
    commitment: str


def allocate(force: Force, areas: pd.DataFrame) -> Allocation:
    """Draw every day of the trial from the demo's secret."""
    secret = force.rng("secret").bytes(32)
    blocks = blocks_of(areas)
    days = [force.trial_first_on + timedelta(days=number) for number in range(force.trial_days)]
    rows = [(day, *row) for day in days for row in drawn_day(secret, TRIAL_ID, day, blocks)]
    frame = pd.DataFrame(rows, columns=["op_day", "hotspot_id", "block", "arm"])
    commitment = hashlib.sha256(secret).hexdigest()
    return Allocation(frame.assign(record_hash=_chain(frame, commitment)), secret.hex(), commitment)


def blocks_of(areas: pd.DataFrame) -> dict[str, list[str]]:
    """Return the hot spots of each block: a policing area, in two halves by volume when it has six or more."""
    spots = areas.groupby(["lpa", "hotspot_id"], sort=True)["score"].sum().reset_index()
    blocks: dict[str, list[str]] = {}
    for lpa, own in spots.groupby("lpa", sort=True):
        ids = own.sort_values(["score", "hotspot_id"], ascending=[False, True])["hotspot_id"].tolist()
        if len(ids) < _SPLIT_FROM:
            blocks[str(lpa)] = sorted(ids)
        else:
            half = (len(ids) + 1) // 2
            blocks[f"{lpa} 1"], blocks[f"{lpa} 2"] = sorted(ids[:half]), sorted(ids[half:])
    return blocks


def drawn_day(
    secret: bytes, trial: str, day: date, blocks: dict[str, Sequence[str]] | dict[str, list[str]]
) -> list[tuple[str, str, str]]:
    """Return (hot spot, block, arm) for one day, by block and hot spot."""

    def key(message: str) -> str:
        text = f"alloc/1|{trial}|{day.isoformat()}|{message}"
        return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()

    odd = sorted((block for block, ids in blocks.items() if len(ids) % 2), key=lambda block: key(f"odd|{block}"))
    more = len(odd) // 2
    if len(odd) % 2 and int(key("coin")[-1], 16) % 2:
        more += 1
    rows = []
    for block in sorted(blocks):
        ordered = sorted(blocks[block], key=lambda spot: key(f"spot|{spot}"))
        patrolled = set(ordered[: len(ordered) // 2 + (block in odd[:more])])
        rows += [(spot, block, "patrol" if spot in patrolled else "control") for spot in sorted(ordered)]
    return rows


def _chain(days: pd.DataFrame, commitment: str) -> list[str]:
    """Chain the records: each hash covers the one before it, the first the commitment."""
    previous, hashes = commitment, []
    for op_day, spot, block, arm in days[["op_day", "hotspot_id", "block", "arm"]].itertuples(index=False):
        record = {"trial": TRIAL_ID, "op_day": op_day.isoformat(), "hotspot": spot, "block": block, "arm": arm}
        text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        previous = hashlib.sha256((previous + text).encode()).hexdigest()
        hashes.append(previous)
    return hashes
