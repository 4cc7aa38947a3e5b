-- What every ranking reads: the offences that count, narrow and in time order, and the premises they happened at.
-- Both follow from other tables and are made again after a load that changes those (counted.py).

create table counted (
    dated_on date not null, cell bigint, outside_force boolean not null, lpa varchar, offence_group varchar not null,
    band band_name, grade grade_name not null, precision precision_name not null, harm_days double, premises integer,
    e_dm integer, n_dm integer, committed_from timestamp, committed_to timestamp, source source_name not null
);
comment on table counted is 'Offences in scope under the rule in force, with what a place or time ranking needs of them and no more.';

create table premises (
    premises integer primary key, premises_id varchar, name varchar, kind varchar, is_default_point boolean not null,
    e_dm integer, n_dm integer
);
comment on table premises is 'Buildings with offences that count, and default points: exact points recorded for many streets, which are no building.';
