-- name: begin
-- An empty table for the pings of one file.
-- unscoped: part of a load; returns nothing
create or replace temp table incoming_ping (
    line bigint, officer_id varchar, seen_at timestamp, e_dm integer, n_dm integer, accuracy_m real, source varchar,
    seq bigint, received_at timestamp, cell bigint, key_hash ubigint
)

-- name: add
-- Put a piece of the file there.
-- unscoped: part of a load; returns nothing
insert into incoming_ping by name
select *, hash(officer_id::varchar, source::varchar, seq) as key_hash from incoming

-- name: begin_known
-- An empty table for the lines that were sent before.
-- unscoped: part of a load; returns nothing
create or replace temp table incoming_known (line bigint, first_line bigint, agrees boolean)

-- name: find_known
-- Of a part of the pings, the lines that were sent before, in this file or an earlier one. Digests of keys find those that
-- may have been; the keys themselves decide.
-- unscoped: part of a load; returns nothing
insert into incoming_known
with several as (
    select key_hash from incoming_ping where key_hash % $parts::ubigint = $part::ubigint group by key_hash having count(*) > 1
),
held as (
    select officer_id, source, seq, hash(seen_at, e_dm, n_dm, accuracy_m) as content
    from ping
    where hash(officer_id, source, seq) % $parts::ubigint = $part::ubigint
        and hash(officer_id, source, seq) in (select key_hash from incoming_ping where key_hash % $parts::ubigint = $part::ubigint)
),
suspect as (
    select line, officer_id, source, seq, hash(seen_at, e_dm, n_dm, accuracy_m) as content
    from incoming_ping
    where key_hash in (select key_hash from several union all select hash(officer_id, source, seq) from held)
),
ranked as (
    select line, officer_id, source, seq, content,
        row_number() over (partition by officer_id, source, seq order by line) as nth,
        first_value(line) over (partition by officer_id, source, seq order by line) as first_line,
        first_value(content) over (partition by officer_id, source, seq order by line) as first_content
    from suspect
)
select r.line, case when r.nth > 1 then r.first_line end,
    r.content = case when r.nth > 1 then r.first_content else h.content end
from ranked r left join held h using (officer_id, source, seq)
where r.nth > 1 or h.content is not null

-- name: contradicting
-- The lines that say something else than what was sent, and where in the file the first stands.
-- unscoped: part of a load; line numbers of the file being loaded
select line, first_line from incoming_known where not agrees order by line

-- name: count_known
-- How many lines were sent before.
-- unscoped: part of a load; a number
select count(*) from incoming_known

-- name: forget_known
-- Leave only what is new.
-- unscoped: part of a load; returns nothing
delete from incoming_ping where line in (select line from incoming_known)

-- name: days
-- The days of the pings that are left, in order.
-- unscoped: part of a load; days
select distinct seen_at::date as day from incoming_ping order by day

-- name: of_day
-- The pings of one day in the order they are kept in.
-- unscoped: part of a load; what it gives goes into the batch
select officer_id, seen_at, e_dm, n_dm, accuracy_m, source, seq, received_at, cell
from incoming_ping where seen_at >= $day and seen_at < $next_day
order by seen_at, officer_id, source, seq

-- name: end
-- Free the room.
-- unscoped: part of a load; returns nothing
drop table incoming_ping
