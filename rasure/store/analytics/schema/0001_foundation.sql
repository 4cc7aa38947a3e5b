-- The tables of the whole mission. Times are UTC, coordinates whole decimetres of EPSG:27700, a cell is a
-- packed axial hexagon (places/grid.py). Rows of a batch go in in time order. `row_key` is the source's
-- identity of a row, `row_hash` a digest of its content as received: same key and hash, a duplicate; same key
-- and another hash, a revision, whose predecessor goes to `superseded`.

create type source_name as enum ('police_uk', 'niche');
create type precision_name as enum ('exact', 'range', 'day', 'month');
create type grade_name as enum ('exact', 'street', 'centroid', 'suspect', 'none');
create type band_name as enum ('day', 'night');

create table store_meta (key varchar primary key, value varchar not null);
comment on table store_meta is 'Facts about this file: data version, reference digest.';

-- Loads ---------------------------------------------------------------------------------------------------

create table load_batch (
    batch_id integer primary key, kind varchar not null, label varchar not null, store_class varchar not null,
    loaded_at timestamp not null, files integer not null, rows_read bigint not null, accepted bigint not null,
    rejected bigint not null, duplicate bigint not null, revised bigint not null, note varchar,
    check (rows_read = accepted + rejected + duplicate)
);
comment on table load_batch is 'One accepted load. Rows read are accepted, rejected or duplicate, and add up.';
comment on column load_batch.revised is 'Of the accepted rows, how many replaced a predecessor.';

create table load_file (
    batch_id integer not null, file varchar not null, kind varchar not null, sha256 varchar not null,
    bytes bigint not null, rows_read bigint not null, accepted bigint not null, rejected bigint not null,
    duplicate bigint not null, month date, force varchar
);
comment on table load_file is 'One file of a batch, with the digest of its bytes.';

create table reject (
    batch_id integer not null, file varchar not null, line bigint not null, column_name varchar,
    value varchar, reason varchar not null, explanation varchar not null
);
comment on table reject is 'Every row that was not taken: where it stood, the value, why, and what to do.';

create table superseded (
    table_name varchar not null, row_key varchar not null, was_batch_id integer,
    batch_id integer not null, content json not null
);
comment on table superseded is 'Rows that batch_id replaced, as they were; was_batch_id is empty when both came in one load.';

create table coverage (
    batch_id integer not null, source source_name not null, kind varchar not null, force varchar not null,
    month date not null, rows bigint not null
);
comment on table coverage is 'Months present per source, kind and force; a month that is absent is a gap, not zero.';

-- Ground --------------------------------------------------------------------------------------------------

create table area (code varchar primary key, name varchar not null, area_m2 double not null,
    lon double not null, lat double not null, outline_wkb blob not null, batch_id integer not null);
comment on table area is 'Local policing areas in force; outlines in EPSG:27700, label points in WGS84.';

create table area_outline (kind varchar primary key, geojson varchar not null, batch_id integer not null);
comment on table area_outline is 'Simplified outlines in WGS84 for drawing.';

create table cell (cell bigint primary key, e_m double not null, n_m double not null, lon double not null,
    lat double not null, lpa varchar, name varchar, in_force boolean not null, batch_id integer not null);
comment on table cell is 'Hexagons of the study area, and any other hexagon an offence fell in (in_force false).';

create table location (
    location_id varchar primary key, name varchar, kind varchar, is_institution boolean not null,
    is_public boolean, e_dm integer, n_dm integer, cell bigint, lpa varchar, grade grade_name not null,
    premises_id varchar, row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table location is 'Addresses and premises of the records system; an institution is a prison, hospital or the like.';

-- Incidents -----------------------------------------------------------------------------------------------

create table offence (
    offence_id varchar not null, occurrence_id varchar,
    dated_on date not null, committed_from timestamp, committed_to timestamp, reported_at timestamp,
    precision precision_name not null, band band_name, op_day date,
    lpa varchar, class_key varchar not null, ho_class varchar, ho_code varchar,
    e_dm integer, n_dm integer, cell bigint, grade grade_name not null, lsoa varchar, lsoa_vintage smallint,
    outside_force boolean, location_id varchar, location_text varchar,
    weapon varchar, weapon_present boolean, domestic boolean, public_place boolean,
    outcome varchar, outcome_on date, force varchar not null, source source_name not null,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table offence is 'One offence a row, in time order: the unit of every count. Occurrences group them.';
comment on column offence.dated_on is 'Local date used for ages. A month-only offence counts from the last day of its month, so no ranking uses a month before it was over.';
comment on column offence.committed_from is 'Start of the time range in which the offence happened, UTC; empty when only the month is known.';
comment on column offence.band is 'Day or night of the operational day when the range says so; empty when it cannot be told.';
comment on column offence.grade is 'How well the place is known: exact, street, centroid, suspect, none.';
comment on column offence.class_key is 'Key into offence_class (records system) or open-data category.';
comment on column offence.weapon_present is 'Empty when the source does not say.';

create table outcome_event (
    offence_id varchar not null, outcome varchar not null, outcome_on date not null, precision precision_name not null,
    force varchar not null, source source_name not null, row_key varchar not null, row_hash varchar not null,
    batch_id integer not null
);
comment on table outcome_event is 'Every recorded outcome of an offence; the latest is the one in force.';

create table stop_search (
    search_id varchar not null, searched_at timestamp not null, searched_on date not null, time_lost boolean not null,
    kind varchar, lpa varchar, e_dm integer, n_dm integer, cell bigint, grade grade_name not null,
    gender varchar, age_range varchar, self_defined_ethnicity varchar, officer_defined_ethnicity varchar,
    legislation varchar, object_of_search varchar, outcome varchar, outcome_linked boolean,
    clothing_removed boolean, force varchar not null, source source_name not null,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table stop_search is 'Searches; ethnicity is for monitoring only and reaches no ranking.';
comment on column stop_search.time_lost is 'The source kept only the date; leave out of hour-of-day charts.';

create table weapon (
    offence_id varchar not null, weapon varchar not null, used boolean, recovered boolean, person_id varchar,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table weapon is 'Weapons recorded on an offence: used, seen, or recovered from a person.';

create table injury (
    offence_id varchar not null, person_id varchar, grade varchar not null,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table injury is 'Injury level per offence and person.';

-- People --------------------------------------------------------------------------------------------------

create table person (
    person_id varchar not null, family_name varchar, given_name varchar, born_on date, gender varchar,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table person is 'People of the records system. No protected attribute is kept here but those needed to know who it is.';

create table person_monitoring (
    person_id varchar not null, self_defined_ethnicity varchar, officer_defined_ethnicity varchar,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table person_monitoring is 'Ethnicity held apart, for monitoring disparity only; no ranking reads it.';

create table involvement (
    offence_id varchar not null, person_id varchar not null, role varchar not null, category varchar not null,
    evidence varchar, dated_on date, lpa varchar, class_key varchar,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table involvement is 'A person in an offence: role (victim, suspect, offender, witness) and the category held for that role.';

-- Patrols -------------------------------------------------------------------------------------------------

create table hotspot_set (
    set_id varchar not null, version integer not null, name varchar not null, created_at timestamp not null,
    created_by varchar not null, rule json not null, data_version varchar not null, note varchar
);
comment on table hotspot_set is 'A published selection for tasking; versioned, never edited afterwards.';

create table hotspot (
    hotspot_id varchar not null, set_id varchar not null, version integer not null, name varchar not null,
    lpa varchar not null, contact varchar, daily_cap integer, tasks varchar
);
comment on table hotspot is 'One hot spot of a set: the unit of allocation and analysis.';

create table patrol_area (
    patrol_area_id varchar not null, hotspot_id varchar not null, set_id varchar not null,
    version integer not null, lpa varchar not null, name varchar not null, cell bigint, outline_wkb blob
);
comment on table patrol_area is 'Part of a hot spot: one cell, or a freely drawn outline in EPSG:27700.';

create table unit (unit_id varchar not null, name varchar not null, lpa varchar, batch_id integer not null);
comment on table unit is 'Teams and vehicles; the Joint Operations Unit has no area.';

create table officer (officer_id varchar not null, unit_id varchar, lpa varchar, trained_on date,
    refresher_due_on date, batch_id integer not null);
comment on table officer is 'Officers by their identifier.';

create table ping (
    officer_id varchar not null, seen_at timestamp not null, e_dm integer not null, n_dm integer not null,
    accuracy_m utinyint, source varchar not null, seq bigint not null, cell bigint not null,
    flag varchar, batch_id integer not null
);
comment on table ping is 'Positions as received, by day, officer and time; a flagged one is shown, not counted.';

create table visit (
    officer_id varchar not null, hotspot_id varchar not null, patrol_area_id varchar, lpa varchar,
    started_at timestamp not null, ended_at timestamp not null, op_day date not null, pings integer not null,
    still_s integer not null, foot_s integer not null, vehicle_s integer not null, unknown_s integer not null,
    category varchar not null, is_tasked boolean not null, rule_version varchar not null
);
comment on table visit is 'Stays in a hot spot computed from pings; replaced when the rule or the pings change.';

create table patrol (
    patrol_id varchar not null, officer_id varchar not null, hotspot_id varchar, lpa varchar,
    started_at timestamp not null, ended_at timestamp, is_tasked boolean not null, mode varchar,
    crew json, spoken_to integer, searched integer, arrested integer, tasks_done json, note varchar,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table patrol is 'What officers recorded of a patrol.';

create table allocation (
    trial_id varchar not null, op_day date not null, hotspot_id varchar not null, block varchar not null,
    arm varchar not null, record_hash varchar not null
);
comment on table allocation is 'Which hot spots patrol on which operational day, as drawn.';

-- Plans and operations ------------------------------------------------------------------------------------

create table plan (
    plan_id varchar not null, title varchar not null, lpa varchar, subject_kind varchar not null,
    subject_id varchar, owner varchar, sponsor varchar, problem varchar, objective varchar,
    opened_on date not null, review_due_on date, closed_on date, closure_reason varchar,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table plan is 'Problem-solving plans (OSARA); the subject is a place, a person or an institution.';

create table plan_response (
    plan_id varchar not null, heading varchar not null, response varchar not null, lead_agency varchar,
    starts_on date, ends_on date, cost_gbp decimal(12, 2),
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table plan_response is 'Responses of a plan under the 4Ps: pursue, prevent, protect, prepare.';

create table operation (
    operation_id varchar not null, name varchar not null, lpa varchar, starts_on date, ends_on date,
    funding_gbp decimal(12, 2), funder varchar,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table operation is 'Operations and the money behind them.';

create table partner (
    partner_id varchar not null, name varchar not null, lpa varchar, engaged_on date, last_contact_on date,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table partner is 'Agencies engaged.';

create table training (
    officer_id varchar not null, course varchar not null, completed_on date not null, refresher_due_on date,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table training is 'Who was trained, and when the refresher falls due.';

-- Reference -----------------------------------------------------------------------------------------------

create table offence_class (
    class_key varchar primary key, source source_name not null, offence varchar not null, ho_class varchar,
    ho_code varchar, offence_group varchar not null, include_rule varchar not null, harm_key varchar,
    rule_version varchar not null, basis varchar not null, rule_verified boolean not null, note varchar,
    check (include_rule in ('always', 'weapon_required', 'stand_in', 'off'))
);
comment on table offence_class is 'The inclusion rule as data: which classes count, which only with a weapon, which stand in on open data.';

create table harm_weight (edition varchar not null, harm_key varchar not null, days double not null,
    verified boolean not null, source varchar not null, primary key (edition, harm_key));
comment on table harm_weight is 'Cambridge Crime Harm Index days per offence, by edition.';

create table series_break (source source_name not null, last_before date not null, first_after date not null,
    what varchar not null, consequence varchar not null, evidence varchar not null);
comment on table series_break is 'Dates that rankings and back-tests do not cross.';

-- The rows every place ranking starts from: in scope by the rule in force, with their harm where the class has one.
create view scored_offence as
select o.*, c.offence_group, c.include_rule,
    (c.include_rule in ('always', 'stand_in') or (c.include_rule = 'weapon_required' and coalesce(o.weapon_present, false)))
        as in_scope,
    h.days as harm_days
from offence o
join offence_class c using (class_key)
left join harm_weight h on h.harm_key = c.harm_key
    and h.edition = (select value from store_meta where key = 'harm_edition');
