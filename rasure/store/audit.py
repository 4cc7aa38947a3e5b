"""The audit log: JSON lines, a file a day, on disk before the caller goes on, chained so that an edit shows.

One writer a store. A record cut short by a crash is set aside and said so; a log that does not verify is written no
further, and whoever needs a record gets `Unavailable` and shows nothing.
"""

import errno
import hmac
import io
import json
import logging
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from rasure import __version__
from rasure.errors import Conflict, InputRejected, Unavailable
from rasure.store.audit_key import read_key
from rasure.store.audit_records import TORN, Chain, Entry, Fault, Head, digest, genesis, parsed, sealed

Clock = Callable[[], datetime]
#: A head is copied to the second folder at most so often, and when the log is closed.
HEADS_EVERY = timedelta(minutes=1)
_SEGMENT = re.compile(r"audit-(\d{4}-\d{2}-\d{2})\.jsonl")
_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Verification:
    """What reading the whole log found; `faults` is empty when it is whole."""

    records: int
    first_at: str | None
    head: Head | None
    faults: tuple[Fault, ...]
    checked_at: datetime


class AuditLog:
    """Opened once by the process that holds the store; its threads share it."""

    def __init__(
        self,
        folder: Path,
        key_file: Path,
        store_id: str,
        *,
        begun: bool,
        aside: Path,
        heads: Path | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self.folder = folder
        self.key_file = key_file
        self.store_id = store_id
        #: Why nothing can be written, in a sentence; None when all is well.
        self.fault: str | None = None
        self._aside = aside
        self._heads = _heads_file(heads, store_id) if heads else None
        self._head_copied_at: datetime | None = None
        self._clock = clock
        self._lock = threading.Lock()
        self._key: bytes | None = None
        self._file: int | None = None
        self._segment: Path | None = None
        self._size = 0
        self._unsure = False
        self._head: Head | None = None
        try:
            held = [path for path in self.segments() if path.stat().st_size]
            self._key = read_key(key_file, make=not begun and not held)
            if held:
                self._take_up(held)
            elif begun:
                raise Unavailable(f"The audit log in {folder} is gone. Restore the store from a backup.")
            else:
                self._begin()
        except (Unavailable, OSError) as error:
            self.fault = error.message if isinstance(error, Unavailable) else str(error)

    def append(self, values: Mapping[str, Any]) -> Entry:
        """Write one record; it is on disk when this returns.

        Raises
        ------
        Unavailable
            It could not be written; nothing may be shown that it would have been about.
        """
        with self._lock:
            entry = self._append(values)
            self._copy_head(at_once=False)
        return entry

    def head(self) -> Head:
        """Return where the log stands."""
        with self._lock:
            if self._head is None or self._head.seq == 0:
                raise Unavailable(self.fault or "The audit log has no record yet.")
            return self._head

    def keyed(self, purpose: str) -> Callable[[str], str]:
        """Return a digest of texts that only the holder of the log's key can make, another one for every purpose."""
        if self._key is None:
            raise Unavailable(self.fault or "The audit log's key is missing.")
        key = hmac.digest(self._key, f"rasure {purpose} of {self.store_id}".encode(), "sha256")
        return lambda text: hmac.digest(key, text.encode(), "sha256").hex()

    def segments(self) -> list[Path]:
        """Return the files of the log, oldest first."""
        return sorted(path for path in self.folder.glob("*") if _SEGMENT.fullmatch(path.name))

    def lines(self, first_on: date | None = None, last_on: date | None = None) -> Iterator[tuple[str, list[bytes]]]:
        """Yield each day's file and its lines, latest day first."""
        for path in reversed(self.segments()):
            on = _day_of(path)
            if (first_on is None or on >= first_on) and (last_on is None or on <= last_on):
                with self._reader(path) as file:
                    yield path.name, file.readlines()

    def verify(self, heads: Sequence[Head] = ()) -> Verification:
        """Read the whole log byte by byte, and compare it with heads kept elsewhere."""
        checked_at = self._clock()
        if self._key is None:
            return Verification(0, None, None, (Fault("", 0, self.fault or "The key is missing."),), checked_at)
        with self._lock:
            wanted = [*heads, *self._kept_heads(), *([self._head] if self._head else [])]
        chain = Chain(self._key, genesis(self._key, self.store_id))
        at = {head.seq for head in wanted}
        seen: dict[int, str] = {}
        for path in self.segments():
            with self._reader(path) as file:
                for seq, mac in chain.follow(path.name, file):
                    if seq in at:
                        seen[seq] = mac
        faults = chain.faults + [fault for head in wanted if (fault := _missed(head, self.store_id, seen, chain.seq))]
        if not chain.records:
            faults.append(Fault("", 0, f"The audit log in {self.folder} is gone."))
        end = Head(self.store_id, chain.seq, chain.prev, chain.t) if chain.t else None
        return Verification(chain.records, chain.first_t, end, tuple(dict.fromkeys(faults)), checked_at)

    def set_aside(self) -> tuple[int, str]:
        """Move a log that does not verify out of the way, so that another begins; return its files and their digest.

        The key is kept when it can be read. Heads of the old log go with it: kept elsewhere, they show what happened.

        Raises
        ------
        Conflict
            There is nothing wrong with the log.
        """
        with self._lock:
            if self.fault is None:
                raise Conflict("The audit log is sound; it is not begun anew.")
            stamp, held = f"{self._clock():%Y%m%dT%H%M%S%f}", self.segments()
            told = digest(b"".join(path.read_bytes() for path in held))
            kept = self._aside / f"{stamp}-audit"
            kept.mkdir(parents=True, mode=0o700)
            for path in held:
                path.rename(kept / path.name)
            if self._heads is not None:
                set_heads_aside(self._heads.parent, self.store_id)
            if self._key is None:
                with suppress(FileNotFoundError):
                    self.key_file.rename(self.key_file.with_name(f"{self.key_file.name}.unfit-{stamp}"))
                self._key = read_key(self.key_file, make=True)
            if self._file is not None:
                os.close(self._file)
            self._file = self._segment = self.fault = None
            self._head = Head(self.store_id, 0, genesis(self._key, self.store_id), _stamp(self._clock()))
            return len(held), told

    def copy(self, target: Path) -> Head:
        """Copy the log as it stands between two records, and return its head."""
        with self._lock:
            shutil.copytree(self.folder, target)
            if self._head is None:
                raise Unavailable(self.fault or "The audit log has no record yet.")
            return self._head

    def close(self) -> None:
        with self._lock:
            if self._file is not None:
                self._copy_head(at_once=True)
                os.close(self._file)
                self._file = None

    def _begin(self) -> None:
        """Write the first record of a store that never had a log."""
        assert self._key is not None
        self.folder.mkdir(exist_ok=True, mode=0o700)
        self._head = Head(self.store_id, 0, genesis(self._key, self.store_id), _stamp(self._clock()))
        self._append(_own("audit-log:begun"))

    def _take_up(self, held: list[Path]) -> None:
        """Go on where the log stands, after checking its last day."""
        assert self._key is not None
        torn = self._set_torn_aside(held[-1])
        before = _last_of(held[-2]) if len(held) > 1 else None
        prev, seq = (before.mac, before.seq) if before else (genesis(self._key, self.store_id), 0)
        chain = Chain(self._key, prev, seq)
        with held[-1].open("rb") as file:
            for _ in chain.follow(held[-1].name, file):
                pass
        if chain.faults:
            raise Unavailable(f"The audit log does not verify: {chain.faults[0]}.")
        self._head = Head(self.store_id, chain.seq, chain.prev, chain.t or (before.t if before else ""))
        if cut := next((head for head in self._kept_heads() if head.seq > chain.seq), None):
            raise Unavailable(
                f"The audit log ends at record {chain.seq:,}, but a kept head says {cut.seq:,}: it was cut."
            )
        self._segment = self.segments()[-1]
        self._segment.chmod(0o600)
        self._file = os.open(self._segment, os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
        self._size = os.fstat(self._file).st_size
        if torn:
            self._append(_own(TORN, n=len(torn), reference=f"sha256:{digest(torn)}"))

    def _set_torn_aside(self, segment: Path) -> bytes:
        """Move what a crash left of an unfinished record out of the log; it was never acknowledged."""
        data = segment.read_bytes()
        torn = data[data.rfind(b"\n") + 1 :]
        if torn:
            self._aside.mkdir(exist_ok=True, mode=0o700)
            kept = self._aside / f"{self._clock():%Y%m%dT%H%M%S%f}-{segment.name}.torn"
            kept.write_bytes(torn)
            kept.chmod(0o600)
            segment.chmod(0o600)
            os.truncate(segment, len(data) - len(torn))
        return torn

    def _append(self, values: Mapping[str, Any]) -> Entry:
        if self.fault or self._head is None or self._key is None:
            raise Unavailable(f"The audit log cannot be written, so nothing is shown. {self.fault or ''}".strip())
        at = self._clock()
        own = {"seq": self._head.seq + 1, "t": _stamp(at), "build": __version__, "prev": self._head.mac}
        line, entry = sealed(self._key, {**values, **own})
        try:
            self._write(line + b"\n", at.date())
        except OSError as error:
            raise Unavailable(
                f"The audit log cannot be written ({error.strerror}), so nothing is shown. Tell your administrator."
            ) from error
        self._head = Head(self.store_id, entry.seq, entry.mac, entry.t)
        return entry

    def _write(self, data: bytes, on: date) -> None:
        """Append to the day's file and flush it; what was written in part is taken back."""
        file = self._turned_to(on)
        if self._unsure:
            os.ftruncate(file, self._size)
        held = os.fstat(file)
        if held.st_size != self._size or held.st_nlink == 0:
            self.fault = (
                f"{self._segment} was changed or removed by another program. Stop the server and verify the log."
            )
            raise OSError(errno.EIO, self.fault)
        self._unsure = True
        try:
            if os.write(file, data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file)
        except OSError:
            with suppress(OSError):
                os.ftruncate(file, self._size)
            raise
        self._size += len(data)
        self._unsure = False

    def _turned_to(self, on: date) -> int:
        """Return the file to write to: the day's, or the latest while the clock stands before it."""
        if self._file is not None and self._segment is not None and on <= _day_of(self._segment):
            return self._file
        path = self.folder / f"audit-{on.isoformat()}.jsonl"
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        _flush_folder(self.folder)
        if self._file is not None and self._segment is not None:
            os.close(self._file)
            self._segment.chmod(0o400)
        self._file, self._segment, self._size, self._unsure = file, path, 0, False
        return file

    def _reader(self, path: Path) -> BinaryIO:
        """Open a day's file for reading; today's as it stands between two records."""
        with self._lock:
            if path != self._segment:
                return path.open("rb")
            data = path.read_bytes()
            return io.BytesIO(data[: self._size] if self._unsure else data)

    def _copy_head(self, *, at_once: bool) -> None:
        """Add the head to the second folder; that folder may be away, the log goes on."""
        now = self._clock()
        if self._heads is None or self._head is None or self.fault:
            return
        if not at_once and self._head_copied_at is not None and now - self._head_copied_at < HEADS_EVERY:
            return
        self._head_copied_at = now
        try:
            with self._heads.open("a", encoding="ascii") as file:
                file.write(json.dumps(self._head.as_json()) + "\n")
        except OSError as error:
            _log.warning("the head of the audit log could not be copied to %s: %s", self._heads, error)

    def _kept_heads(self) -> list[Head]:
        if self._heads is None or not self._heads.exists():
            return []
        return [read_head(line) for line in self._heads.read_text(encoding="ascii", errors="replace").splitlines()]


def set_heads_aside(heads: Path, store_id: str) -> None:
    """Keep the heads of a log under another name, because a restore takes it back to an earlier record."""
    file = _heads_file(heads, store_id)
    if file.exists():
        file.rename(file.with_name(f"{file.name}.until-{utc_now():%Y%m%dT%H%M%S}"))


def _heads_file(folder: Path, store_id: str) -> Path:
    return folder / f"{store_id}.heads.jsonl"


def read_head(text: str) -> Head:
    """Read a head as it was exported."""
    try:
        held = json.loads(text)
        return Head(str(held["store"]), int(held["seq"]), str(held["mac"]), str(held["t"]))
    except (ValueError, KeyError, TypeError) as error:
        raise InputRejected("This is not a head of an audit log. `rasure audit head --out FILE` writes one.") from error


def _missed(head: Head, store_id: str, seen: Mapping[int, str], last: int) -> Fault | None:
    """Say what a head kept elsewhere shows to be wrong."""
    if head.store != store_id:
        return Fault("", 0, f"The head of record {head.seq:,} belongs to another store")
    if head.seq and head.seq not in seen:
        return Fault(
            "", 0, f"The head kept on {head.t} names record {head.seq:,}, the log ends at {last:,}: it was cut"
        )
    if head.seq and seen[head.seq] != head.mac:
        return Fault("", 0, f"Record {head.seq:,} is not the one that the head kept on {head.t} names")
    return None


def _own(what: str, **values: Any) -> dict[str, Any]:
    """Return what the log writes about itself."""
    empty = dict.fromkeys(("lpa", "session", "device", "fields", "n", "reason", "reference", "recipient", "ip"))
    return {**empty, "actor": "rasure", "role": "program", "op": "admin", "object": what, **values}


def _last_of(segment: Path) -> Entry:
    try:
        return parsed(segment.read_bytes().rstrip(b"\n").rsplit(b"\n", 1)[-1])
    except (ValueError, TypeError) as error:
        raise Unavailable(f"The audit log does not verify: {segment.name} does not end with a record.") from error


def _day_of(segment: Path) -> date:
    found = _SEGMENT.fullmatch(segment.name)
    assert found is not None
    return date.fromisoformat(found[1])


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _flush_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
