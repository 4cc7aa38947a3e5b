"""Where everything of a store lies on disk."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StorePaths:
    """The folder a store lives in, and the names inside it."""

    root: Path

    @property
    def analytics(self) -> Path:
        return self.root / "analytics.duckdb"

    @property
    def ledger(self) -> Path:
        return self.root / "ledger.sqlite"

    @property
    def batches(self) -> Path:
        return self.root / "batches"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def archive(self) -> Path:
        """Drops that were loaded are moved here from the inbox, each with its result."""
        return self.root / "archive"

    @property
    def refused(self) -> Path:
        """Drops that were not taken are moved here whole, each with its reasons."""
        return self.root / "refused"

    @property
    def basemap(self) -> Path:
        return self.root / "basemap"

    @property
    def audit(self) -> Path:
        """The audit log, a file a day; its key lies elsewhere."""
        return self.root / "audit"

    @property
    def aside(self) -> Path:
        """Damaged files are moved here, never deleted."""
        return self.root / "set-aside"

    @property
    def erasing(self) -> Path:
        """What an erasure prepares before it is decided; empty or absent otherwise."""
        return self.root / ".erasing"

    @property
    def lock(self) -> Path:
        return self.root / "store.lock"

    @property
    def server(self) -> Path:
        """The running server's address and token, readable by the owner alone."""
        return self.root / "server.json"

    def make(self) -> None:
        """Create the folders; the store is readable by its owner alone."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in (self.batches, self.inbox, self.basemap, self.audit):
            folder.mkdir(exist_ok=True, mode=0o700)
