-- The records system as received, beside what is derived from it, and keys for what a load may correct.
-- Local wall times end in `_local`; everything else called `_at` is UTC.

create table occurrence (
    occurrence_id varchar not null, reported_local timestamp not null, committed_from_local timestamp,
    committed_to_local timestamp, location_id varchar, lpa_recorded varchar, domestic boolean, public_place boolean,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table occurrence is 'Occurrences as received, times as wall time; their offences are derived from them.';

create table recorded_offence (
    offence_id varchar not null, occurrence_id varchar not null, ho_class varchar not null, ho_code varchar not null,
    status varchar, row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table recorded_offence is 'Offences as received; `offence` holds them with time, place, class and weapon worked out.';

alter table location add column street varchar;
alter table location add column town varchar;
alter table location add column precision varchar;
alter table location add column lpa_recorded varchar;
comment on column location.lpa_recorded is 'The area as the source names it; `lpa` is the code of the area in force.';

drop table unit;
create table unit (unit_id varchar not null, name varchar not null, lpa varchar,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null);
comment on table unit is 'Teams and vehicles; the Joint Operations Unit has no area.';

drop table officer;
create table officer (officer_id varchar not null, unit_id varchar, lpa varchar, trained_on date,
    refresher_due_on date, row_key varchar not null, row_hash varchar not null, batch_id integer not null);
comment on table officer is 'Officers by their identifier.';

alter table ping alter accuracy_m type real;

drop table hotspot_set;
create table hotspot_set (
    set_id varchar not null, version integer not null, name varchar not null, created_at timestamp not null,
    created_by varchar not null, rule json not null, data_version varchar not null, note varchar,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table hotspot_set is 'A published selection for tasking; versioned, never edited afterwards.';

drop table hotspot;
create table hotspot (
    hotspot_id varchar not null, set_id varchar not null, version integer not null, name varchar not null,
    lpa varchar not null, contact varchar, daily_cap integer, tasks varchar,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table hotspot is 'One hot spot of a set: the unit of allocation and analysis.';

drop table patrol_area;
create table patrol_area (
    patrol_area_id varchar not null, hotspot_id varchar not null, set_id varchar not null,
    version integer not null, lpa varchar not null, name varchar not null, cell bigint, e_dm integer, n_dm integer,
    outline_wkb blob, row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table patrol_area is 'Part of a hot spot: one cell, or a freely drawn outline in EPSG:27700.';

drop table allocation;
create table allocation (
    trial_id varchar not null, op_day date not null, hotspot_id varchar not null, block varchar not null,
    arm varchar not null, record_hash varchar not null,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table allocation is 'Which hot spots patrol on which operational day, as drawn.';
