"""The parts of the partner page: which area and quarter, headline, figures, bars, other areas, what it cannot say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from rasure.access.identity import Principal
from rasure.access.scope import Scope
from rasure.services import areas, partner, wiring
from rasure.services.partner import SETTLED_DAYS, Release
from rasure.web import charts, exports, tables, text

#: Quarters side by side in the first table: what a phone can show beside the words.
_RECENT = 2
_SMALL, _TOTAL = "under 5", "withheld"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The release asked for, it and the one before, every one of its area, and every area’s of its quarter."""

    release: Release
    recent: tuple[Release, ...]
    area: tuple[Release, ...]
    quarter: tuple[Release, ...]


def nothing(scope: Scope) -> None:
    """Say why there is nothing to show, and whom to ask."""
    if not areas.within(scope):
        st.title("No area has been given to you")
        st.write("Partner agencies see the areas they were given. Ask your contact in the force which those are.")
        return
    st.title("No whole quarter can be shown yet")
    st.write(
        "Figures are made for whole calendar quarters, once every month of one is held"
        f" and, in the force’s own records, {SETTLED_DAYS} days after it ended. Come back then."
    )


def choice(found: Sequence[Release]) -> Chosen:
    """Draw the two choices there are; neither is a free date or a smaller place."""
    named = {one.area.name: one.area for one in found}
    with st.container(horizontal=True, gap="small"):
        name = _one("Area", list(named), "partner_area", 260)
        own = tuple(one for one in found if one.area == named[name])
        quarters = {span(one): one for one in reversed(own)}
        release = quarters[_one("Quarter", list(quarters), "partner_quarter", 240)]
    recent = tuple(one for one in own if one.starts_on <= release.starts_on)[-_RECENT:]
    quarter = tuple(one for one in found if one.starts_on == release.starts_on)
    return Chosen(release, recent, own, quarter)


def recorded(principal: Principal, chosen: Chosen) -> None:
    """Write the look into the log before anything is shown, once for each area and quarter of a session."""
    release = chosen.release
    looked = (principal.id, principal.session, release.area.code, release.starts_on)
    held: set[object] = st.session_state.setdefault("partner-looked", set())
    if looked not in held:
        shown = len(chosen.area) + len(chosen.quarter) - 1
        partner.looked(wiring.store(), principal, release.area.code, release.starts_on, shown)
        held.add(looked)


def headline(chosen: Chosen) -> None:
    """Say how many offences there were, and how many figures are withheld."""
    st.title(text.plain(sentence(chosen.release)))
    tables.note(
        "Recorded offences of serious violence: offences, not people, and only those that were recorded. Released on"
        f" {text.day(chosen.release.released_on)}; what was reported or corrected later is not in it."
    )


def sentence(release: Release) -> str:
    """Return the headline: the number of offences, or that it is withheld, and what else is."""
    where = f"in {release.area.name} in {span(release)}"
    if release.total is None:
        return f"How many offences there were {where} is withheld: it would give a figure under five away"
    said = f"{text.counted(release.total, 'offence')} {where}"
    if release.withheld == 1:
        return f"{said}; one figure is withheld because it is under five"
    if release.withheld:
        return f"{said}; {text.number(release.withheld)} figures are withheld because they are under five"
    return said


def span(release: Release) -> str:
    """Write a quarter as July to September 2026."""
    return f"{release.starts_on:%B} to {release.ends_on:%B} {release.ends_on.year}"


def recent(chosen: Chosen) -> None:
    """Set the chosen quarter and the one before it side by side, by kind of offence."""
    shown = chosen.recent[::-1]
    tables.table(
        f"Offences in {chosen.release.area.name} by kind and quarter",
        ("Kind of offence", *map(_short, shown)),
        [
            *((kind.capitalize(), *(_small(one, kind) for one in shown)) for kind in _kinds(shown)),
            ("All of these", *map(_total, shown)),
        ],
        numeric=range(1, len(shown) + 1),
    )
    if any(one.withheld for one in shown):
        tables.note(
            f"A figure “{_SMALL}” is one to four. All offences of a quarter are “{_TOTAL}” where their number would"
            " leave only one possibility for a figure under five."
        )


def over_time(chosen: Chosen) -> None:
    """Draw all offences of each quarter; a withheld quarter says so and has no bar."""
    st.subheader("All offences, quarter by quarter")
    frame = pd.DataFrame(
        {
            "starts_on": [pd.Timestamp(one.starts_on) for one in chosen.area],
            "ends_on": [pd.Timestamp(one.ends_on) for one in chosen.area],
            "middle_on": [pd.Timestamp(one.starts_on + (one.ends_on - one.starts_on) / 2) for one in chosen.area],
            "offences": pd.array([one.total for one in chosen.area], dtype="Int64"),
            "is_chosen": [one == chosen.release for one in chosen.area],
            "said": [span(one) for one in chosen.area],
        }
    )
    charts.released(
        frame, alt=f"Bars of all recorded offences a quarter in {chosen.release.area.name}; the table below"
    )
    tables.note(
        "The filled bar is the quarter chosen above. Some quarters have more than others by chance alone: a higher bar"
        " does not yet mean that something changed."
    )


def other_areas(chosen: Chosen) -> None:
    """Set the areas of the reader side by side for the chosen quarter, where there are several."""
    if len(chosen.quarter) < 2:
        return
    kinds = _kinds(chosen.quarter)
    tables.table(
        f"The areas you see, {span(chosen.release)}",
        ("Area", *map(str.capitalize, kinds), "All of these"),
        [(one.area.name, *(_small(one, kind) for kind in kinds), _total(one)) for one in chosen.quarter],
        numeric=range(1, len(kinds) + 2),
    )


def every_quarter(chosen: Chosen) -> None:
    """List every quarter of the area, and hand out everything as a file."""
    kinds = _kinds(chosen.area)
    with st.expander("Every quarter as a table"):
        tables.table(
            f"Offences in {chosen.release.area.name}, newest first",
            ("Quarter", *map(str.capitalize, kinds), "All of these"),
            [(span(one), *(_small(one, kind) for kind in kinds), _total(one)) for one in reversed(chosen.area)],
            numeric=range(1, len(kinds) + 2),
        )
    exports.links("partner-picture", "Download all areas and quarters")


def caveats() -> None:
    """Say what these figures cannot say, and why some are missing."""
    with st.expander("What these figures cannot say, and how numbers are withheld"):
        st.write(
            "- They count recorded offences that meet the force’s rule for serious violence. One person may suffer or"
            " commit several; many offences are never reported.\n"
            "- They are of whole policing areas and whole calendar quarters. There is no smaller place and no other"
            " period, so that no two figures can be subtracted to find a third.\n"
            "- A figure of one to four is withheld, nought is shown. All offences of a quarter are withheld where only"
            " one figure is under five, or where the total would leave only one way to fill the gaps. The rule is"
            " applied by the program and never by hand.\n"
            "- Homicide, grievous bodily harm and rape with a weapon are counted together, always: one such offence by"
            " itself would point at a person.\n"
            "- A quarter is released once and stays as it was, because the difference between two versions could give"
            " a withheld figure away."
        )


def _kinds(found: Sequence[Release]) -> list[str]:
    return list(dict.fromkeys(kind for one in found for kind in one.counts))


def _small(release: Release, kind: str) -> int | str | None:
    """Return a count, or why there is none; None for a kind that was not counted then."""
    count = release.counts.get(kind)
    return _SMALL if count is None and kind in release.counts else count


def _total(release: Release) -> int | str:
    return _TOTAL if release.total is None else release.total


def _short(release: Release) -> str:
    return f"{_month(release.starts_on)}–{_month(release.ends_on)} {release.ends_on.year}"


def _month(value: date) -> str:
    return f"{value:%b}"


def _one(label: str, options: list[str], key: str, width_px: int) -> str:
    chosen = st.selectbox(label, options, key=key, bind="query-params", width=width_px, label_visibility="collapsed")
    return chosen or options[0]
