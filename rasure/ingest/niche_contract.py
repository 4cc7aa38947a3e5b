"""The contract for a force's own extract as data: every file, its columns, and the rows they must refer to.

`docs/niche-contract.md` says the same in words, and a test holds the two together.
"""

from dataclasses import dataclass

from rasure.ingest.contract import Column

ID_CHARS = 64


def identifier(name: str, *, required: bool = False) -> Column:
    """Return a column of the source's own ids: text, never a number."""
    return Column(name, "text", required=required, most_chars=ID_CHARS)


def lpa(*, required: bool = False) -> Column:
    """Return the column that names a policing area, by code or by name."""
    return Column("lpa", "text", required=required, most_chars=200)


@dataclass(frozen=True, slots=True)
class Reference:
    """A column whose value, when given, must be the key of a row of another file, in the drop or held."""

    column: str
    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class FileContract:
    """One file: its columns, the columns that are its key, the table that holds its rows as received."""

    name: str
    table: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    refers: tuple[Reference, ...] = ()
    #: A later row with the same key replaces the earlier one; where not, what was said once stands.
    correctable: bool = True

    @property
    def kind(self) -> str:
        """What the file is called in counts and messages."""
        return self.name.removesuffix(".csv")

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


_OCCURRENCE = Reference("occurrence_id", "occurrences.csv", "no_such_occurrence")
_OFFENCE = Reference("offence_id", "offences.csv", "no_such_offence")
_PERSON = Reference("person_id", "people.csv", "no_such_person")
_LOCATION = Reference("location_id", "locations.csv", "no_such_location")

LOCATION_KINDS = (
    *("street", "dwelling", "licensed_premises", "shop", "prison", "hospital", "school", "station"),
    *("police_station", "park", "other", "unknown"),
)
#: Kinds that are institutions: what happens inside them is not street violence.
INSTITUTIONS = ("prison", "hospital", "school", "police_station")
#: Weapons, the one that stands for an offence with several first.
WEAPONS = (
    *("knife", "sharp_instrument", "firearm", "imitation_firearm", "blunt_instrument", "corrosive"),
    *("other", "unspecified"),
)
#: Knife crime prevention order, serious violence reduction order, bail with conditions, any other order of a court.
ORDER_KINDS = ("kcpo", "svro", "bail", "other")
INJURIES = ("none", "minor", "serious", "fatal")

LOCATIONS = FileContract(
    "locations.csv",
    "location",
    ("location_id",),
    (
        identifier("location_id", required=True),
        Column("name"),
        Column("kind", "option", required=True, options=LOCATION_KINDS),
        identifier("premises_id"),
        Column("easting", "number"),
        Column("northing", "number"),
        Column("precision", "option", required=True, options=("exact", "street", "centroid", "unknown")),
        Column("is_public", "boolean"),
        lpa(),
        Column("street"),
        Column("town"),
    ),
)
OCCURRENCES = FileContract(
    "occurrences.csv",
    "occurrence",
    ("occurrence_id",),
    (
        identifier("occurrence_id", required=True),
        Column("reported_at", "local_time", required=True),
        Column("committed_from", "local_time"),
        Column("committed_to", "local_time"),
        identifier("location_id"),
        lpa(),
        Column("domestic", "boolean"),
        Column("public_place", "boolean"),
    ),
    (_LOCATION,),
)
OFFENCES = FileContract(
    "offences.csv",
    "recorded_offence",
    ("offence_id",),
    (
        identifier("offence_id", required=True),
        identifier("occurrence_id", required=True),
        identifier("ho_class", required=True),
        identifier("ho_code", required=True),
        Column("status"),
    ),
    (_OCCURRENCE,),
)
PEOPLE = FileContract(
    "people.csv",
    "person",
    ("person_id",),
    (
        identifier("person_id", required=True),
        Column("family_name"),
        Column("given_name"),
        Column("born_on", "date"),
        Column("gender"),
        Column("self_defined_ethnicity"),
        Column("officer_defined_ethnicity"),
    ),
)
ROLES = FileContract(
    "roles.csv",
    "involvement",
    ("role_id",),
    (
        identifier("role_id", required=True),
        identifier("offence_id", required=True),
        identifier("person_id", required=True),
        Column("role", "option", required=True, options=("victim", "suspect", "offender", "witness")),
        Column("category", "option", required=True, options=("suspect", "convicted", "victim", "witness", "other")),
        Column(
            "evidence",
            "option",
            options=(
                *("convicted", "caution", "charged", "weapon_recovered", "suspect", "intelligence"),
                "searched_nothing_found",
            ),
        ),
    ),
    (_OFFENCE, _PERSON),
)
WEAPONS_FILE = FileContract(
    "weapons.csv",
    "weapon",
    ("weapon_id",),
    (
        identifier("weapon_id", required=True),
        identifier("offence_id", required=True),
        Column("weapon", "option", required=True, options=WEAPONS),
        Column("used", "boolean"),
        Column("recovered", "boolean"),
        identifier("person_id"),
    ),
    (_OFFENCE, _PERSON),
)
INJURIES_FILE = FileContract(
    "injuries.csv",
    "injury",
    ("injury_id",),
    (
        identifier("injury_id", required=True),
        identifier("offence_id", required=True),
        identifier("person_id"),
        Column("grade", "option", required=True, options=INJURIES),
    ),
    (_OFFENCE, _PERSON),
)
OUTCOMES = FileContract(
    "outcomes.csv",
    "outcome_event",
    ("outcome_id",),
    (
        identifier("outcome_id", required=True),
        identifier("offence_id", required=True),
        Column("outcome", "text", required=True),
        Column("outcome_on", "date", required=True),
    ),
    (_OFFENCE,),
)
ORDERS = FileContract(
    "orders.csv",
    "court_order",
    ("order_id",),
    (
        identifier("order_id", required=True),
        identifier("person_id", required=True),
        Column("kind", "option", required=True, options=ORDER_KINDS),
        Column("made_on", "date", required=True),
        Column("ends_on", "date"),
        Column("ended_on", "date"),
        Column("breached_on", "date"),
        Column("conditions"),
    ),
    (_PERSON,),
)

#: Records in the order they are judged: a row may refer to files before its own.
RECORDS = (LOCATIONS, OCCURRENCES, PEOPLE, OFFENCES, ROLES, WEAPONS_FILE, INJURIES_FILE, OUTCOMES, ORDERS)
