"""The fixed words of a briefing, kept apart so that they can be read and approved as a whole."""

INTENTION = (
    "Prevent serious violence here by being seen at the hours it happens, and make the people who use this place safer."
)
ON_FOOT = (
    "Stay 10 to 15 minutes in a patrol area, on foot and in sight, then go to the next. Speak to people and to staff;"
    " look into the corners a car does not show. Come back at another time rather than stay longer."
)
HUMAN_RIGHTS = (
    (
        "Necessity",
        "This place was chosen by recorded violence alone; nothing about who lives or walks here was used. Being here"
        " is not a reason to stop, question or search anybody.",
    ),
    (
        "Proportionality",
        "Presence and conversation first; use the least intrusion that will do. The cap limits how often any place is"
        " patrolled.",
    ),
    (
        "Stop and search",
        "Each search needs its own lawful power and, unless the law says otherwise, reasonable grounds about that"
        " person now. Explain it, record it, offer the record, use body-worn video as force policy says.",
    ),
)
HANDLING = "For the patrol sent to this place. Names nobody; add no names. Return or destroy after duty."
