"""Reading the audit log: is it whole, who did what, the weekly sample to review, and who looks people up unusually.

Only who may `VIEW_AUDIT` reads it, and reading it is in it.
"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from rasure.access import misuse
from rasure.access.audit import Op
from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.errors import InputRejected, NotFound, Unavailable
from rasure.services import audit, desk, staff
from rasure.settings import settings
from rasure.store.analytics import person as reads
from rasure.store.audit import utc_now
from rasure.store.audit_records import BEGUN_ANEW, TORN, Head, parsed
from rasure.store.audit_records import Entry as Entry
from rasure.store.store import Store
from rasure.terms import Role

#: How long a check of the whole log stands before opening the page makes another.
CHECKED_FOR = timedelta(minutes=10)
#: How many consultations of a week are drawn for review.
SAMPLE = 10
#: How far back unusual look-ups are counted.
PANEL_DAYS = 28
_ACCIDENTS_SHOWN = 5
COLUMNS = tuple(field.name for field in fields(Entry))
_LOCAL = ZoneInfo("Europe/London")
#: A line ends with its time, its last field by name: `…,"t":"2026-03-03T09:15:02.123456Z"}` and the line end.
_DAY = slice(-30, -20)

Verdict = Literal["in order", "to follow up"]
_checking = threading.Lock()


@dataclass(frozen=True, slots=True)
class State:
    """Whether the log is whole: `faults` says where it is not."""

    records: int
    since: date | None
    checked_at: datetime
    head: Head | None
    faults: tuple[str, ...]


#: The last check of each store's log in this process.
_checks: dict[Path, State] = {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; `actor` and `object` match a part of the text, days are UTC and both included.

    `code` is the code an export carries; it names one record.
    """

    actor: str = ""
    op: Op | None = None
    object: str = ""
    first_on: date | None = None
    last_on: date | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search, newest first, and how many there are in all."""

    entries: tuple[Entry, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A consultation drawn for review, and what the auditor said of it, if anything yet."""

    entry: Entry
    verdict: str | None
    by: str | None


@dataclass(frozen=True, slots=True)
class Sample:
    """The draw of one whole week: from how many consultations, and which."""

    week: str
    first_on: date
    consultations: int
    drawn: tuple[Drawn, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Unusual look-ups of the last days, and from how many look-ups by how many people they were told.

    Of those people the staff file gives `without_shifts` no shift and `without_name` neither surname nor postcode:
    what needs these was not judged for them, which is not the same as finding nothing.
    """

    unusual: tuple[misuse.Unusual, ...]
    look_ups: int
    actors: int
    first_on: date
    without_shifts: int
    without_name: int


def verified(
    store: Store, principal: Principal, heads: Sequence[Head] = (), clock: Callable[[], datetime] = utc_now
) -> State:
    """Check the whole log now, and say in it who did."""
    desk.admit(principal, Action.VIEW_AUDIT)
    found = _checked(store, clock(), heads)
    with suppress(Unavailable):
        what = "audit-log:found-whole" if not found.faults else "audit-log:found-broken"
        audit.record(store, principal, Op.ADMIN, object=what, n=found.records)
    return found


def state(store: Store, principal: Principal, clock: Callable[[], datetime] = utc_now) -> State:
    """Return the last check of the whole log, made anew when there is none of the last minutes."""
    desk.admit(principal, Action.VIEW_AUDIT)
    last, now = _checks.get(store.paths.root), clock()
    if last is None or last.faults or now - last.checked_at > CHECKED_FOR:
        return _checked(store, now)
    return last


def _checked(store: Store, now: datetime, heads: Sequence[Head] = ()) -> State:
    with _checking:
        found = store.audit.verify(heads)
        since = datetime.fromisoformat(found.first_at).date() if found.first_at else None
        said = State(found.records, since, now, found.head, tuple(str(fault) for fault in found.faults))
        if not heads:
            _checks[store.paths.root] = said
        return said


def head(store: Store, principal: Principal) -> Head:
    """Return where the log stands, for keeping elsewhere; taking it is in the log after it."""
    desk.admit(principal, Action.VIEW_AUDIT)
    found = store.audit.head()
    audit.record(store, principal, Op.DISCLOSURE, object="audit-log:head", reference=f"record:{found.seq}")
    return found


def search(store: Store, principal: Principal, wanted: Wanted, *, offset: int = 0, limit: int = 50) -> Found:
    """Return records that match, newest first; the search itself is recorded before they are returned."""
    desk.admit(principal, Action.VIEW_AUDIT)
    found = _search(store, wanted, offset, limit)
    audit.consulted(store, principal, Action.VIEW_AUDIT, {**asdict(wanted), "offset": offset}, len(found.entries))
    return found


def exported(store: Store, principal: Principal, wanted: Wanted, limit: int) -> list[dict[str, Any]]:
    """Return rows that leave by the command line, recorded before they do."""
    found = rows(store, principal, wanted, limit)
    audit.disclosed(store, principal, Action.VIEW_AUDIT, name="audit-log", question=asdict(wanted), n=len(found))
    return found


def rows(store: Store, principal: Principal, wanted: Wanted, limit: int) -> list[dict[str, Any]]:
    """Return records that match as rows of a table, newest first, for an export that is recorded by its door."""
    desk.admit(principal, Action.VIEW_AUDIT)
    return [as_row(entry) for entry in _search(store, wanted, 0, limit).entries]


def as_row(entry: Entry) -> dict[str, Any]:
    """Return a record as a row of a table, its lists as text."""
    row = asdict(entry)
    return row | {name: "|".join(row[name]) if row[name] is not None else None for name in ("lpa", "fields")}


def about_itself(store: Store, principal: Principal) -> tuple[Entry, ...]:
    """Return what the log tells of its own accidents: records torn by a crash, a log begun anew."""
    desk.admit(principal, Action.VIEW_AUDIT)
    return tuple(
        entry
        for accident in (BEGUN_ANEW, TORN)
        for entry in _search(store, Wanted(op=Op.ADMIN, object=accident), 0, _ACCIDENTS_SHOWN).entries
    )


def sample(store: Store, principal: Principal, today: date) -> Sample:
    """Draw consultations of the last whole week for review; the same ones however often it is asked.

    Drawn are those whose seal, digested with the week, is smallest: nobody without the key can foresee which. The
    auditor's own reading of the log is not drawn from.
    """
    desk.admit(principal, Action.VIEW_AUDIT)
    first_on = today - timedelta(days=today.weekday() + 7)
    year, number, _ = first_on.isocalendar()
    week = f"{year}-W{number:02d}"
    wanted = Wanted(op=Op.CONSULTATION, first_on=first_on, last_on=first_on + timedelta(days=6))
    own = f"{Action.VIEW_AUDIT.value}:"
    pool = [entry for entry in _entries(store, wanted) if not entry.object.startswith(own)]
    drawn = sorted(pool, key=lambda entry: hashlib.sha256(f"{week} {entry.mac}".encode()).digest())[:SAMPLE]
    said = _verdicts(store, first_on)
    rows = tuple(Drawn(entry, *said.get(entry.seq, (None, None))) for entry in sorted(drawn, key=lambda e: e.seq))
    audit.consulted(store, principal, Action.VIEW_AUDIT, {"sample": week}, len(rows))
    return Sample(week, first_on, len(pool), rows)


def review(store: Store, principal: Principal, seq: int, verdict: Verdict, note: str = "") -> Entry:
    """Write down what the auditor found of one consultation; a later word on it stands over an earlier one."""
    desk.admit(principal, Action.VIEW_AUDIT)
    if verdict not in ("in order", "to follow up"):
        raise InputRejected(f"{verdict!r} is not a verdict. Say in order, or to follow up.")
    if verdict == "to follow up" and not note.strip():
        raise InputRejected("Say what is to be followed up.")
    if not 0 < seq <= store.audit.head().seq:
        raise NotFound(f"There is no record {seq:,} in the audit log.")
    said = ["reviewed", verdict]
    return audit.record(store, principal, Op.ADMIN, object=f"record:{seq}", fields=said, reason=note.strip() or None)


def panel(store: Store, principal: Principal, today: date) -> Panel:
    """Return who looked people up unusually in the last days, by the log, the people opened and the staff file."""
    desk.admit(principal, Action.VIEW_AUDIT)
    first_on = today - timedelta(days=PANEL_DAYS)
    found = _entries(store, Wanted(op=Op.CONSULTATION, object="person:", first_on=first_on))
    look_ups = [_look_up(entry) for entry in found if entry.object.startswith("person:")]
    known = staff.read(settings().staff_file)
    persons = _opened(store, {one.person for one in look_ups})
    unusual = tuple(misuse.ranked(look_ups, officers=known.known, persons=persons, shifts=known.shifts))
    audit.consulted(store, principal, Action.VIEW_AUDIT, {"panel": first_on}, len(unusual))
    actors = {one.actor for one in look_ups}
    unjudged = (len(actors - known.shifts.keys()), len(actors - known.known.keys()))
    return Panel(unusual, len(look_ups), len(actors), first_on, *unjudged)


def _opened(store: Store, person_ids: set[str]) -> dict[str, misuse.Known]:
    """Return what is held of people who were opened: the surname, and the area when their parts all lie in one."""
    found = reads.known_for_panel(store.analytics, person_ids)
    return {row["person_id"]: misuse.Known(surname=row["family_name"], lpa=row["lpa"]) for row in found}


def _look_up(entry: Entry) -> misuse.LookUp:
    return misuse.LookUp(
        seq=entry.seq,
        at=datetime.fromisoformat(entry.t).astimezone(_LOCAL).replace(tzinfo=None),
        actor=entry.actor,
        role=Role(entry.role),
        lpas=None if entry.lpa is None else frozenset(entry.lpa),
        person=entry.object.removeprefix("person:"),
    )


def _verdicts(store: Store, first_on: date) -> dict[int, tuple[str, str]]:
    """Return the latest verdict on each record, and whose it is."""
    said: dict[int, tuple[str, str]] = {}
    for entry in _entries(store, Wanted(op=Op.ADMIN, object="record:", first_on=first_on)):
        if entry.fields and entry.fields[0] == "reviewed":
            said.setdefault(int(entry.object.removeprefix("record:")), (entry.fields[1], entry.actor))
    return said


def _search(store: Store, wanted: Wanted, offset: int, limit: int) -> Found:
    """Walk the log once, keeping only the records of one page."""
    matching = _lines(store, wanted)
    skipped = sum(1 for _ in islice(matching, offset))
    entries = tuple(_read(*one) for one in islice(matching, limit))
    return Found(entries, skipped + len(entries) + sum(1 for _ in matching))


def _entries(store: Store, wanted: Wanted) -> Iterator[Entry]:
    return (_read(*one) for one in _lines(store, wanted))


def _lines(store: Store, wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    """Yield matching lines with their file's name, newest first; days and words are looked for before any parsing.

    A clock set back leaves records of an earlier day in a later file, never the other way round.
    """
    first = wanted.first_on.isoformat().encode() if wanted.first_on else b""
    last = wanted.last_on.isoformat().encode() if wanted.last_on else b"9999"
    needles = [_as_written(text) for text in (wanted.actor, wanted.object) if text]
    needles += [b'"op":"%s"' % wanted.op.value.encode()] if wanted.op else []
    needles += [_as_written(wanted.code.rpartition("-")[2])] if wanted.code else []
    for name, lines in store.audit.lines(first_on=wanted.first_on):
        for line in reversed(lines):
            if not first <= line[_DAY] <= last or not all(needle in line for needle in needles):
                continue
            if not needles or _matches(_read(name, line), wanted):
                yield name, line


def _matches(entry: Entry, wanted: Wanted) -> bool:
    return (
        wanted.actor in entry.actor
        and wanted.object in entry.object
        and wanted.op in (None, entry.op)
        and wanted.code in ("", entry.code)
    )


def _read(segment: str, line: bytes) -> Entry:
    try:
        return parsed(line.removesuffix(b"\n"))
    except (ValueError, TypeError) as error:
        raise Unavailable(f"A record in {segment} cannot be read. Check the log with `rasure audit verify`.") from error


def _as_written(text: str) -> bytes:
    return json.dumps(text)[1:-1].encode("ascii")
