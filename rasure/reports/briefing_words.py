"""What a briefing says under each of its seven headings (IIMARCH), in short paragraphs, from the facts alone."""

from rasure import words
from rasure.reports.briefing_text import HUMAN_RIGHTS, INTENTION, ON_FOOT
from rasure.services import place_words
from rasure.services.briefing import BriefingFacts
from rasure.services.place_record import PlaceRecord, Tasked

NOT_RECORDED = "not recorded"
_LONGEST, _LONGEST_WORD = 150, 24
_GROUPS, _PREMISES, _TASKS, _AREAS, _EVENTS = 5, 5, 6, 6, 5

Said = tuple[str, str]
"""A label and what is said under it."""


def title(record: PlaceRecord) -> str:
    return short(record.name.replace(" – ", ", "), 70)


def subtitle(facts: BriefingFacts) -> str:
    record = facts.record
    where = record.lpa_name or "no policing area"
    grid = grid_reference(record.e_m, record.n_m)
    return f"{where} · grid {grid} · what is known up to {words.day(record.period.last_on)}"


def information(facts: BriefingFacts) -> list[Said]:
    record = facts.record
    said = [("Why here", _why(record)), ("Since when", place_words.since(record.since))]
    if record.apart:
        said.append(("Set apart", short(place_words.apart(record.apart), 240)))
    said.append(("Lately", place_words.trend(record.trend)))
    said.append(("When", place_words.peak(record)))
    said.append(("What", _mix(record)))
    said.append(("Premises", _premises(record)))
    return said


def events(record: PlaceRecord) -> list[tuple[str, str, str, str]]:
    """Return when, what, street and weapon of the last five offences; nobody is named."""
    return [
        (
            short(e.when, 64),
            _capital(short(e.group, 60)),
            short(e.street or NOT_RECORDED, 50),
            short(_kind(e.weapon or NOT_RECORDED), 30),
        )
        for e in record.recent[:_EVENTS]
    ]


def intention(record: PlaceRecord) -> list[Said]:
    said = [("Aim", INTENTION)]
    open_plans = [plan for plan in record.plans if plan.closed_on is None]
    for plan in open_plans[:1]:
        said.append(("Plan", short(f"{plan.title}: {plan.objective or 'objective ' + NOT_RECORDED}")))
    return said


def method(facts: BriefingFacts) -> list[Said]:
    tasked = facts.record.tasked
    tasks = "; ".join(short(task, 60) for task in tasked.tasks[:_TASKS]) if tasked else ""
    areas = "; ".join(short(area.name, 50) for area in facts.picture.patrol_areas[:_AREAS])
    left = len(facts.picture.patrol_areas) - _AREAS
    return [
        ("On foot", ON_FOOT),
        ("Tasks", _capital(tasks or NOT_RECORDED)),
        (
            "Patrol areas",
            areas + (f" and {left} more" if left > 0 else "") or "This hexagon; it is in no published set",
        ),
    ]


def administration(facts: BriefingFacts) -> list[Said]:
    tasked = facts.record.tasked
    said = (("Contact", _contact(tasked)), ("Cap", _cap(tasked)), ("Set", _set(tasked)), ("Review", _review(facts)))
    return [(label, _capital(words_said)) for label, words_said in said]


def risk(facts: BriefingFacts) -> list[Said]:
    found = facts.weapons
    known = found.without + sum(n for _kind, n in found.by_kind)
    if not known:
        weapons = f"{_capital(NOT_RECORDED)} in any of the {words.counted(found.not_said, 'offence')}."
    else:
        kinds = ", ".join(f"{short(_kind(kind), 40)} {n:,}" for kind, n in found.by_kind[:_GROUPS])
        rest = sum(n for _left, n in found.by_kind[_GROUPS:])
        kinds += f" and {rest:,} of other kinds" if rest else ""
        held = sum(n for _kind, n in found.by_kind)
        weapons = (
            f"In {held:,} of {words.counted(known, 'offence')} that say: {kinds}."
            if held
            else "None in those that say."
        )
        if found.not_said:
            weapons += f" {found.not_said:,} more do not say."
    return [
        ("Weapons", weapons),
        (
            "Warnings",
            "Nothing else is known from these data. Ask the control room about warnings for this place before you go.",
        ),
    ]


def communications(facts: BriefingFacts) -> list[Said]:
    return [
        ("Contact", f"{_capital(_contact(facts.record.tasked))}. Radio channel: {NOT_RECORDED}."),
        (
            "Afterwards",
            "Record the patrol: people spoken to, searched, arrested, tasks done. Tell the contact what has changed.",
        ),
    ]


def human_rights() -> list[Said]:
    return list(HUMAN_RIGHTS)


def grid_reference(e_m: float, n_m: float) -> str:
    """Return an Ordnance Survey grid reference to 100 metres, such as SU 716 734."""
    east, north = int(e_m // 100_000), int(n_m // 100_000)
    first = (19 - north) - (19 - north) % 5 + (east + 10) // 5
    second = (19 - north) * 5 % 25 + east % 5
    letters = "".join(chr(ord("A") + number + (number > 7)) for number in (first, second))
    return f"{letters} {int(e_m % 100_000 // 100):03} {int(n_m % 100_000 // 100):03}"


def short(said: str, longest: int = _LONGEST) -> str:
    """Cut text that would push the rest off the page, and show that it was cut."""
    tidy = " ".join(_breakable(word) for word in said.split())
    return tidy if len(tidy) <= longest else tidy[: longest - 1].rstrip() + "…"


def _why(record: PlaceRecord) -> str:
    found = record.standing
    if found is None:
        return "No offence of this selection is recorded here."
    said = place_words.title(record).removeprefix(record.name.replace(" – ", ", ") + ": ")
    share = words.share(found.score_share, 1)
    return f"{_capital(said)}. Score {found.score:.1f}, {share} of what is ranked; recent offences count more."


def _mix(record: PlaceRecord) -> str:
    shown = [f"{short(group.name, 50)} {group.offences:,}" for group in record.mix[:_GROUPS]]
    rest = sum(group.offences for group in record.mix[_GROUPS:])
    return _capital("; ".join(shown + ([f"other {rest:,}"] if rest else [])) or NOT_RECORDED)


def _premises(record: PlaceRecord) -> str:
    shown = [
        f"{short(place.name, 50)} ({_kind(place.kind)}, {place.offences:,})" for place in record.premises[:_PREMISES]
    ]
    left = len(record.premises) - len(shown)
    return ("; ".join(shown) + (f" and {left} more" if left else "")) or "None recorded with an offence"


def _contact(tasked: Tasked | None) -> str:
    return short(tasked.contact, 80) if tasked and tasked.contact else NOT_RECORDED


def _review(facts: BriefingFacts) -> str:
    """Return when the open plan of the place is to be reviewed, and whether that day is past."""
    due = [plan.review_due_on for plan in facts.record.plans if plan.review_due_on and plan.closed_on is None]
    if not due:
        return NOT_RECORDED
    return words.day(due[0]) + (", overdue" if due[0] < facts.prepared_at.date() else "")


def _cap(tasked: Tasked | None) -> str:
    return f"{words.counted(tasked.daily_cap, 'visit')} a day" if tasked and tasked.daily_cap else NOT_RECORDED


def _set(tasked: Tasked | None) -> str:
    if tasked is None:
        return "in no published set"
    named = f"{short(tasked.name, 60)}, {short(tasked.set_name, 40)} version {tasked.version}"
    return f"{named}, published {words.day(tasked.published_on)}"


def _breakable(word: str) -> str:
    """Let a word no line can hold break anywhere it must."""
    return (
        word
        if len(word) <= _LONGEST_WORD
        else "\u200b".join(word[start : start + _LONGEST_WORD] for start in range(0, len(word), _LONGEST_WORD))
    )


def _kind(word: str) -> str:
    return word.replace("_", " ")


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
