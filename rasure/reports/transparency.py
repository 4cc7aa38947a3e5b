"""The algorithmic transparency record, as Markdown: what the program knows is filled in, what the force knows is asked.

`transparency.md` holds its fixed words, in the outline of the Algorithmic Transparency Recording Standard (metadata;
tier 1, for everybody; tier 2, in detail), to be read and approved as a whole. Everything that can change is taken from
what is in force.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

from rasure.words import day

_TEXT = Path(__file__).with_name("transparency.md")
_INVENTED = "\n> **Made from a synthetic store.** It describes the tool, not any force's use of it.\n"
_HAS_LISTS = "It proposes people for lists by the criteria below; nobody is put on one without a human decision."
_NO_LISTS = "It makes no list of people and gives no person a score."
_COUNTS = {
    "always": "count always",
    "weapon_required": "count only with a weapon",
    "stand_in": "stand in, on published data",
    "off": "never count",
}
#: What each action lets a role do, in words for the public; a test demands one for every action.
MAY = {
    "view_command": "see the weekly summary in counts",
    "view_hot_spots": "see rankings and maps of places",
    "count_people": "see how many people are recorded at a place",
    "link_people": "see who is recorded at a place or in an offence, with a reason",
    "open_person": "open a person's record, with a reason",
    "approve_opening": "approve opening the record of a child",
    "break_glass": "look outside their areas for some hours, with a reason of which their supervisors are told",
    "be_told": "be told who looks outside their areas",
    "view_people": "see who is proposed for, or on, a list of people",
    "view_victims": "see who is proposed for, or on, the list of victims",
    "nominate": "nominate, review or remove somebody on a list of people, with a reason",
    "approve": "put on a list somebody whom another person nominated",
    "monitor_disparity": "see in counts on whom searches and lists fall",
    "view_patrols": "see what patrols delivered, no officer named",
    "view_crews": "see what each officer of their areas delivered",
    "view_track": "see where an officer was during a visit, each look logged",
    "restore_visit": "restore a visit set aside as doubtful, with a reason",
    "publish_set": "publish places for tasking",
    "view_partner_picture": "see counts of whole areas in whole quarters, small numbers withheld",
    "view_data": "see where the data come from",
    "view_rejects": "see rejected rows",
    "load_data": "load data",
    "keep_store": "back up, verify and erase",
    "view_audit": "read the audit log",
}
#: Groups of offences that are recorded mostly because police looked.
_FOUND_BY_POLICE = {"drugs", "weapon possession", "possession of weapons"}


def render(found: Mapping[str, Any]) -> str:
    """Return the record.

    Parameters
    ----------
    found
        The fields of `services.governance.InForce`, as plain data: days as 2026-03-03.
    """
    return Template(_TEXT.read_text(encoding="utf-8")).substitute(
        invented=_INVENTED if found["store_class"] == "synthetic" else "",
        made_on=_day(found["made_on"]),
        program=_cell(found["program"]),
        data_version=_cell(found["data_version"]),
        store_class=_cell(found["store_class"]),
        lists_in_short=_HAS_LISTS if found["list_criteria"] else _NO_LISTS,
        criteria=_listed(found["list_criteria"]) or "None: this version makes no list of people.",
        roles=_roles(found),
        settings=_settings(found),
        rules=_rules(found["rules"]),
        groups=_listed(f"{rule['source']}: {'; '.join(rule['groups'])}" for rule in found["rules"])
        or "None is loaded.",
        breaks=_listed(found["breaks"]) or "None.",
        data=_data(found),
        periods=_periods(found["periods"]),
        risks=_risks(found),
    )


def _roles(found: Mapping[str, Any]) -> str:
    rows = [
        (
            role.replace("_", " "),
            "the whole force" if role in found["force_wide"] else "own areas",
            "; ".join(MAY[action] for action in may) or "nothing in the dashboard",
        )
        for role, may in found["roles"].items()
    ]
    return _table(("Role", "Sees", "May"), rows)


def _settings(found: Mapping[str, Any]) -> str:
    eligible = f"{found['least_events']} offences, in at least {found['least_active_years']} different years"
    institution = f"a building with at least {found['institution_events']} offences and"
    institution += f" {found['institution_share']:.0%} of its hexagon's"
    edition = f"Cambridge Crime Harm Index, edition {found['harm_edition']}: {found['harm_weights']} weights,"
    edition += f" {found['harm_weights_unconfirmed']} of them unconfirmed"
    rows = [
        ("Places", f"hexagons of {found['cell_side_m']:g} m side on the British National Grid"),
        ("Look-back", f"{found['lookback_days']:,} days, unless the reader chooses another"),
        ("Weight by age", f"halves every {found['half_life_days']:,} days"),
        ("Least to be a patrol place", eligible),
        ("Hot institution, set apart", institution),
        ("Harm weights", edition),
    ]
    return _table(("Setting", "In force"), rows)


def _rules(rules: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (
            rule["source"],
            ", ".join(rule["versions"]),
            "; ".join(f"{n} {_COUNTS.get(name, name)}" for name, n in rule["classes"].items()),
            f"{rule['unconfirmed']} of {sum(rule['classes'].values())}",
        )
        for rule in rules
    ]
    return _table(("Source", "Rule version", "Classes", "Unconfirmed classes"), rows)


def _data(found: Mapping[str, Any]) -> str:
    span = f"{_day(found['first_on'])} to {_day(found['last_on'])}" if found["first_on"] else "none loaded"
    ethnicity = (
        "ethnicity, where the records system has it, is held apart for monitoring disparity; no ranking reads it"
    )
    rows = [
        ("Sources of records", ", ".join(rule["source"] for rule in found["rules"]) or "none loaded"),
        ("Offences that count", span),
        ("Special categories", ethnicity),
        ("Free text", "no ranking or test reads it"),
        ("Marking", found["marking"]),
        ("Sign-in", found["sign_in"]),
        ("People erased so far", str(found["people_erased"])),
    ]
    return _table(("What", "In force"), rows)


def _periods(periods: Iterable[Sequence[Any]]) -> str:
    rows = [
        (name, "not set" if days is None else f"{days:,} days", keep, "yes" if confirmed else "no")
        for name, keep, days, confirmed in periods
    ]
    return _table(("What", "Review after", "Kept", "Confirmed by the force"), rows)


def _risks(found: Mapping[str, Any]) -> str:
    counted = {group for rule in found["rules"] for group in rule["groups"]} & _FOUND_BY_POLICE
    by_looking = "drugs and the possession of weapons, which police mostly find themselves, do not count"
    if counted:
        by_looking = (
            f"not enough: {_cell(', '.join(sorted(counted)))} is found mostly by police and counts all the same"
        )
    rows = [
        (
            "Recorded crime follows policing: patrols find more of what they look for",
            by_looking,
            "check searches and their outcomes by place",
        ),
        (
            "A place is feared because a map says so",
            f"places are shown to staff, marked {_cell(found['marking'])}, with how sure the ranking is",
            "what residents are told",
        ),
        ("A ranking is believed too much", 'counts, intervals and "too little data" stand in every answer', "training"),
        ("Somebody looks up a person without cause", "a log in which an edit shows, read by an auditor", "dip samples"),
        (
            "Data are kept too long",
            "a report of what is past its period; an erasure that leaves nothing in the store",
            "who reads the report, and how often",
        ),
    ]
    own = [(risk, done, f"[force to complete: {asked}]") for risk, done, asked in rows]
    return _table(("Risk", "What is done", "Left to the force"), own, marked_up=True)


def _listed(lines: Iterable[str]) -> str:
    return "\n".join(f"- {_cell(line)}" for line in lines)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, marked_up: bool = False) -> str:
    """Write a table; cells that come from data must not mark anything up."""
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    lines += [f"| {' | '.join(cell if marked_up else _cell(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    """Return text that neither ends a cell nor marks anything up."""
    return "".join(f"\\{char}" if char in "|\\`*_[]<>" else " " if char in "\r\n" else char for char in text)


def _day(value: object) -> str:
    return day(date.fromisoformat(str(value)))
