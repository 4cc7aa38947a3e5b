"""One file of the contract as it came in: typed rows that may still be rejected, each with its line and digest."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasure.errors import InputRejected
from rasure.ingest.contract import Mask, typed
from rasure.ingest.dialect import Chunk, Fault, InputFile, read
from rasure.ingest.niche_contract import FileContract
from rasure.store.batches import FileCount
from rasure.store.store import Store

#: Parts a key of several columns; no text of the contract may hold it.
KEY_SEPARATOR = "\x1f"
#: Each is kept in memory and in the store.
MOST_FAULTS = 500_000
_NULLABLE = {pa.bool_(): pd.BooleanDtype(), pa.int64(): pd.Int64Dtype()}


@dataclass(slots=True)
class Received:
    """The rows of one file that stand so far, and the faults of those that do not.

    `rows` holds the declared columns typed, `row_key` and `row_hash`; `texts` the same rows as written.
    """

    contract: FileContract
    name: str
    rows: pd.DataFrame
    texts: pd.DataFrame
    lines: NDArray[np.int64]
    faults: list[Fault]
    sha256: str = ""
    bytes: int = 0
    #: What each row is: new, revised or duplicate; empty until `dispose` has said.
    disposition: NDArray[np.object_] = field(default_factory=lambda: np.empty(0, dtype=object))
    #: The rows that are new or replace a predecessor, as rows of their tables.
    accepted: dict[str, pd.DataFrame] = field(default_factory=dict)

    def reject(
        self, wrong: Mask, columns: str | Sequence[str], reason: str, explanation: str, shown: str | None = None
    ) -> None:
        """Take rows out, each with its reason; `shown` stands for a value that must not be kept."""
        if shown is not None:
            self.texts.loc[wrong, columns] = shown
        self.reject_each(wrong, columns, reason, [explanation] * int(wrong.sum()))

    def clear(self, wanted: Mask, column: str) -> None:
        """Take rows as if they had come without a value in an optional column."""
        self.rows.loc[wanted, column] = None
        self.texts.loc[wanted, column] = ""
        names = [declared.name for declared in self.contract.columns]
        written = pa.table({name: pa.array(self.texts.loc[wanted, name], pa.string()) for name in names})
        self.rows.loc[wanted, "row_hash"] = digests(written)

    def reject_each(self, wrong: Mask, columns: str | Sequence[str], reason: str, said: Sequence[str]) -> None:
        """Take rows out, each with a sentence of its own, in order."""
        if not wrong.any():
            return
        named = [columns] if isinstance(columns, str) else list(columns)
        shown = (
            self.texts.loc[wrong, named].agg(", ".join, axis=1) if len(named) > 1 else self.texts.loc[wrong, named[0]]
        )
        label = ", ".join(named)
        for line, value, why in zip(self.lines[wrong], shown, said, strict=True):
            self.faults.append(Fault(int(line), label, str(value)[:200], reason, why))
        self.rows = self.rows[~wrong].reset_index(drop=True)
        self.texts = self.texts[~wrong].reset_index(drop=True)
        self.lines = self.lines[~wrong]
        self.disposition = self.disposition[~wrong] if len(self.disposition) else self.disposition

    def dispose(self, store: Store, tables: Mapping[str, pd.DataFrame]) -> None:
        """Say of every row what it is, by the rows it becomes; a key given twice with other content is rejected.

        `tables` holds a frame for each table the rows go to, row for row, the one that names the row first.
        """
        found = {table: dispositions(store, table, rows) for table, rows in tables.items()}
        whole = np.array(list(found.values()), dtype=object).reshape(len(found), len(self.rows))
        self.disposition = np.select(
            [(whole == "conflict").any(axis=0), (whole == "duplicate").all(axis=0), whole[0] == "new"],
            ["conflict", "duplicate", "new"],
            "revised",
        ).astype(object)
        stands = self.disposition != "conflict"
        self.accepted = {
            table: rows[np.isin(found[table], ("new", "revised")) & stands].reset_index(drop=True)
            for table, rows in tables.items()
        }
        self._reject_contradictions(~stands)

    def _reject_contradictions(self, contradicts: Mask) -> None:
        first = pd.Series(self.lines).groupby(self.rows["row_key"]).transform("first")
        said = [
            f"Line {line} has the same key with other content and was taken; send one row a key."
            for line in first[contradicts]
        ]
        self.reject_each(contradicts, self.contract.key, "duplicate_key_other_content", said)

    def let_go(self) -> None:
        """Free what only judging needed: a large drop is not held in memory three times."""
        self.rows, self.texts = self.rows[["row_key"]], self.texts.iloc[:0]

    @property
    def read(self) -> int:
        return len(self.rows) + len(self.faults)

    def count(self, month: date | None = None) -> FileCount:
        """Say what became of the rows; read = accepted + rejected + duplicate."""
        accepted = int((self.disposition != "duplicate").sum())
        return FileCount(
            file=self.name,
            kind=self.contract.kind,
            sha256=self.sha256,
            bytes=self.bytes,
            rows_read=self.read,
            accepted=accepted,
            rejected=len(self.faults),
            duplicate=len(self.rows) - accepted,
            month=month,
        )


def receive(
    source: InputFile, contract: FileContract, judge: Callable[[list[Fault], Chunk], list[Fault]] | None = None
) -> Received:
    """Read and type one CSV; a row that does not fit its columns becomes a fault, as `judge` lets it be kept."""
    may_lack = [column.name for column in contract.columns if column.may_lack]
    contents = read(source, [column.name for column in contract.columns], may_lack=may_lack)
    values, texts, lines, faults = [], [], [], []
    for chunk in contents.chunks:
        found = typed(chunk, contract.columns)
        values.append(found.values)
        texts.append(found.texts)
        lines.append(found.lines)
        faults += judge(found.faults, chunk) if judge else found.faults
        refuse_too_many(source.label, faults)
    found_file = of_tables(contract, values, texts, np.concatenate(lines), faults)
    found_file.name, found_file.sha256, found_file.bytes = source.name, contents.sha256, contents.bytes
    return found_file


def of_tables(
    contract: FileContract,
    values: Sequence[pa.Table],
    texts: Sequence[pa.Table],
    lines: NDArray[np.int64],
    faults: list[Fault],
) -> Received:
    """Put the typed parts of a file together, and give every row its key and digest."""
    written = pa.concat_tables(texts)
    rows = pa.concat_tables(values).to_pandas(date_as_object=False, types_mapper=_NULLABLE.get)
    keys = [written[name] for name in contract.key]
    rows["row_key"] = keys[0].to_pandas() if len(keys) == 1 else _joined(keys).to_pandas()
    always = [column.name for column in contract.columns if not column.may_lack]
    rows["row_hash"] = digests(written.select(always), written.drop_columns(always))
    return Received(contract, contract.name, rows, written.to_pandas(), lines, faults)


def refuse_too_many(label: str, faults: Sequence[Fault]) -> None:
    """Refuse a file of which so much is wrong that it cannot be what it is taken for."""
    if len(faults) > MOST_FAULTS:
        raise InputRejected(
            f"{label} has more than {MOST_FAULTS:,} rows that cannot be taken, the first on line {faults[0].line}:"
            f" {faults[0].explanation} Nothing of it was loaded."
        )


def nothing(contract: FileContract) -> pd.DataFrame:
    """Return the rows of a file without any, for one that a drop does not hold."""
    found = typed(Chunk([], {column.name: [] for column in contract.columns}), contract.columns)
    return of_tables(contract, [found.values], [found.texts], found.lines, []).rows


def dispositions(store: Store, table: str, rows: pd.DataFrame) -> NDArray[np.object_]:
    """Return for each row "new", "revised", "duplicate" or "conflict"; of a key given twice the first counts."""
    if rows.empty:
        return np.empty(0, dtype=object)
    keys, hashes = (pa.array(rows[name], pa.string()) for name in ("row_key", "row_hash"))
    return store.dispositions(table, keys, hashes, last_wins=False)


def among(values: pd.Series, wanted: pd.Series | Sequence[str] | set[str]) -> Mask:
    """Say which texts are among the wanted ones; several times as fast as asking pandas. A missing one is not."""
    wanted_texts = pa.array(list(wanted) if isinstance(wanted, set) else wanted, pa.string())
    found = pc.is_in(pa.array(values, pa.string()), value_set=wanted_texts.drop_null())
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def digests(written: pa.Table, may_lack: pa.Table | None = None) -> list[str]:
    """Return a digest of each row of text columns; an empty cell of those a file may lack adds nothing to it."""
    texts = _joined(written.columns).to_pylist()
    for name, added in [] if may_lack is None else may_lack.to_pydict().items():
        texts = [
            KEY_SEPARATOR.join((text, name, more)) if more else text for text, more in zip(texts, added, strict=True)
        ]
    return [blake2b(text.encode(), digest_size=12).hexdigest() for text in texts]


def _joined(columns: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(*columns, KEY_SEPARATOR)
