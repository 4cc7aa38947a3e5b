"""The parts of the Audit page: is the log whole, its records, the week's sample to review, unusual look-ups."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar, get_args

import streamlit as st

from rasure.access.audit import Op
from rasure.access.identity import Principal
from rasure.access.misuse import Count, Unusual
from rasure.api.audit import parameters_of
from rasure.services import audit_reading, wiring
from rasure.services.audit_reading import Drawn, Entry, Panel, State, Verdict, Wanted
from rasure.web import exports, guard, tables, text

PAGE_ROWS = 20
_ANYTHING = "Anything"
_MOST_FAULTS_SHOWN = 10
_OPS = {
    Op.COLLECTION: "Collection: rows loaded",
    Op.ALTERATION: "Alteration: something changed",
    Op.CONSULTATION: "Consultation: records read",
    Op.DISCLOSURE: "Disclosure: rows taken away",
    Op.COMBINATION: "Combination: records joined",
    Op.ERASURE: "Erasure: a person removed",
    Op.SIGN_IN: "Sign-in and sign-out",
    Op.DENIED: "Denied: asked for and refused",
    Op.ADMIN: "Administration",
}
_ITSELF = {
    "audit-log:torn-record": "A record cut short by a crash was set aside: its writing had not been acknowledged.",
    "audit-log:begun-anew": "The log was begun anew; what came before does not verify and was set aside. Reason given:",
}
Read = TypeVar("Read")


def headline(principal: Principal) -> None:
    """Say in one sentence whether the log is whole, or where it is not."""
    found = audit_reading.state(wiring.store(), principal)
    st.title(sentence(found, datetime.now(UTC)))
    tables.note(
        "Every sign-in, refusal, load, look-up and download is in this log before its answer is shown. A record that is"
        " changed, moved or taken out shows here; a cut end shows against a head kept elsewhere."
    )
    if found.faults:
        shown = found.faults[:_MOST_FAULTS_SHOWN]
        more = len(found.faults) - len(shown)
        said = [*shown, f"and {more:,} more"] if more else list(shown)
        st.error(
            "Tell whoever answers for information security, and leave the files as they are.\n\n"
            + "\n".join(f"- {text.plain(fault)}" for fault in said)
        )
    for entry in audit_reading.about_itself(wiring.store(), principal):
        st.warning(text.plain(f"{_moment(entry.t)}: {_ITSELF.get(entry.object, entry.object)} {entry.reason or ''}"))
    with st.container(horizontal=True):
        st.button("Check the whole log now", on_click=_check)
        exports.links("audit-head", "Head of the log, to keep elsewhere")


def sentence(found: State, now: datetime) -> str:
    """Return the sentence: whole, since when, and when that was last checked; or where it broke."""
    if found.faults:
        places = len(found.faults)
        where = "in one place" if places == 1 else f"in {text.number(places)} places"
        return f"The log is not whole: something is wrong {where}, last checked {_ago(found.checked_at, now)}"
    since = f" since {text.day(found.since)}" if found.since else ""
    counted = text.counted(found.records, "record")
    return f"The log is whole: {counted}{since}, last checked {_ago(found.checked_at, now)}"


def records(principal: Principal) -> None:
    """Search the log and page through what matches, newest first."""
    st.subheader("Who did what")
    wanted = _wanted()
    page = st.session_state.setdefault("audit-page", 0)
    found = _once(
        "audit-found",
        (principal.id, principal.session, wanted, page, st.session_state.get("audit-asked", 0)),
        lambda: audit_reading.search(wiring.store(), principal, wanted, offset=page * PAGE_ROWS, limit=PAGE_ROWS),
    )
    if not found.entries:
        tables.note("No record matches. Name fewer things, or widen the days.")
        return
    first = page * PAGE_ROWS + 1
    caption = f"Records {first:,} to {first + len(found.entries) - 1:,} of {found.total:,} that match, newest first"
    heads = ("Record", "When, UTC", "Who", "Role", "What", "About", "Rows", "Why", "Reference", "Address")
    tables.table(caption, heads, map(_row, found.entries), numeric=(0, 6))
    with st.container(horizontal=True):
        st.button("Newer", on_click=_turn, args=(-1,), disabled=page == 0)
        st.button("Older", on_click=_turn, args=(1,), disabled=first + len(found.entries) > found.total)
        exports.links("audit-log", "All that match", parameters_of(wanted))


def sample(principal: Principal) -> None:
    """Show last week's draw, and take the auditor's word on each."""
    st.subheader("Last week’s sample to review")
    drawn = _once(
        "audit-sample",
        (principal.id, principal.session, _today(), st.session_state.get("audit-reviewed", 0)),
        lambda: audit_reading.sample(wiring.store(), principal, _today()),
    )
    week = f"the week from {text.day(drawn.first_on)}"
    if not drawn.drawn:
        tables.note(f"Nobody consulted a list or a person in {week}, so there is nothing to review.")
        return
    done = sum(one.verdict is not None for one in drawn.drawn)
    tables.note(
        f"{text.counted(len(drawn.drawn), 'consultation')} drawn by lot from {drawn.consultations:,} in {week};"
        f" {done} of {len(drawn.drawn)} reviewed. Nobody can foresee which are drawn."
    )
    heads = ("Record", "When, UTC", "Who", "Role", "About", "Rows", "Why", "Reference", "Reviewed")
    tables.table(f"Drawn for {drawn.week}", heads, map(_drawn_row, drawn.drawn), numeric=(0, 5))
    with st.form("audit-review", clear_on_submit=True):
        st.selectbox("Record", [one.entry.seq for one in drawn.drawn], key="review-record", format_func="{:,}".format)
        st.radio("Finding", get_args(Verdict), key="review-verdict", horizontal=True, format_func=str.capitalize)
        st.text_input("Note", key="review-note", help="Needed when it is to be followed up.")
        st.form_submit_button("Write it into the log", on_click=_review)


def not_judged(found: Panel) -> str:
    """Say what could not be asked of whom, because the staff file does not say enough; empty when it does."""
    lacking = [
        (found.without_shifts, "a shift", "off-shift look-ups"),
        (found.without_name, "a surname or postcode", "look-ups of namesakes and neighbours"),
    ]
    people = text.counted(found.actors, "person", "people")
    said = [
        f"{what} of {missing:,} of the {people}, for whom {kind} were not judged"
        for missing, what, kind in lacking
        if missing
    ]
    if not said:
        return ""
    return f"The staff file does not hold {'; nor '.join(said)}. That nothing is shown for them means nothing."


def unusual(principal: Principal) -> None:
    """Show who looked people up unusually, with reasons and counts; a question to ask, never a finding."""
    st.subheader("Unusual look-ups of people")
    found = _once(
        "audit-panel",
        (principal.id, principal.session, _today()),
        lambda: audit_reading.panel(wiring.store(), principal, _today()),
    )
    if not found.look_ups:
        tables.note(
            f"Nobody has opened a person since {text.day(found.first_on)}, so there is nothing to compare. Once people"
            " are opened, whoever does so unlike colleagues of the same role is listed here, with the reason."
        )
        return
    unjudged = not_judged(found)
    if unjudged:
        tables.note(unjudged)
    said = f"{text.counted(found.look_ups, 'look-up')} by {text.counted(found.actors, 'person', 'people')}"
    if not found.unusual:
        tables.note(f"Nobody stands out among {said} since {text.day(found.first_on)}.")
        return
    tables.note(
        f"From {said} since {text.day(found.first_on)}. Each reason would come by chance in fewer than one officer in a"
        " thousand. It is a question to ask, not a finding: work explains most of them."
    )
    rows = [
        (one.actor if not index else "", one.look_ups if not index else None, *_reason(reason))
        for one in found.unusual
        for index, reason in enumerate(one.reasons)
    ]
    heads = ("Who", "Look-ups", "Reason", "Of own look-ups", "Colleagues of the role", "Records")
    tables.table(_standing_out(found.unusual), heads, rows, numeric=(1,))


def _standing_out(found: tuple[Unusual, ...]) -> str:
    return f"{text.number(len(found)).capitalize()} who {'stands' if len(found) == 1 else 'stand'} out most"


def _reason(count: Count) -> tuple[str, str, str, str]:
    seqs = ", ".join(f"{seq:,}" for seq in count.seqs[:5]) + (" …" if len(count.seqs) > 5 else "")
    return (
        str(count.reason).capitalize(),
        f"{count.k:,} of {count.n:,}",
        f"{count.peers_k:,} of {count.peers_n:,}",
        seqs,
    )


def _wanted() -> Wanted:
    """Draw the search and return what is wanted; nothing is read before the button is pressed."""
    with st.form("audit-search"), st.container(horizontal=True, vertical_alignment="bottom"):
        who = st.text_input("Who", key="audit-who", placeholder="part of the identifier", width=150)
        what = st.selectbox("What", [_ANYTHING, *Op], key="audit-what", format_func=_op_said, width=200)
        about = st.text_input("About", key="audit-about", placeholder="person: or export:", width=150)
        code = st.text_input("Export code", key="audit-code", placeholder="12-9f3a2c71", width=120)
        first = st.date_input("From", value=None, key="audit-from", format="DD/MM/YYYY", width=135)
        last = st.date_input("To", value=None, key="audit-to", format="DD/MM/YYYY", width=135)
        st.form_submit_button("Search", on_click=_asked)
    return Wanted(
        actor=who.strip(),
        op=None if what in (None, _ANYTHING) else Op(what),
        object=about.strip(),
        first_on=first if isinstance(first, date) else None,
        last_on=last if isinstance(last, date) else None,
        code=code.strip(),
    )


def _op_said(op: str) -> str:
    return _ANYTHING if op == _ANYTHING else _OPS[Op(op)]


def _row(entry: Entry) -> tuple[object, ...]:
    return (
        entry.seq,
        _moment(entry.t),
        entry.actor,
        entry.role.replace("_", " "),
        entry.op,
        _about(entry),
        entry.n,
        entry.reason,
        entry.reference,
        entry.ip,
    )


def _drawn_row(one: Drawn) -> tuple[object, ...]:
    entry = one.entry
    reviewed = f"{one.verdict}, {one.by}" if one.verdict else "not yet"
    role = entry.role.replace("_", " ")
    return (
        entry.seq,
        _moment(entry.t),
        entry.actor,
        role,
        _about(entry),
        entry.n,
        entry.reason,
        entry.reference,
        reviewed,
    )


def _about(entry: Entry) -> str:
    return f"{entry.object} ({', '.join(entry.fields)})" if entry.fields else entry.object


def _moment(t: str) -> str:
    at = datetime.fromisoformat(t)
    return f"{at.day} {at:%b %Y %H:%M:%S}"


def _ago(at: datetime, now: datetime) -> str:
    minutes = int((now - at) / timedelta(minutes=1))
    return "just now" if minutes < 1 else f"{text.counted(minutes, 'minute')} ago"


def _today() -> date:
    return datetime.now(UTC).date()


def _once(key: str, question: object, read: Callable[[], Read]) -> Read:
    """Read once for a question, not at every rerun: each reading of the log is a record in it."""
    held = st.session_state.get(key)
    if held is None or held[0] != question:
        held = st.session_state[key] = (question, read())
    found: Read = held[1]
    return found


def _check() -> None:
    audit_reading.verified(wiring.store(), guard.require_principal())


def _asked() -> None:
    st.session_state["audit-page"] = 0
    st.session_state["audit-asked"] = st.session_state.get("audit-asked", 0) + 1


def _turn(by: int) -> None:
    st.session_state["audit-page"] = max(0, st.session_state.get("audit-page", 0) + by)


def _review() -> None:
    given = st.session_state
    audit_reading.review(
        wiring.store(), guard.require_principal(), given["review-record"], given["review-verdict"], given["review-note"]
    )
    given["audit-reviewed"] = given.get("audit-reviewed", 0) + 1
