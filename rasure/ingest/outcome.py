"""What a load did, in the form every door reports it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rasure.store.batches import Batch


@dataclass(frozen=True, slots=True)
class Outcome:
    """Rows read = accepted + rejected + duplicate; `batch` is None when there was nothing new to keep."""

    batch: int | None
    read: int
    accepted: int
    rejected: int
    duplicate: int
    revised: int = 0
    files: int = 0
    skipped: Sequence[str] = field(default_factory=tuple)
    notes: Sequence[str] = field(default_factory=tuple)

    @classmethod
    def of(cls, batch: Batch, batch_id: int | None, notes: Sequence[str] = ()) -> "Outcome":
        return cls(
            batch=batch_id,
            **batch.counts(),
            revised=batch.revised,
            files=len(batch.files),
            skipped=tuple(batch.skipped),
            notes=tuple(notes),
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
