"""Who was erased, what of it is still to be done on disk, and where backups lie."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rasure.store.ledger.database import Ledger


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is kept of an erased person: a keyed digest of the identifier, why, by whom, when (UTC), how many rows.

    `key_check` tells by which key the digest was made; the moment tells erasures apart.
    """

    person_digest: str
    key_check: str
    basis: str
    erased_by: str
    erased_at: str
    rows: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A batch written anew: the digests of its manifest before and after, and how many rows changed or went."""

    batch_id: int
    before_sha256: str
    after_sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do on disk, by paths inside the store: put `staged` in place of `path`, or delete `path`."""

    path: str
    staged: str | None


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made: where, when (UTC), and the last batch it holds."""

    path: str
    made_at: str
    last_batch_id: int


def tombstones(ledger: Ledger) -> list[Tombstone]:
    """Return every tombstone, oldest first."""
    found = ledger.rows(
        "select person_digest, key_check, basis, erased_by, erased_at, rows from erasure order by erasure_id"
    )
    return [Tombstone(*row) for row in found]


def count(ledger: Ledger) -> int:
    return int(ledger.value("select count(*) from erasure"))


def decide(
    ledger: Ledger,
    at: str,
    stones: Sequence[Tombstone],
    batches: Sequence[Rewritten],
    steps: Sequence[Step],
    people: set[str],
) -> None:
    """Decide an erasure, in one transaction: before it nothing happened, after it everything will. `at` is UTC."""
    with ledger.transaction():
        for stone in stones:
            _insert(ledger, stone)
        for batch in batches:
            ledger.run("update batch set manifest_sha256 = ? where batch_id = ?", [batch.after_sha256, batch.batch_id])
            ledger.run(
                "insert into erased_batch values (?, ?, ?, ?, ?)",
                [at, batch.batch_id, batch.before_sha256, batch.after_sha256, batch.rows],
            )
        for step in steps:
            ledger.run("insert into erasure_step values (?, ?)", [step.path, step.staged])
        for table in tables_about_people(ledger):
            for person in people:
                ledger.run(f"delete from {table} where person_id = ?", [person])


def undone(ledger: Ledger) -> list[Step]:
    """Return what is still to be done of a decided erasure."""
    return [Step(*row) for row in ledger.rows("select path, staged from erasure_step order by rowid")]


def finish(ledger: Ledger) -> None:
    """Note that everything was done, and leave no trace of what it was about in the ledger's file."""
    ledger.run("delete from erasure_step")
    ledger.fold()


def remember(ledger: Ledger, stones: Iterable[Tombstone]) -> None:
    """Take in tombstones from elsewhere that this ledger does not have."""
    with ledger.transaction():
        for stone in stones:
            if stone not in tombstones(ledger):
                _insert(ledger, stone)


def made_again(ledger: Ledger, stones: Iterable[Tombstone]) -> None:
    """Put tombstones made with a new key in place of those of the same moment made with the old one."""
    with ledger.transaction():
        for stone in stones:
            ledger.run(
                "update erasure set person_digest = ?, key_check = ? where erased_at = ?",
                [stone.person_digest, stone.key_check, stone.erased_at],
            )


def tables_about_people(ledger: Ledger) -> list[str]:
    """Return the ledger's tables with a `person_id`: rows about an erased person go from all of them."""
    return [
        name
        for (name,) in ledger.rows(
            "select m.name from sqlite_master m, pragma_table_info(m.name) c"
            " where m.type = 'table' and c.name = 'person_id' order by m.name"
        )
    ]


def texts(ledger: Ledger) -> Mapping[str, list[tuple[Any, ...]]]:
    """Return the rows of every table, by its name, for looking for a name in them; sessions are about users."""
    names = ledger.rows("select name from sqlite_master where type = 'table' and name <> 'session' order by name")
    return {name: ledger.rows(f"select rowid, * from {name}") for (name,) in names}


def note_backup(ledger: Ledger, backup: Backup) -> None:
    ledger.run("insert into backup values (?, ?, ?)", [backup.path, backup.made_at, backup.last_batch_id])


def backups(ledger: Ledger) -> list[Backup]:
    """Return every backup that was made, oldest first."""
    return [Backup(*row) for row in ledger.rows("select path, made_at, last_batch_id from backup order by made_at")]


def _insert(ledger: Ledger, stone: Tombstone) -> None:
    ledger.run(
        "insert into erasure (person_digest, key_check, basis, erased_by, erased_at, rows) values (?, ?, ?, ?, ?, ?)",
        [stone.person_digest, stone.key_check, stone.basis, stone.erased_by, stone.erased_at, stone.rows],
    )
