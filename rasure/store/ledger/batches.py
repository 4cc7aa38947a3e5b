"""The register of accepted batches."""

from collections.abc import Mapping
from typing import Any

from rasure.store.ledger.database import Ledger


def next_id(ledger: Ledger) -> int:
    return int(ledger.value("select coalesce(max(batch_id), 0) + 1 from batch"))


def register(ledger: Ledger, manifest: Mapping[str, Any], manifest_sha256: str) -> None:
    """Record an accepted batch by the digest of its manifest."""
    ledger.run(
        "insert into batch values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            manifest["batch_id"],
            manifest["kind"],
            manifest_sha256,
            manifest["loaded_at"],
            *(manifest["counts"][name] for name in ("read", "accepted", "rejected", "duplicate")),
        ],
    )


def registered(ledger: Ledger) -> dict[int, str]:
    """Return the manifest digest of every batch, by id."""
    return dict(ledger.rows("select batch_id, manifest_sha256 from batch order by batch_id"))
