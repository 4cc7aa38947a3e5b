"""Declared columns and how their text becomes typed values; what does not fit is a fault, never a guess."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rasure.ingest.dialect import Chunk, Fault

Mask = NDArray[np.bool_]

#: The words an extract may use for yes and no.
BOOLEANS = {"true": True, "false": False, "yes": True, "no": False, "y": True, "n": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column: its heading, the kind of value, whether it may be empty, whether a file may lack it."""

    name: str
    kind: str = "text"
    required: bool = False
    options: tuple[str, ...] = ()
    most_chars: int = 4000
    may_lack: bool = False

    def typed(self, texts: pa.Array) -> tuple[pa.Array, Mask, str, str]:
        """Return values (null where empty or wrong), which are wrong, and the reason for those."""
        empty = pc.equal(texts, "")
        values, wrong = _READERS[self.kind](texts, self)
        reason, explanation = _WORDS[self.kind]
        wrong = pc.and_(wrong, pc.invert(empty))
        values = pc.if_else(pc.or_(empty, wrong), pa.scalar(None, type=values.type), values)
        return values, wrong.to_numpy(zero_copy_only=False), reason, explanation


@dataclass(frozen=True, slots=True)
class Typed:
    """The rows of a chunk that fit the contract, with their lines and original text, and the faults."""

    lines: NDArray[np.int64]
    values: pa.Table
    texts: pa.Table
    faults: list[Fault]


def typed(chunk: Chunk, columns: Sequence[Column]) -> Typed:
    """Type every declared column; a row with a value that does not fit is left out, its first fault kept."""
    lines = np.asarray(chunk.lines, dtype=np.int64)
    lacking = [""] * len(lines)
    texts = pa.table({c.name: pa.array(chunk.columns.get(c.name, lacking), type=pa.string()) for c in columns})
    values, faults, bad = {}, list(chunk.faults), np.zeros(len(lines), dtype=bool)
    for column in columns:
        raw = texts[column.name].combine_chunks()
        values[column.name], wrong, reason, explanation = column.typed(raw)
        too_long = np.greater(pc.utf8_length(raw).to_numpy(zero_copy_only=False), column.most_chars)
        missing = pc.equal(raw, "").to_numpy(zero_copy_only=False) if column.required else np.zeros(len(lines), bool)
        for mask, why, said in (
            (missing, "missing", "The column must be filled in."),
            (too_long, "too_long", f"The column takes at most {column.most_chars} characters."),
            (wrong, reason, explanation.format(options=", ".join(column.options))),
        ):
            fresh = np.flatnonzero(mask & ~bad)
            faults += [Fault(int(lines[i]), column.name, raw[i].as_py()[:200], why, said) for i in fresh]
            bad |= mask
    keep = pa.array(~bad)
    return Typed(lines[~bad], pa.table(values).filter(keep), texts.filter(keep), faults)


def _text(texts: pa.Array, _column: Column) -> tuple[pa.Array, pa.Array]:
    return texts, pc.match_substring_regex(texts, r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _option(texts: pa.Array, column: Column) -> tuple[pa.Array, pa.Array]:
    return texts, pc.invert(pc.is_in(texts, value_set=pa.array(column.options)))


def _number(texts: pa.Array, _column: Column) -> tuple[pa.Array, pa.Array]:
    return _cast(texts, r"^[+-]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})$", lambda fit: pc.cast(fit, pa.float64()))


def _integer(texts: pa.Array, _column: Column) -> tuple[pa.Array, pa.Array]:
    return _cast(texts, r"^[+-]?\d{1,15}$", lambda fit: pc.cast(fit, pa.int64()))


def _boolean(texts: pa.Array, _column: Column) -> tuple[pa.Array, pa.Array]:
    lowered = pc.utf8_lower(texts)
    known = pc.is_in(lowered, value_set=pa.array(list(BOOLEANS)))
    truths = pa.array([word for word, truth in BOOLEANS.items() if truth])
    return pc.is_in(lowered, value_set=truths), pc.invert(known)


def _month(texts: pa.Array, _column: Column) -> tuple[pa.Array, pa.Array]:
    """Give the last day of the month, so that nothing counts before the month is over."""
    months, wrong = _cast(texts, r"^(19|20)\d\d-(0[1-9]|1[0-2])$", lambda fit: _strptime(fit, "%Y-%m"))
    following = pc.ceil_temporal(months, 1, unit="month", ceil_is_strictly_greater=True)
    return pc.cast(pc.subtract(following, pa.scalar(86_400, pa.duration("s"))), pa.date32()), wrong


def _date(texts: pa.Array, _column: Column) -> tuple[pa.Array, pa.Array]:
    dates, wrong = _cast(texts, r"^(19|20)\d\d-\d\d-\d\d$", lambda fit: _strptime(fit, "%Y-%m-%d"))
    return pc.cast(dates, pa.date32()), _unless_same(texts, dates, wrong, "%Y-%m-%d")


def _instant_utc(texts: pa.Array, _column: Column) -> tuple[pa.Array, pa.Array]:
    """Read times such as 2021-04-30T23:00:00+00:00, UTC only."""
    shape = r"^(19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\+00:00|Z)$"
    plain = pc.replace_substring_regex(texts, r"(\+00:00|Z)$", "")
    instants, wrong = _cast(plain, shape, lambda fit: _strptime(fit, "%Y-%m-%dT%H:%M:%S"), judged=texts)
    return instants, _unless_same(plain, instants, wrong, "%Y-%m-%dT%H:%M:%S")


def _local_time(texts: pa.Array, _column: Column) -> tuple[pa.Array, pa.Array]:
    """Read local wall times such as 2026-03-03 21:15 or with seconds; the caller turns them into UTC."""
    shape = r"^(19|20)\d\d-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?$"
    plain = pc.replace_substring_regex(pc.replace_substring(texts, "T", " "), r"^(.{16})$", r"\1:00")
    times, wrong = _cast(plain, shape, lambda fit: _strptime(fit, "%Y-%m-%d %H:%M:%S"), judged=texts)
    return times, _unless_same(plain, times, wrong, "%Y-%m-%d %H:%M:%S")


def _cast(
    texts: pa.Array, shape: str, cast: Callable[[pa.Array], pa.Array], judged: pa.Array | None = None
) -> tuple[pa.Array, pa.Array]:
    """Cast the texts whose shape fits; the others are null and wrong."""
    fits = pc.match_substring_regex(texts if judged is None else judged, shape)
    return cast(pc.if_else(fits, texts, pa.scalar(None, pa.string()))), pc.invert(fits)


def _strptime(texts: pa.Array, form: str) -> pa.Array:
    return pc.strptime(texts, format=form, unit="s", error_is_null=True)


def _unless_same(texts: pa.Array, times: pa.Array, wrong: pa.Array, form: str) -> pa.Array:
    """Also wrong: a day that does not exist, such as 30 February, which would roll over."""
    back = pc.strftime(pc.cast(times, pa.timestamp("s")), format=form)
    return pc.or_(wrong, pc.invert(pc.fill_null(pc.equal(back, texts), False)))


_READERS: dict[str, Callable[[pa.Array, Column], tuple[pa.Array, pa.Array]]] = {
    "text": _text,
    "option": _option,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "month": _month,
    "date": _date,
    "instant_utc": _instant_utc,
    "local_time": _local_time,
}
_WORDS = {
    "text": ("control_character", "The text holds a control character."),
    "option": ("unknown_value", "The value is not one of: {options}."),
    "number": ("not_a_number", "The value is not a plain decimal number."),
    "integer": ("not_a_whole_number", "The value is not a whole number."),
    "boolean": ("not_yes_or_no", "The value is not yes or no (true, false, y, n, 1, 0)."),
    "month": ("impossible_month", "The value is not a month such as 2025-01."),
    "date": ("impossible_date", "The value is not a date such as 2026-03-03."),
    "instant_utc": ("impossible_time", "The value is not a UTC time such as 2021-04-30T23:00:00+00:00."),
    "local_time": ("impossible_time", "The value is not a local time such as 2026-03-03 21:15."),
}
