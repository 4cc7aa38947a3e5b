-- Orders of a court or conditions of bail that bind a person, as the records system holds them.

create table court_order (
    person_id varchar not null, kind varchar not null, made_on date not null, ends_on date, ended_on date,
    breached_on date, conditions varchar,
    row_key varchar not null, row_hash varchar not null, batch_id integer not null
);
comment on table court_order is 'Orders in force on a person, or once in force: knife crime prevention, serious violence reduction, bail, other.';
comment on column court_order.ended_on is 'When it was discharged before its end; empty while it runs its term.';
