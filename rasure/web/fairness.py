"""On whom searches and the lists' rules fall, how the lists are kept, and for the auditor what was decided."""

import streamlit as st

from rasure.access.identity import Principal
from rasure.access.roles import Action
from rasure.people.criterion import ListName
from rasure.people.standing import State, Step
from rasure.services import fairness as service
from rasure.services import wiring
from rasure.services.fairness import REFERENCE, Comparison, Fairness, Group, Row
from rasure.web import exports, guard, people_words, tables, text

_FEW = "under 10"
_CALLED = {f"meets the rule of the list {name.value}": people_words.CALLED[name] for name in ListName}

_AMONG = {f"meets the rule of the list {ListName.VICTIMS.value}": "Victims of counted violence in two years"}


def recorded(principal: Principal, found: Fairness) -> None:
    """Write the look into the log before anything is shown, once a session."""
    looked = (principal.id, principal.session, found.as_of)
    held: set[object] = st.session_state.setdefault("fairness-looked", set())
    if looked not in held:
        service.looked(wiring.store(), principal, found)
        held.add(looked)


def headline(found: Fairness) -> None:
    """Say how many ratios can be told apart from even, and what that does not mean."""
    told = [group for one in found.comparisons for group in one.groups if group.ratio and group.ratio.ratio]
    apart = [group for group in told if group.ratio and not _is_even(group)]
    if not told:
        st.title("There are too few records to compare how searches and lists fall on groups")
    elif not apart:
        st.title(f"None of {text.in_words(len(told), 'comparison')} between groups can be told from an even share")
    else:
        verb, some = "differs" if len(apart) == 1 else "differ", text.number(len(apart)).capitalize()
        st.title(f"{some} of {text.in_words(len(told), 'comparison')} between groups {verb} beyond chance")
    tables.note(
        f"As of {text.day(found.as_of)}. For monitoring alone: ethnicity is held apart and enters no ranking and no"
        " list. A difference asks for an explanation; it proves neither a wrong nor its absence."
    )


def comparison(one: Comparison) -> None:
    """Draw one comparison: counts, what they are among, the ratio with its interval, and the share unknown."""
    is_search = one.what == "was searched"
    called = "Stop and search" if is_search else _CALLED[one.what]
    st.subheader(called, anchor=False)
    if one.is_empty:
        tables.note("No searches are loaded for this time." if is_search else "Nobody meets the rule.")
        return
    among = "Residents" if is_search else _AMONG.get(one.what, "Suspects and offenders in two years")
    tables.table(
        f"{'Searches in a year' if is_search else 'People who meet the rule'} by self-defined ethnicity",
        ("Group", "Count", among, f"Beside {REFERENCE}"),
        [(group.name, _shown(group.count), _among(group, one), _ratio(group)) for group in one.groups],
        numeric=(1, 2),
    )
    unknown = _unknown(one)
    caveat = " Residents are not who is on the street." if is_search else ""
    tables.note(f"{unknown}{caveat} {one.without}")


def kept(found: Fairness) -> None:
    """Draw how the lists are kept: on them, waiting, missed, challenged."""
    st.subheader("How the lists are kept", anchor=False)
    heads = (
        "List",
        "On it",
        "Of them under 18 or of unknown age",
        "Waiting for approval",
        "Review missed",
        "Challenged",
    )
    tables.table(
        "Entries in the areas you see",
        heads,
        [
            (
                people_words.CALLED[one.name],
                one.counts[State.LISTED],
                one.children,
                one.counts[State.NOMINATED],
                one.counts[State.LAPSED],
                one.challenged,
            )
            for one in found.kept
        ],
        numeric=range(1, len(heads)),
    )
    exports.links("lists-by-group", "The lists by group, month by month")


def for_the_auditor(principal: Principal) -> None:
    """Draw this month's sample of decisions and every removal, to the auditor alone."""
    if not guard.may(Action.VIEW_AUDIT):
        return
    first_on, drawn = service.sample(wiring.store(), principal)
    st.subheader(f"Decisions of {text.month(first_on)} to check", anchor=False)
    heads = ("When", "List", "Person", "What", "By", "Why", "Facts")
    if drawn:
        rows = [(*_decided(row), len(row.facts)) for row in drawn]
        tables.table(f"{len(drawn)} drawn by the log’s key, the same however often asked", heads, rows, numeric=(6,))
    else:
        tables.note("Nobody decided anything in that month.")
    gone = service.removed(wiring.store(), principal)
    with st.expander(f"Removed and declined: {len(gone):,}"):
        tables.table(
            "Every removal, latest first",
            heads[:-1],
            [_decided(row) for row in gone],
        )


def _decided(row: Row) -> tuple[str, str, str, str, str, str]:
    step = people_words.STEPS[Step(row.step)]
    return text.day(row.decided_on), row.list, row.person_id, step, row.decided_by, row.reason


def _unknown(one: Comparison) -> str:
    """Say how many have no recorded group: of those it fell on, and of those it could have fallen on."""
    if one.unknown is None:
        said = f"No recorded group: {_FEW}."
    elif one.total is None:
        said = f"No recorded group: {one.unknown:,}; their share is withheld, it would give a figure under 10 away."
    else:
        said = f"No recorded group: {one.unknown:,} of {one.total:,}, {text.share(one.unknown, one.total)}."
    if one.among_unknown is None:
        return f"{said} Of all it could have found: {_FEW}."
    if one.among_unknown and one.among_total is None:
        return f"{said} Of all it could have found: {one.among_unknown:,}; their share is withheld too."
    if one.among_unknown and one.among_total:
        share = text.share(one.among_unknown, one.among_total)
        return f"{said} Of all it could have found: {one.among_unknown:,} of {one.among_total:,}, {share}."
    return said


def _is_even(group: Group) -> bool:
    low, high = group.ratio.ci if group.ratio else (None, None)
    return low is None or high is None or low <= 1 <= high


def _shown(count: int | None) -> int | str:
    return _FEW if count is None else count


def _among(group: Group, one: Comparison) -> int | str | None:
    """Say what a group's count is among; nothing where nobody told how many there are."""
    return None if one.without else _shown(group.among)


def _ratio(group: Group) -> str:
    if group.ratio is None:
        return "–"
    low, high = group.ratio.ci
    if group.ratio.ratio is None or low is None or high is None:
        return "too few to tell"
    return f"{group.ratio.ratio:.2f} times ({low:.2f} to {high:.2f})"
