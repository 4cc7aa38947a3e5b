"""The parts of the Command page: the week and area, three sentences, figures, charts, what to decide, what is due."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from rasure import shapes
from rasure.access.roles import Action
from rasure.access.scope import Scope
from rasure.api.weekly import parameters_of
from rasure.services import areas, weekly_page, weekly_words
from rasure.services.weekly import Asked, Week, told
from rasure.services.weekly_counts import Judged, Reach
from rasure.services.weekly_decisions import Thing, things
from rasure.web import charts, exports, guard, navigation, reads, tables, text
from rasure.web.filters import WHOLE_FORCE
from rasure.web.tables import Link

_EXPLAINS = {
    "hot_spots": "See the places",
    "patrols": "See the patrols",
    "people": "See the lists",
    "data": "See the data",
    "fairness": "See Fairness",
}
#: What the area is called in the address of each page.
_AREA_OF = {"hot_spots": "area", "patrols": "patrol-area", "people": "people_area"}
#: Weeks to choose from.
_MOST_WEEKS = 104
_ROW_PX = 23


def nothing(scope: Scope) -> None:
    """Say why there is no week to show, and what brings one."""
    if scope.lpas is not None and not scope.lpas:
        st.title("No area has been given to you")
        st.write("This page is about the policing areas you were given. Ask your administrator which those are.")
        return
    st.title("No whole week can be shown yet")
    st.write(
        "This page counts offences by week, from Monday 06:00 to Monday 06:00, so it needs the day each happened on."
        " Published crimes say only the month: they have no weeks."
    )
    st.write("It fills in when the force’s own records of a whole week are loaded:")
    st.code("python -m rasure load niche FOLDER_OR_ZIP", language=None, wrap_lines=True)


def choice(scope: Scope, reach: Reach) -> Asked:
    """Draw the two choices there are, with what can be taken away beside them."""
    known = {area.name: area.code for area in areas.within(scope)}
    whole = [WHOLE_FORCE] if scope.lpas is None else ["All my areas"] if len(known) != 1 else []
    weeks = {weekly_words.week(on): on for on in reach.weeks()[:_MOST_WEEKS]}
    with st.container(horizontal=True, gap="small", key="command-bar"):
        week_on = weeks[_one("Week", list(weeks), "week", 290)]
        lpa = known.get(_one("Area", [*whole, *known], "week-area", 260))
    return Asked(week_on, lpa)


def headline(week: Week) -> None:
    """Say the three sentences, and what they rest on."""
    st.title(text.unbroken(" ".join(text.plain(one) for one in week.sentences())))
    tables.note(" ".join(week.notes()))


def figures(week: Week) -> None:
    """Draw the four figures, each with its interval; a figure leads to the page that explains it."""
    tables.figures(
        [
            (_capital(one["name"]), Link(one["figure"], _address(one["page"], week, **_ranked(one))), one["under"])
            for one in weekly_page.figures(week)
        ]
    )


def pictures(week: Week) -> None:
    """Draw a year of weeks on their usual band, and the areas on theirs."""
    trend, ranges = weekly_page.trend(week), weekly_page.ranges(week)
    with st.container(key="map-and-table-command"):
        left, right = st.columns([54, 46], gap="large")
    with left:
        _heading(weekly_page.trend_title(week), weekly_page.TREND_SUBTITLE)
        alt = f"Offences a week for a year, on the range each week usually has; this week {week.violence.whole.n:,}."
        charts.draw(shapes.band(), _frame(trend), alt, height=max(240, _ROW_PX * len(ranges)))
    with right:
        _heading(weekly_page.ranges_title(week), weekly_page.ranges_subtitle(week))
        if ranges:
            shape = shapes.ranges(ranges[0]["room"])
            charts.draw(shape, pd.DataFrame(ranges), "The table below says the same.", height=_ROW_PX * len(ranges))


def decisions(week: Week) -> None:
    """List what needs a decision, beside what was delivered and what is due."""
    with st.container(key="map-and-table-decide"):
        left, right = st.columns([46, 54], gap="large")
    with left:
        found = things(week)
        st.subheader("Three things to decide" if len(found) == 3 else "To decide")
        if found:
            items = "".join(
                f"<li><b>{escape(one.title)}</b> {escape(one.text)} {_explained(one, week)}</li>" for one in found
            )
            st.html(text.unbroken(f'<ol class="rasure-things">{items}</ol>'))
        else:
            st.write("Nothing needs a decision this week by the rules in force.")
    with right:
        st.subheader("Delivered and due")
        lines = list(weekly_page.delivered(week))
        april = f"Since {text.day(week.delivery.year.window.first_on)}"
        tables.table(
            "This week, and since the 1 April before it",
            ("", "This week", april),
            [(Link(one["what"], _address(one["page"], week)), one["this_week"], one["since"]) for one in lines],
            numeric=(1, 2),
        )
    tables.note(weekly_page.fresh(week))


def downloads(week: Week) -> None:
    """Hand out the paper and every figure."""
    with st.container(horizontal=True, gap="small", key="command-downloads"):
        exports.links("weekly", "Download the PDF", parameters_of(week.asked))
        exports.links("weekly-figures", "Download the numbers", parameters_of(week.asked))


def behind(week: Week) -> None:
    """Fold what stands behind the figures: every row tested, the weeks, the plans, operations, partners, training."""
    found = week.delivery
    with st.expander("Every area and kind of offence, tested"):
        judged = [*week.violence.areas, *week.violence.groups, *week.violence.rows]
        tables.table(
            "Offences this week and their usual range",
            ("Area", "Kind of offence", "Offences", "Usually", "Standing"),
            [_judged(week, row) for row in judged],
            numeric=(2,),
        )
    with st.expander("The weeks as a table"):
        tables.table(
            "Offences a week, newest first, each as it stood as long after its end as this week does now",
            ("Week", "Offences", "Standing"),
            _weeks(week),
            numeric=(1,),
        )
    with st.expander("Plans, operations, partners and training"):
        tables.table(
            f"Open problem-solving plans: {len(found.plans_open)}, the longest due first",
            ("Plan", "Area", "Opened", "Review due"),
            [
                (row["title"] or "About a person", _area(week, row), _day(row["opened_on"]), _day(row["review_due_on"]))
                for row in found.plans_open
            ],
        )
        tables.table(
            f"Operations of the week: {len(found.operations)}, the first to end first",
            ("Operation", "Area", "Ends", "Funding, pounds", "Funder"),
            [
                (row["name"], _area(week, row), _day(row["ends_on"]), _pounds(row["funding_gbp"]), row["funder"])
                for row in found.operations
            ],
            numeric=(3,),
        )
        tables.table(
            f"Partners engaged: {len(found.partners)}, the longest without a contact first",
            ("Partner", "Area", "Engaged", "Last contact"),
            [
                (row["name"], _area(week, row), _day(row["engaged_on"]), _day(row["last_contact_on"]))
                for row in found.partners
            ],
        )
        tables.table(
            "Training, by course",
            ("Course", "Officers trained", "Completed this week", "Refresher due"),
            [(row["course"], row["officers"], row["trained"], row["due"]) for row in found.training],
            numeric=(1, 2, 3),
        )


def method() -> None:
    """Fold how the figures are made."""
    with st.expander("How this is made"):
        st.write(
            "- **A week** runs from Monday 06:00 to Monday 06:00. An offence belongs to the operational day it happened"
            " in; it counts under the inclusion rule in force.\n"
            "- **Like with like.** Much is reported late, so a new week always looks low. Every earlier week is counted"
            " as it stood as long after its end as this week does now.\n"
            "- **Usual** is a forecast from the seven weeks around this one in each of the three years before, or with"
            " less history from the last 52 weeks; under eight weeks nothing is called usual. It allows for weeks that"
            " vary more than chance. The range holds 95 weeks in 100.\n"
            "- **More or fewer than usual** is said of a count that chance reaches in under one week in a hundred; far"
            " more, one in a thousand. With many rows some are flagged by chance: the page says how many were asked.\n"
            "- **Harm** is days of the Cambridge Crime Harm Index; one grave offence can outweigh a week.\n"
            "- **Patrols** are counted as on the Patrols page. **Positive outcomes** are those recorded by now: new"
            " offences have few yet.\n"
            "- **The things to decide** are the first three rules that apply, in a fixed order: an area above its"
            " range, a kind of offence above its range, patrols not delivered, reviews overdue, plans overdue, patrols"
            " sent to control places, funding that ends, training due."
        )


def _explained(one: Thing, week: Week) -> str:
    address = _address(one.page, week, one.lpa)
    return Link(_EXPLAINS[one.page], address).html() if address else ""


def _address(page: str | None, week: Week, lpa: str | None = None, **chosen: str) -> str | None:
    """Return where a page explains this week and area, with the same selection; None for whoever may not open it.

    `chosen` is what else of the page's own choices the figure stands for.
    """
    if page not in _EXPLAINS or not guard.may(navigation.action(page)):
        return None
    return _written(page, week, _last_known() if page == "hot_spots" else None, lpa, **chosen)


def _written(page: str, week: Week, last_known: date | None, lpa: str | None = None, **chosen: str) -> str:
    """Write such an address for whoever may open the page; `last_known` is the last day the hot spots know of.

    An area that is the only one need not be said, nor a last day that is the last known: what need not be said the page
    takes out of its address again, and Back would lead there and not here.
    """
    area = week.names.get(lpa or week.asked.lpa or "") if len(week.names) > 1 else None
    asked = {_AREA_OF[page]: area} if area and page in _AREA_OF else {}
    if page == "hot_spots":
        last_on = week.asked.window.last_on
        asked |= {"period": "Last 7 days"}
        asked |= {"until": last_on.isoformat()} if last_known is not None and last_on < last_known else {}
    if page == "patrols":
        asked |= {"patrol-week": weekly_words.iso(week.asked.week_on)}
    asked |= chosen
    return f"/{page}?{urlencode(asked)}" if asked else f"/{page}"


def _weeks(week: Week) -> list[tuple[object, ...]]:
    """Return the rows of the weeks, the latest first, each leading to its own places where the reader may see them."""
    shown = weekly_page.trend(week)[::-1]
    links: list[str | None] = [None] * len(shown)
    if guard.may(navigation.action("hot_spots")):
        last_known = _last_known()
        for at, row in enumerate(shown):
            of_week = replace(week.asked, week_on=date.fromisoformat(row["week_on"]))
            links[at] = _written("hot_spots", replace(week, asked=of_week), last_known)
    return [
        (row["said"].split(":")[0], Link(f"{row['n']:,}", link), row["standing"])
        for row, link in zip(shown, links, strict=True)
    ]


def _ranked(figure: Mapping[str, str]) -> dict[str, str]:
    """Return how places are ranked that explain a figure: by harm where it is harm."""
    return {"measure": "By harm"} if figure["name"].startswith("harm") else {}


def _last_known() -> date | None:
    latest = reads.latest_as_of(guard.admit(Action.VIEW_HOT_SPOTS), reads.version())
    return None if latest is None else latest - timedelta(days=1)


def _heading(title: str, subtitle: str) -> None:
    st.subheader(text.plain(title))
    tables.note(subtitle)


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]


def _frame(trend: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(trend).assign(week_on=lambda rows: pd.to_datetime(rows["week_on"]))


def _judged(week: Week, row: Judged) -> tuple[object, ...]:
    shown = told(row)
    kind = _capital(row.group) if row.group else "All in-scope violence"
    usual = f"{shown.usual[0]:,.0f}–{shown.usual[1]:,.0f}" if shown.usual else None
    address = _address("hot_spots", week, row.lpa, **({"offences": row.group} if row.group else {}))
    return week.name(row.lpa), kind, Link(f"{row.n:,}", address), usual, weekly_words.standing(shown)


def _area(week: Week, row: Mapping[str, Any]) -> str:
    return week.name(row["lpa"]) if row["lpa"] else "Force-wide"


def _day(value: date | None) -> str | None:
    return text.day(value) if value else None


def _pounds(value: float | None) -> int | None:
    return round(value) if value else None


def _one(label: str, options: list[str], key: str, width_px: int) -> str:
    chosen = st.selectbox(label, options, key=key, bind="query-params", width=width_px, label_visibility="collapsed")
    return chosen or options[0]
