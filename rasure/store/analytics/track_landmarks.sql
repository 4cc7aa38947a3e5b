-- name: begin_incoming_officer_day
-- An empty table for officers and days whose landmarks are worked out.
-- unscoped: part of a load; returns nothing
create or replace temp table incoming_officer_day (officer_id varchar, op_day date)

-- name: begin_incoming_landmark
-- An empty table for the landmarks found.
-- unscoped: part of a load; returns nothing
create or replace temp table incoming_landmark (
    digest bigint, officer_id varchar, source varchar, op_day date, seen_at timestamp
)

-- name: put_aside_incoming_officer_day
-- Add some officers and days.
-- unscoped: part of a load; returns nothing
insert into incoming_officer_day select officer_id::varchar, op_day from incoming

-- name: put_aside_incoming_landmark
-- Add some landmarks.
-- unscoped: part of a load; returns nothing
insert into incoming_landmark select digest, officer_id::varchar, source::varchar, op_day, seen_at from incoming

-- name: note_changed
-- Landmarks that have gone or are new, as a table for the steps that follow.
-- unscoped: part of a load; returns nothing
create or replace temp table changed_landmark as
with held as (
    select digest, officer_id, source, op_day, seen_at from track_landmark semi join incoming_officer_day using (officer_id, op_day)
)
(from held except from incoming_landmark) union all (from incoming_landmark except from held)

-- name: forget
-- Make room for the landmarks of those officers and days.
-- unscoped: part of a load; returns nothing
delete from track_landmark where (officer_id, op_day) in (select officer_id, op_day from changed_landmark)

-- name: keep
-- Keep the landmarks found where they differ from what was held.
-- unscoped: part of a load; returns nothing
insert into track_landmark by name
select digest, officer_id, source, op_day, seen_at from incoming_landmark
where (officer_id, op_day) in (select officer_id, op_day from changed_landmark)

-- name: perhaps_copies
-- Days and officers, in order: looked at, with a landmark that an earlier one equals; or with one that equals an earlier
-- landmark that has changed.
-- unscoped: part of a load; days and officers
with copy as (
    select l.officer_id, l.op_day
    from track_landmark l
    join (select digest, min(seen_at) as first_at from track_landmark group by digest having count(*) > 1) using (digest)
    where l.seen_at > first_at
)
select op_day, officer_id from copy semi join incoming_officer_day using (officer_id, op_day)
union
select l.op_day, l.officer_id
from track_landmark l
join (select digest, min(seen_at) as first_at from changed_landmark group by digest) using (digest)
where l.seen_at > first_at
order by op_day, officer_id

-- name: copied
-- Rows of `incoming` with a digest that an earlier landmark has.
-- unscoped: part of a load; row numbers
select i.row from incoming i
where exists (select 1 from track_landmark l where l.digest = i.digest and l.seen_at < i.seen_at)
order by i.row
