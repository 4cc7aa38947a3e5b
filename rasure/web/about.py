"""The page that says what Rasure is, what a role may open, and what the words mean."""

import streamlit as st

from rasure import __version__
from rasure.access.identity import Principal
from rasure.access.roles import Action, permits
from rasure.web import tables

_OPENS = {
    Action.VIEW_HOT_SPOTS: "Hot spots and times: where and when violence concentrates in your area",
    Action.OPEN_PERSON: "Person: what the record says of one person, once you have said why you need it",
    Action.VIEW_PARTNER_PICTURE: "Partner picture: offences of whole areas in whole quarters, small numbers withheld",
    Action.VIEW_DATA: "Data: where the figures come from, how fresh and complete they are; and our sums, recomputed",
    Action.VIEW_AUDIT: "Audit: who did what, whether the log is whole, and what to look into",
    Action.LOAD_DATA: "Loading: send files from this computer, or take them from the store's inbox",
}
_WORDS = (
    ("Hot spot", "a hexagon of about 5 hectares on the British National Grid, or a group of them chosen for tasking"),
    ("In scope", "an offence that counts under the inclusion rule, which the Data page prints in full"),
    ("Decayed count", "offences counted so that one two years old weighs half of one today"),
    ("Harm", "days of imprisonment a court would start from (Cambridge Crime Harm Index)"),
    ("Gap", "a month the source did not provide; never read as zero"),
)


def welcome(principal: Principal) -> str:
    if any(permits(principal.role, action) for action in _OPENS):
        return "Rasure shows where violence concentrates, and how sure it is"
    return "There is nothing for your role in the dashboard yet"


def what_you_may_do(principal: Principal) -> None:
    opens = [words for action, words in _OPENS.items() if permits(principal.role, action)]
    if opens:
        st.write("Your role opens:")
        st.write("\n".join(f"- {words}" for words in opens))
    else:
        st.write("Patrol officers use the phone app. If you expected more, ask an analyst or your administrator.")


def words_used() -> None:
    tables.table("Words used on these pages", ("Word", "Meaning"), _WORDS)
    tables.note(f"Rasure {__version__}. A record of recorded crime, not a prediction.")
