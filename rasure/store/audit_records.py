"""Audit records as bytes: one canonical line a record, each sealed with a key and chained to the one before.

A line is a JSON object in ASCII with sorted keys, so no text in it can end a line, hide, or be written in a second way.
Its `mac` is HMAC-SHA-256 over the same line with `"mac":null`; `prev` is the mac of the record before, and of the
first record a digest of the store's identity, so that a log belongs to one store.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

#: Anything longer is cut: a log line is no place for a document.
MOST_CHARACTERS = 2_000
_MOST_FAULTS = 50
_NO_MAC = b'"mac":null'
#: No text can hold these bytes: inside a text a quotation mark has a backslash before it.
_MAC_BEFORE = b'"mac":"'
_MAC_LENGTH = 64
_LINKS = ("mac", "prev", "t")
_NOT_A_RECORD = "this is not a record as the log writes it"
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode
_decode = json.JSONDecoder().decode


#: What the log tells of its own accidents.
TORN = "audit-log:torn-record"
BEGUN_ANEW = "audit-log:begun-anew"


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of the log; what does not apply is None. `t` is UTC, `n` counts rows."""

    seq: int
    t: str
    actor: str
    role: str
    lpa: tuple[str, ...] | None
    session: str | None
    device: str | None
    op: str
    object: str
    fields: tuple[str, ...] | None
    n: int | None
    reason: str | None
    reference: str | None
    recipient: str | None
    ip: str | None
    build: str
    prev: str
    mac: str

    @property
    def code(self) -> str:
        """Return the code an export carries: it names the record, and cannot be guessed from the number."""
        return f"{self.seq}-{self.mac[:8]}"


_NAMES = {field.name for field in fields(Entry)}


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log stood: its last record. Kept elsewhere, it shows whether records were cut off since."""

    store: str
    seq: int
    mac: str
    t: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the log: where, and what, in words."""

    segment: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.segment}, line {self.line}: {self.what}" if self.line else self.what


def genesis(key: bytes, store_id: str) -> str:
    """Return what the first record follows."""
    return hmac.digest(key, f"rasure audit log of {store_id}".encode(), "sha256").hex()


def sealed(key: bytes, values: Mapping[str, Any]) -> tuple[bytes, Entry]:
    """Return the line of a record, without its line end, and the record."""
    body = _encode({**{name: _cut(value) for name, value in values.items()}, "mac": None}).encode("ascii")
    mac = _mac(key, body)
    line = body.replace(_NO_MAC, f'"mac":"{mac}"'.encode(), 1)
    return line, parsed(line)


def parsed(line: bytes) -> Entry:
    """Read a line; raises `ValueError` when it is no record."""
    values = _decode(line.decode("ascii"))
    if not isinstance(values, dict) or values.keys() != _NAMES:
        raise ValueError("no record")
    for name in ("lpa", "fields"):
        values[name] = None if values[name] is None else tuple(values[name])
    return Entry(**values)


class Chain:
    """Follows a log line by line and notes what is wrong; what it cannot follow it reads on from."""

    def __init__(self, key: bytes, prev: str, seq: int = 0) -> None:
        self._key = key
        self.prev = prev
        self.seq = seq
        self.first_t: str | None = None
        self.t: str | None = None
        self.records = 0
        self.faults: list[Fault] = []

    def follow(self, segment: str, lines: Iterable[bytes]) -> Iterator[tuple[int, str]]:
        """Check the lines of one segment; yield (seq, mac) of each record that is one."""
        for number, line in enumerate(lines, 1):
            values, wrong = self._read(line)
            if wrong:
                self._note(segment, number, wrong)
            if values is None:
                continue
            self.records += 1
            self.seq, self.prev, self.t = values["seq"], values["mac"], values["t"]
            self.first_t = self.first_t or self.t
            yield self.seq, self.prev

    def _read(self, line: bytes) -> tuple[dict[str, Any] | None, str | None]:
        """Return the record in a line, if it can be read, and what is wrong with it.

        The seal is over the bytes as they lie there, not over what they mean: every byte of a line is sealed, is the
        seal, or is the line end, so that rendering the record again could find nothing more.
        """
        if not line.endswith(b"\n"):
            return None, "the record is cut short"
        at = line.find(_MAC_BEFORE) + len(_MAC_BEFORE)
        mac, rest = line[at : at + _MAC_LENGTH], line[at + _MAC_LENGTH : -1]
        is_sealed = rest.startswith(b'"') and hmac.compare_digest(
            hmac.digest(self._key, line[: at - len(_MAC_BEFORE)] + _NO_MAC + rest[1:], "sha256").hex().encode(), mac
        )
        try:
            values = _decode(line[:-1].decode("ascii"))
            seq = values["seq"]
            if values.keys() != _NAMES or type(seq) is not int or not all(type(values[n]) is str for n in _LINKS):
                return None, _NOT_A_RECORD
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None, _NOT_A_RECORD
        if not is_sealed:
            return values, f"record {seq:,} was changed, or sealed with another key"
        if seq != self.seq + 1:
            return values, f"record {seq:,} stands where record {self.seq + 1:,} should: some are missing or moved"
        if values["prev"] != self.prev:
            return values, f"record {seq:,} does not follow the record before it"
        return values, None

    def _note(self, segment: str, line: int, what: str) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(segment, line, what))


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _mac(key: bytes, body: bytes) -> str:
    return hmac.digest(key, body, "sha256").hex()


def _cut(value: Any) -> Any:
    return value[:MOST_CHARACTERS] if isinstance(value, str) else value
