"""From a draft to a published version of a set, which is never edited afterwards (security T25)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rasure import __version__
from rasure.access.audit import POLICY, Op
from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.errors import Conflict, InputRejected, NotFound
from rasure.ingest.force_contract import HOT_SPOTS
from rasure.places import outline
from rasure.places.outline import Outline
from rasure.services import audit, desk, drafts, hot_spot_sets, scoring
from rasure.services.drafts import (
    Change,
    Draft,
    Spot,
    close_pairs,
    ground_of,
    hotspot_id,
    kept,
    name_of,
    plain,
    rounded,
)
from rasure.store.analytics import tasking
from rasure.store.store import Store

MOST_CAP = 24
MOST_TURN_DEG = 180.0
#: A nudge fits the outline to the ground; further away lies another place, with a rank of its own.
MOST_NUDGE_M = 140.0
_CELL_RISKS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be published: a draft as the analyst saw it, what they said of it, and what the set is called.

    `set_id` is the set this is a new version of; None makes a new set, whose id follows from its name.
    """

    draft: Draft
    changes: Mapping[str, Change]
    set_id: str | None
    set_name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """What was published; `against` says in words how it differs from the version before, empty for a first one."""

    set_id: str
    version: int
    batch: int
    hot_spots: int
    patrol_areas: int
    against: str = ""


def publish(store: Store, principal: Principal, order: Order) -> Published:
    """Publish a draft as a new version of a set.

    Raises
    ------
    NotAllowed
        The person may not publish.
    Conflict
        The data changed and the rule now gives other hot spots, or a new set's name is taken.
    InputRejected
        Something said of a hot spot cannot be published; the sentence names it.
    """
    scope = desk.admit(principal, Action.PUBLISH_SET)
    with store.writing:
        current = drafts.draft(store, scope, order.draft.question, order.draft.rule)
        if [spot.key for spot in current.spots] != [spot.key for spot in order.draft.spots]:
            raise Conflict("The data changed while you worked and the rule now gives other hot spots. Look again.")
        set_id, version = _next(store, order)
        rows = _rows(current, order, set_id, version)
        before = hot_spot_sets.csv_rows(store, scope, set_id, version - 1) if version > 1 else []
        against = _against(version - 1, rows, before) if before else ""
        begun = audit.record(
            store,
            principal,
            Op.ALTERATION,
            object=f"hotspot_set:{set_id}/{version}",
            fields=POLICY[Action.PUBLISH_SET].fields,
            n=len(rows),
        )
        batch = _accept(store, principal, current, order, rows)
        audit.record(store, principal, Op.ALTERATION, object=f"batch:{batch}", reference=f"record:{begun.seq}")
    hot_spots_published = len({row["hotspot_id"] for row in rows})
    return Published(set_id, version, batch, hot_spots_published, len(rows), against)


def _next(store: Store, order: Order) -> tuple[str, int]:
    """Return the set and the version number that come next; the caller holds the store's writing lock."""
    if order.set_id is not None:
        latest = tasking.latest_version(store.analytics, order.set_id)
        if not latest:
            raise NotFound(f"There is no set {order.set_id!r} to publish a version of. Choose one from the list.")
        return order.set_id, latest + 1
    name = _checked(order.set_name, "The name of the set")
    set_id = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")[:60]
    if not set_id:
        raise InputRejected("The name of the set needs letters or numbers. Give it another.")
    if tasking.latest_version(store.analytics, set_id):
        raise Conflict(f"There is already a set {set_id!r}. Publish a new version of it, or choose another name.")
    return set_id, 1


def _rows(current: Draft, order: Order, set_id: str, version: int) -> list[dict[str, str]]:
    """Return the patrol areas as rows of the contract `hot_spots.csv`."""
    changes = order.changes
    spots = kept(current, changes)
    if not spots:
        raise InputRejected("Every hot spot was left out. Keep at least one to publish.")
    _refuse_overlaps(current, changes)
    names = [_checked(name_of(spot, changes), f"The name of {spot.name}") for spot in spots]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise InputRejected(f"Two hot spots are called {twice}. Give one of them another name.")
    set_name = _checked(order.set_name, "The name of the set")
    rows = []
    for spot, name in zip(spots, names, strict=True):
        said = _said(spot, name, changes.get(spot.key, Change()))
        of_set = {"set_id": set_id, "version": str(version), "set_name": set_name}
        rows += [of_set | said | area for area in _areas(spot, ground_of(spot, changes))]
    return rows


def _said(spot: Spot, name: str, change: Change) -> dict[str, str]:
    if spot.lpa is None:
        raise InputRejected(f"{name} lies in no policing area. Leave it out, or load the boundaries first.")
    if not 1 <= change.daily_cap <= MOST_CAP:
        raise InputRejected(f"The daily cap of {name} must be between 1 and {MOST_CAP} patrols.")
    if max(abs(change.shift.east_m), abs(change.shift.north_m)) > MOST_NUDGE_M:
        raise InputRejected(f"{name} may be moved by at most {MOST_NUDGE_M:.0f} m. Further away lies another place.")
    return {
        "name": name,
        "lpa": spot.lpa,
        "contact": _checked(change.contact, f"The contact of {name}", required=False),
        "daily_cap": str(change.daily_cap),
        "tasks": _checked(change.tasks, f"The tasks of {name}", required=False, bars=True),
    }


def _areas(spot: Spot, ground: Outline) -> list[dict[str, str]]:
    own = hotspot_id(ground)
    drawn = ["" if ground.shift.is_none else outline.written(corners) for corners in outline.parts(ground)]
    return [
        {
            "hotspot_id": own,
            "patrol_area_id": f"{own}-{number:02}",
            "patrol_area_name": plain(name),
            "easting": f"{east:.1f}",
            "northing": f"{north:.1f}",
            "outline": text,
        }
        for number, (name, (east, north), text) in enumerate(
            zip(spot.cell_names, outline.centres(ground), drawn, strict=True), 1
        )
    ]


def _refuse_overlaps(current: Draft, changes: Mapping[str, Change]) -> None:
    names = {spot.key: name_of(spot, changes) for spot in current.spots}
    for pair in close_pairs(current, changes):
        if pair.overlap_m2 > outline.SMALLEST_OVERLAP_M2:
            raise InputRejected(
                f"{names[pair.first]} and {names[pair.second]} share {pair.overlap_m2 / 1e4:.2f} ha of ground, so a"
                " patrol would count for both. Move one of them, or leave it out."
            )


def _accept(store: Store, principal: Principal, current: Draft, order: Order, rows: Sequence[Mapping[str, str]]) -> int:
    from rasure.ingest.hot_spot_sets import Provenance
    from rasure.ingest.publish_hot_spots import publish

    provenance = Provenance(
        created_by=principal.id,
        rule=json.dumps(_rule(current, order), sort_keys=True),
        data_version=store.version(),
        note=plain(order.note) or None,
    )
    return publish(store, rows, provenance, f"{rows[0]['set_name']}, version {rows[0]['version']}")


def _rule(current: Draft, order: Order) -> dict[str, Any]:
    """Return how the set came about, so that it can be read, and made again, years later."""
    question, used, changes = current.question, current.parameters, order.changes
    spots = kept(current, changes)
    return {
        "choose": asdict(current.rule.choose),
        "most_cells": current.rule.most_cells,
        "as_of": question.as_of.isoformat(),
        "first_on": used.first_on.isoformat(),
        "last_on": used.last_on.isoformat(),
        "lookback_days": question.lookback_days,
        "half_life_days": used.half_life_days,
        "lpa": question.lpa,
        "groups": list(question.groups),
        "band": question.band,
        "measure": question.measure,
        "with_weak": question.with_weak,
        "institutions_apart": question.institutions_apart,
        "eligibility": asdict(scoring.ELIGIBILITY),
        "institutions": asdict(scoring.INSTITUTIONS),
        "rule_version": used.rule_version,
        "harm_edition": used.harm_edition,
        "order": [hotspot_id(ground_of(spot, changes)) for spot in spots],
        "left_out": [hotspot_id(Outline(spot.cells)) for spot in current.spots if spot not in spots],
        "moved": {
            hotspot_id(ground_of(spot, changes)): asdict(rounded(changes[spot.key].shift))
            for spot in spots
            if spot.key in changes and not changes[spot.key].shift.is_none
        },
        "program": __version__,
    }


def _against(earlier: int, rows: Sequence[Mapping[str, str]], before: Sequence[Mapping[str, Any]]) -> str:
    """Say how a version differs from the one before it."""
    if _content(rows) == _content(before):
        return f"Nothing differs from version {earlier}."
    now, then = ({row["hotspot_id"] for row in listed} for listed in (rows, before))
    ground = f"{len(now & then)} hot spots on the same ground, {len(now - then)} new, {len(then - now)} gone"
    return f"Against version {earlier}: {ground}."


def _content(listed: Sequence[Mapping[str, Any]]) -> set[tuple[str, ...]]:
    names = [column.name for column in HOT_SPOTS.columns if column.name != "version"]
    return {tuple(str(row[name] or "") for name in names) for row in listed}


def _checked(text: str, what: str, *, required: bool = True, bars: bool = False) -> str:
    """Return a text as it may be published, or say what is wrong with it."""
    said = plain(text)
    if required and not said:
        raise InputRejected(f"{what} is empty. Give it one.")
    if said.startswith(_CELL_RISKS):
        raise InputRejected(f"{what} may not begin with {said[0]}: a spreadsheet would take it for a sum.")
    if "|" in said and not bars:
        raise InputRejected(f"{what} may not hold the sign |, which parts lists.")
    if len(said) > 1000:
        raise InputRejected(f"{what} has {len(said):,} characters; at most 1,000 are taken.")
    return said
