"""Everything the command line can ask of a store, by name: run here, or handed to the server that holds it.

Each operation brings in what it needs itself: a command would otherwise wait for the statistics of all others.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from rasure.access.audit import Op
from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.errors import InputRejected, NotFound
from rasure.services import audit, audit_reading, desk, sessions
from rasure.store.analytics import records
from rasure.store.audit import read_head
from rasure.store.store import Progress, Store
from rasure.terms import Band, Measure, Role, Window

Arguments = Mapping[str, Any]
#: Columns of a ranked table wherever it leaves as CSV.
RANK_COLUMNS = ("rank", "cell", "place", "lpa", "offences", "score", "harm_days", "sqrt_harm", "last_on", "lon", "lat")

#: Columns of the report on what is past its period.
RETENTION_COLUMNS = ("subject", "group", "held", "past", "oldest_on", "review_after_days", "keep", "verified")

Operation = Callable[[Store, Arguments, Progress], Any]


def _load_police_uk(store: Store, arguments: Arguments, progress: Progress) -> Any:
    from rasure.ingest import load_police_uk

    return load_police_uk.load(store, Path(arguments["path"]), progress).as_json()


def _load_niche(store: Store, arguments: Arguments, progress: Progress) -> Any:
    from rasure.ingest import load_niche

    return load_niche.load(store, Path(arguments["path"]), progress).as_json()


def _load_pings(store: Store, arguments: Arguments, progress: Progress) -> Any:
    from rasure.ingest import load_pings

    return load_pings.load(store, Path(arguments["path"]), progress).as_json()


def _load_patrols(store: Store, arguments: Arguments, progress: Progress) -> Any:
    from rasure.ingest import load_patrol_side

    return load_patrol_side.load_patrols(store, Path(arguments["path"]), progress).as_json()


def _load_hot_spots(store: Store, arguments: Arguments, progress: Progress) -> Any:
    from rasure.ingest import load_patrol_side

    return load_patrol_side.load_hot_spots(store, Path(arguments["path"]), progress).as_json()


def _load_allocations(store: Store, arguments: Arguments, progress: Progress) -> Any:
    from rasure.ingest import load_patrol_side

    return load_patrol_side.load_allocations(store, Path(arguments["path"]), progress).as_json()


def _load_boundaries(store: Store, arguments: Arguments, progress: Progress) -> Any:
    from rasure.ingest import load_boundaries

    return load_boundaries.load(store, Path(arguments["path"]), progress).as_json()


def _load_basemap(store: Store, arguments: Arguments, progress: Progress) -> Any:
    from rasure.ingest import basemap

    return basemap.load(Path(arguments["path"]), store.paths.basemap, progress)


def _rejects(store: Store, arguments: Arguments, _progress: Progress) -> Any:
    operator = desk.operator()
    batch = int(arguments["batch"])
    found = rejected(store, desk.admit(operator, Action.VIEW_REJECTS), batch)
    name = f"rejects-batch-{batch}"
    audit.disclosed(store, operator, Action.VIEW_REJECTS, name=name, question=batch, n=len(found))
    return found.to_dict("split", index=False)


def rejected(store: Store, scope: Scope, batch: int) -> pd.DataFrame:
    """Return the rejected rows of a batch: file, line, column_name, value, reason, explanation."""
    if batch not in set(records.load_batches(store.analytics)["batch_id"]):
        raise NotFound(f"There is no batch {batch}.")
    return records.rejects(store.analytics, scope, batch)


def _rank(store: Store, arguments: Arguments, _progress: Progress) -> Any:
    """Return the ranked table the hot-spot page shows for the same question."""
    from rasure.services import hot_spots

    operator = desk.operator()
    scope = desk.admit(operator, Action.VIEW_HOT_SPOTS)
    band = arguments.get("band") or "all"
    question = hot_spots.Question(
        as_of=_day(arguments["as_of"]),
        lpa=hot_spots.area_code(store, arguments.get("lpa")),
        band=None if band == "all" else Band(band),
        measure=Measure(arguments.get("measure") or Measure.COUNT),
        institutions_apart=arguments.get("institutions") != "in",
    )
    picture = hot_spots.picture(store, scope, question)
    top = hot_spots.named(store, picture.places.head(int(arguments.get("top") or 20)))
    audit.disclosed(store, operator, Action.VIEW_HOT_SPOTS, name="hot-spots", question=dict(arguments), n=len(top))
    return hot_spots.as_rows(top)


def _dose(store: Store, arguments: Arguments, _progress: Progress) -> Any:
    """Return every assigned place-day of some days with its dose, as the Patrols page counts it."""
    from rasure.services import hot_spots, patrol_rows, patrols

    operator = desk.operator()
    scope = desk.admit(operator, Action.VIEW_PATROLS)
    window = Window(_day(arguments["from"]), _day(arguments["to"]))
    asked = patrols.checked(patrols.Asked(window, hot_spots.area_code(store, arguments.get("lpa"))))
    days = patrols.place_days(store, scope, asked)
    audit.disclosed(store, operator, Action.VIEW_PATROLS, name="place-days", question=dict(arguments), n=len(days))
    return patrol_rows.days(days)


def _visits(store: Store, arguments: Arguments, _progress: Progress) -> Any:
    from rasure.services import visits

    return visits.rows(store, arguments)


def _carriers(store: Store, arguments: Arguments, _progress: Progress) -> Any:
    from rasure.services import people_command

    return people_command.carriers(store, arguments)


def _weekly(store: Store, arguments: Arguments, _progress: Progress) -> Any:
    from rasure.services import weekly_command

    return weekly_command.report(store, arguments)


def _verify(store: Store, _arguments: Arguments, _progress: Progress) -> Any:
    from rasure.services import upkeep

    return upkeep.verify(store)


def _backup(store: Store, arguments: Arguments, _progress: Progress) -> Any:
    """Copy the store; the record of it is the last one in the copy."""
    from rasure.services import upkeep

    target = Path(arguments["path"])
    audit.record(store, desk.operator(), Op.ADMIN, object="store:backup", reference=target.name)
    return upkeep.backup(store, target)


def _audit_verify(store: Store, arguments: Arguments, _progress: Progress) -> Any:
    """Check the log, and against a head when one is given; its records stay unread."""
    heads = [read_head(arguments["head"])] if arguments.get("head") else []
    found = audit_reading.verified(store, desk.operator(Role.AUDITOR), heads)
    return {
        "whole": not found.faults,
        "records": found.records,
        "since": found.since,
        "head": found.head.as_json() if found.head else None,
        "faults": list(found.faults),
    }


def _audit_search(store: Store, arguments: Arguments, _progress: Progress) -> Any:
    op, first, last = (arguments.get(name) for name in ("op", "from", "to"))
    if op and op not in list(Op):
        raise InputRejected(f"{op!r} is not one of: {', '.join(Op)}.")
    wanted = audit_reading.Wanted(
        actor=arguments.get("actor") or "",
        op=Op(op) if op else None,
        object=arguments.get("object") or "",
        first_on=_day(first) if first else None,
        last_on=_day(last) if last else None,
        code=arguments.get("code") or "",
    )
    return audit_reading.exported(store, desk.operator(Role.AUDITOR), wanted, limit=sys.maxsize)


def _backtest(store: Store, arguments: Arguments, _progress: Progress) -> Any:
    """Return the back-test the hot-spot page shows, at cuts of one's own if given."""
    from rasure.places.backtest import HORIZON_DAYS
    from rasure.services import backtest, backtest_words, hot_spots

    operator = desk.operator()
    scope = desk.admit(operator, Action.VIEW_HOT_SPOTS)
    as_of = hot_spots.latest_as_of(store, scope)
    if as_of is None:
        raise InputRejected("No offences are loaded, so nothing can be tested. Load some first.")
    cuts = arguments.get("cuts") or "auto"
    found = backtest.report(
        store,
        scope,
        hot_spots.Question(as_of, lpa=hot_spots.area_code(store, arguments.get("lpa"))),
        cuts=None if cuts == "auto" else [_day(cut.strip()) for cut in cuts.split(",")],
        horizon_days=int(arguments.get("horizon_days") or HORIZON_DAYS),
        k=int(arguments.get("k") or backtest.K),
    )
    n = len(found.windows)
    audit.disclosed(store, operator, Action.VIEW_HOT_SPOTS, name="back-test", question=dict(arguments), n=n)
    return backtest_words.as_json(found)


def _retention(store: Store, arguments: Arguments, _progress: Progress) -> Any:
    """Count what is past its period; the counts are recorded, as every look at the whole store is."""
    from rasure.services import retention

    operator = desk.operator()
    lines = retention.overdue(store, desk.admit(operator, Action.KEEP_STORE), _day(arguments["as_of"]))
    audit.record(store, operator, Op.ADMIN, object="store:retention", n=sum(line.past or 0 for line in lines))
    return [asdict(line) for line in lines]


def _in_force(store: Store, _arguments: Arguments, _progress: Progress) -> Any:
    """Say what is in force, for the transparency record."""
    from rasure.services import governance

    operator = desk.operator()
    scope = desk.admit(operator, Action.VIEW_DATA)
    audit.record(store, operator, Op.ADMIN, object="governance:transparency-record")
    return asdict(governance.in_force(store, scope, datetime.now(UTC).date()))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputRejected(f"{text!r} is not a day. Write it as 2026-03-01.") from error


def _session_revoke(store: Store, arguments: Arguments, _progress: Progress) -> Any:
    ended = sessions.revoke(store, str(arguments["id"]))
    audit.record(store, desk.operator(), Op.ADMIN, object=f"session-revoked:{arguments['id']}", n=ended)
    return {"ended": ended}


OPERATIONS: dict[str, Operation] = {
    "load.police-uk": _load_police_uk,
    "load.niche": _load_niche,
    "load.pings": _load_pings,
    "load.patrols": _load_patrols,
    "load.hot-spots": _load_hot_spots,
    "load.allocations": _load_allocations,
    "load.boundaries": _load_boundaries,
    "load.basemap": _load_basemap,
    "rejects": _rejects,
    "places.rank": _rank,
    "patrol.visits": _visits,
    "patrol.dose": _dose,
    "people.carriers": _carriers,
    "audit.verify": _audit_verify,
    "audit.head": lambda store, _arguments, _progress: audit_reading.head(store, desk.operator(Role.AUDITOR)).as_json(),
    "audit.search": _audit_search,
    "places.backtest": _backtest,
    "session.list": lambda store, _arguments, _progress: sessions.listed(store),
    "session.revoke": _session_revoke,
    "store.verify": _verify,
    "store.backup": _backup,
    "store.retention": _retention,
    "governance.in-force": _in_force,
    "report.weekly": _weekly,
}

#: Short and urgent: a server does these at once, whatever else it is busy with.
AT_ONCE = frozenset({"session.list", "session.revoke"})


def run(
    store: Store, name: str, arguments: Arguments, progress: Progress, *, principal: Principal | None = None
) -> Any:
    """Run one operation, for whoever is at the command line unless told; its result is plain data, ready for JSON."""
    try:
        operation = OPERATIONS[name]
    except KeyError as error:
        raise NotFound(f"There is no operation {name!r}.") from error
    if name.startswith("load."):
        return _recorded_load(store, principal or desk.operator(), name, arguments, progress)
    return operation(store, arguments, progress)


def _recorded_load(
    store: Store, principal: Principal, name: str, arguments: Arguments, progress: Progress
) -> dict[str, Any]:
    """Record that a load begins, and what it took; a load that took nothing has only its beginning."""
    begun = audit.record(
        store, principal, Op.COLLECTION, object=name.replace(".", ":", 1), reference=Path(arguments["path"]).name
    )
    outcome: dict[str, Any] = OPERATIONS[name](store, arguments, progress)
    audit.record(
        store,
        principal,
        Op.COLLECTION,
        object=f"batch:{outcome.get('batch') or 'none'}",
        n=outcome.get("accepted"),
        reference=f"record:{begun.seq}",
    )
    return outcome
