"""What partner agencies were given: one release an area and quarter, never replaced."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rasure.store.ledger.database import Ledger


@dataclass(frozen=True, slots=True)
class Kept:
    """One release: counts by kind of offence and their total, None where withheld; when it was made and of what."""

    area: str
    starts_on: date
    released_at: str
    data_version: str
    counts: tuple[tuple[str, int | None], ...]
    total: int | None


def keep(ledger: Ledger, releases: Iterable[Kept]) -> None:
    """Keep what is new; a release already made stays as it was."""
    with ledger.transaction():
        for made in releases:
            figures = json.dumps({"counts": made.counts, "total": made.total}, ensure_ascii=False)
            ledger.run(
                "insert or ignore into partner_release values (?, ?, ?, ?, ?)",
                [made.area, made.starts_on.isoformat(), made.released_at, made.data_version, figures],
            )


def kept(ledger: Ledger) -> list[Kept]:
    """Return every release, by area and quarter."""
    return [
        _read(*row)
        for row in ledger.rows(
            "select area, starts_on, released_at, data_version, figures from partner_release order by area, starts_on"
        )
    ]


def _read(area: str, starts_on: str, released_at: str, data_version: str, figures: str) -> Kept:
    held = json.loads(figures)
    counts = tuple((kind, count) for kind, count in held["counts"])
    return Kept(area, date.fromisoformat(starts_on), released_at, data_version, counts, held["total"])
