"""The rest of the contract as data: the organisation's files of a drop, and the patrol side's own files."""

from rasure.ingest.contract import Column
from rasure.ingest.niche_contract import RECORDS, FileContract, Reference, identifier, lpa

_UNIT = Reference("unit_id", "units.csv", "no_such_unit")
_OFFICER = Reference("officer_id", "officers.csv", "no_such_officer")
_PLAN = Reference("plan_id", "plans.csv", "no_such_plan")


UNITS = FileContract(
    "units.csv",
    "unit",
    ("unit_id",),
    (identifier("unit_id", required=True), Column("name", required=True), lpa()),
)
OFFICERS = FileContract(
    "officers.csv",
    "officer",
    ("officer_id",),
    (
        identifier("officer_id", required=True),
        identifier("unit_id"),
        lpa(),
        Column("trained_on", "date"),
        Column("refresher_due_on", "date"),
    ),
    (_UNIT,),
)
OPERATIONS = FileContract(
    "operations.csv",
    "operation",
    ("operation_id",),
    (
        identifier("operation_id", required=True),
        Column("name", required=True),
        lpa(),
        Column("starts_on", "date"),
        Column("ends_on", "date"),
        Column("funding_gbp", "number"),
        Column("funder"),
    ),
)
PARTNERS = FileContract(
    "partners.csv",
    "partner",
    ("partner_id",),
    (
        identifier("partner_id", required=True),
        Column("name", required=True),
        lpa(),
        Column("engaged_on", "date"),
        Column("last_contact_on", "date"),
    ),
)
TRAINING = FileContract(
    "training.csv",
    "training",
    ("training_id",),
    (
        identifier("training_id", required=True),
        identifier("officer_id", required=True),
        Column("course", required=True),
        Column("completed_on", "date", required=True),
        Column("refresher_due_on", "date"),
    ),
    (_OFFICER,),
)
PLANS = FileContract(
    "plans.csv",
    "plan",
    ("plan_id",),
    (
        identifier("plan_id", required=True),
        Column("title", required=True),
        lpa(),
        Column("subject_kind", "option", required=True, options=("place", "person", "institution")),
        identifier("subject_id"),
        Column("owner"),
        Column("sponsor"),
        Column("problem"),
        Column("objective"),
        Column("opened_on", "date", required=True),
        Column("review_due_on", "date"),
        Column("closed_on", "date"),
        Column("closure_reason"),
    ),
)
PLAN_RESPONSES = FileContract(
    "plan_responses.csv",
    "plan_response",
    ("response_id",),
    (
        identifier("response_id", required=True),
        identifier("plan_id", required=True),
        Column("heading", "option", required=True, options=("pursue", "prevent", "protect", "prepare")),
        Column("response", required=True),
        Column("lead_agency"),
        Column("starts_on", "date"),
        Column("ends_on", "date"),
        Column("cost_gbp", "number"),
    ),
    (_PLAN,),
)
#: The organisation's files, in the order they are judged.
ORGANISATION = (UNITS, OFFICERS, OPERATIONS, PARTNERS, TRAINING, PLANS, PLAN_RESPONSES)
#: Every file a drop may hold.
DROP = (*RECORDS, *ORGANISATION)

PINGS = FileContract(
    "pings.csv",
    "ping",
    ("officer_id", "source", "seq"),
    (
        identifier("officer_id", required=True),
        Column("seen_at", "instant_utc", required=True),
        Column("easting", "number", required=True),
        Column("northing", "number", required=True),
        Column("accuracy_m", "number"),
        identifier("source", required=True),
        Column("seq", "integer", required=True),
        Column("received_at", "instant_utc", may_lack=True),
    ),
    correctable=False,
)
PATROLS = FileContract(
    "patrols.csv",
    "patrol",
    ("patrol_id",),
    (
        identifier("patrol_id", required=True),
        identifier("officer_id", required=True),
        identifier("hotspot_id"),
        Column("started_at", "instant_utc", required=True),
        Column("ended_at", "instant_utc"),
        Column("tasked", "boolean"),
        Column("mode", "option", options=("drove_through", "stopped", "foot")),
        Column("crew"),
        Column("spoken_to", "integer"),
        Column("searched", "integer"),
        Column("arrested", "integer"),
        Column("tasks_done"),
        Column("note"),
    ),
)
HOT_SPOTS = FileContract(
    "hot_spots.csv",
    "patrol_area",
    ("set_id", "version", "hotspot_id", "patrol_area_id"),
    (
        identifier("set_id", required=True),
        Column("version", "integer", required=True),
        Column("set_name", required=True),
        identifier("hotspot_id", required=True),
        Column("name", required=True),
        lpa(required=True),
        identifier("patrol_area_id", required=True),
        Column("patrol_area_name", required=True),
        Column("easting", "number", required=True),
        Column("northing", "number", required=True),
        Column("contact"),
        Column("daily_cap", "integer"),
        Column("tasks"),
        Column("outline", may_lack=True),
    ),
    correctable=False,
)
ALLOCATIONS = FileContract(
    "allocations.csv",
    "allocation",
    ("trial_id", "op_day", "hotspot_id"),
    (
        identifier("trial_id", required=True),
        Column("op_day", "date", required=True),
        identifier("hotspot_id", required=True),
        Column("block", required=True),
        Column("arm", "option", required=True, options=("patrol", "control")),
        Column("record_hash", required=True, most_chars=128),
    ),
    correctable=False,
)
#: The patrol side's own files, by the word of their command.
PATROL_SIDE = {"pings": PINGS, "patrols": PATROLS, "hot-spots": HOT_SPOTS, "allocations": ALLOCATIONS}
