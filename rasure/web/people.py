"""The lists of people: which list, what stands on it in which state, overdue first, and how the rule works."""

from collections.abc import Sequence

import streamlit as st

from rasure.access.identity import Principal
from rasure.access.scope import Scope
from rasure.people.criterion import ListName
from rasure.people.standing import State
from rasure.services import areas, people_ranking, wiring
from rasure.services.people_lists import Entry, PeopleList
from rasure.services.people_ranking import Asked
from rasure.web import exports, guard, people_words, tables, text

_ALL_AREAS = "All areas you see"
_SHOWN_AT_ONCE = 12
_HEADS = ("Who", "Age", "Area", "Meets the rule on", "Order", "Note well")


def choice(scope: Scope) -> tuple[ListName, str | None, str]:
    """Draw the choice of list and area; return the list, the area's code (None: all), and where in words."""
    names = {people_words.CALLED[name]: name for name in _open_to_reader()}
    known = {area.name: area.code for area in areas.within(scope)}
    places = [_ALL_AREAS, *known] if len(known) != 1 else list(known)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="people-choice"):
        called = st.selectbox(
            "List", list(names), key="people_list", bind="query-params", width=260, label_visibility="collapsed"
        )
        area = st.selectbox(
            "Area", places, key="people_area", bind="query-params", width=240, label_visibility="collapsed"
        )
    name = names.get(called or "", ListName.CARRIERS)
    whole = "in the force" if scope.lpas is None else "in your areas"
    return name, known.get(area or ""), f"in {area}" if area in known else whole


def recorded(principal: Principal, asked: Asked, found: PeopleList) -> None:
    """Write the look into the log before anything is shown, once for each list, area and state of the data."""
    looked = (principal.id, principal.session, asked, found.proposed.rule_version, len(found.entries))
    held: set[object] = st.session_state.setdefault("people-looked", set())
    if looked not in held:
        people_ranking.looked(wiring.store(), principal, asked, len(found.entries))
        held.add(looked)


def headline(found: PeopleList, where: str) -> None:
    """Say how many are on the list and what is overdue, and by which rule."""
    st.title(text.plain(people_words.headline(found, where)))
    proposed = found.proposed
    meant = (
        "The list is there to protect them: nothing on it is held against anybody."
        if proposed.asked.name is ListName.VICTIMS
        else "It is a record of police contact, not a prediction."
    )
    tables.note(
        f"As of {text.day(found.today)}. Proposed is who meets the rule: {proposed.rule}. Nobody is on the list unless"
        f" one person nominated them and another approved. {meant}"
    )


def notices(principal: Principal, found: PeopleList) -> None:
    """Tell an owner which of their entries lapsed, and everybody what is due or under challenge."""
    own = found.lapsed_of(principal.id)
    if own:
        lapsed = text.in_words(len(own), "entry", "entries").capitalize()
        whose = ", ".join(people_words.who(entry) for entry in own)
        told = f"{lapsed} of yours went off the list because the review was missed: {whose}."
        st.warning(text.plain(f"{told} Nominate them anew with a reason, or remove them."))
    soon, open_ = found.due_soon(), found.challenged()
    said = []
    if soon:
        said.append(f"{text.in_words(len(soon), 'review')} due within two weeks")
    if open_:
        first = min(entry.answer_due_on for entry in open_ if entry.answer_due_on)
        said.append(f"{text.in_words(len(open_), 'challenge')} to answer, the first by {text.day(first)}")
    if found.n_gone:
        gone = text.in_words(found.n_gone, "entry", "entries")
        said.append(f"{gone} ended because the rule is no longer met")
    if said:
        tables.note(". ".join(one[0].upper() + one[1:] for one in said) + ".")


def decided(found: PeopleList) -> None:
    """Draw everybody somebody decided about, what has to be decided first on top."""
    those = [entry for entry in found.entries if entry.state is not State.PROPOSED]
    if those:
        _table(found, those, "Everybody somebody has decided about, what needs a decision first")
        name = found.proposed.asked.name
        exports.links(f"people-{name.value}", "Take the list away", _parameters(found.proposed.asked))


def proposed(found: PeopleList) -> None:
    """Draw who meets the rule and nobody has decided about, in order."""
    those = found.those(State.PROPOSED)
    if not those:
        return
    meets = "meets" if len(those) == 1 else "meet"
    said = f"{text.in_words(len(those), 'person', 'people').capitalize()} {meets} the rule; nobody has decided"
    st.subheader(said, anchor=False)
    _table(found, those[:_SHOWN_AT_ONCE], "In the order of recent harm")
    rest = those[_SHOWN_AT_ONCE:]
    if rest:
        with st.expander(f"The other {len(rest):,}"):
            _table(found, rest, f"From the {text.ordinal(_SHOWN_AT_ONCE + 1)} on")


def nobody(found: PeopleList) -> None:
    """Say why a list is empty, and what that does not mean."""
    st.write(
        "Nobody in the areas you see meets the rule on this day. Records may still be missing: the Data page says how"
        " fresh they are, and published data hold no people at all."
    )
    method(found)


def method(found: PeopleList) -> None:
    """Explain the rule, the order and the life of an entry, folded away."""
    with st.expander("How the rule, the order and an entry’s life work"):
        st.write(
            f"- **Rule.** Who is proposed {text.plain(found.proposed.rule)}. It is the same in every area, and"
            " judged on all of a person’s events.\n"
            "- **Order.** Of each date the event with most harm counts: suspicion half, intelligence and searches that"
            " found nothing not at all. What happened a year ago counts half as much as today. Harm is in days of the"
            f" Cambridge Crime Harm Index, edition {found.proposed.harm_edition}. The order says where to look first.\n"
            "- **What is used.** Identifier, age and events, and nothing else: no ethnicity, sex, religion,"
            " nationality, name or address can enter.\n"
            "- **How sure.** Beside each place stand those the person would have with one of their events left out.\n"
            "- **Life.** One person nominates, another approves and sets a review date. When it passes the entry is"
            " off the list. Whoever is removed comes back only if something new happens that qualifies; whoever no"
            " longer meets the rule is on no list.\n"
            "- **Challenge.** Anybody may challenge their entry. Somebody who did not decide about it answers."
        )


def _open_to_reader() -> list[ListName]:
    return [name for name in ListName if guard.may(people_ranking.SEEN_BY[name])]


def _table(found: PeopleList, those: Sequence[Entry], caption: str) -> None:
    """Draw entries; how each stands and when its review is due only where somebody decided."""
    name, names = found.proposed.asked.name, areas.names()
    is_one_area = found.proposed.asked.lpa is not None
    is_decided = those[0].state is not State.PROPOSED
    rows = []
    for entry in those:
        row = (
            people_words.who(entry),
            people_words.age(entry.candidate),
            *(() if is_one_area else (names.get(entry.told.lpa or "", entry.told.lpa),)),
            people_words.because(entry),
            people_words.order(entry.candidate).replace(" ", "\u00a0"),
            people_words.marks(entry, name),
        )
        stands = (people_words.stands(entry), people_words.review(entry, found.today))
        rows.append((stands[0], *row[:-2], stands[1], *row[-2:]) if is_decided else row)
    heads = tuple(head for head in _HEADS if not (is_one_area and head == "Area"))
    if is_decided:
        heads = ("How it stands", *heads[:-2], "Review", *heads[-2:])
    tables.table(caption, heads, rows)


def _parameters(asked: Asked) -> dict[str, str]:
    return {"lpa": asked.lpa} if asked.lpa else {}
