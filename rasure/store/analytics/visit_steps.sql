-- name: visits_meta
-- One fact about this file.
-- unscoped: no records
select value from store_meta where key = $key

-- name: newest
-- The last batch that brought pings or patrol areas; 0 for none.
-- unscoped: a number
select greatest(coalesce((select max(batch_id) from ping), 0), coalesce((select max(batch_id) from patrol_area), 0))

-- name: places
-- Every place whose ground is held.
-- unscoped: part of a load; numbers of places
select distinct place from patrol_ground order by place

-- name: note_changed
-- Places whose ground is new or another, as a table for the steps that follow.
-- unscoped: part of a load; returns nothing
create or replace temp table changed_place as select unnest($places::integer[]) as place

-- name: note_days
-- Operational days as spans of seconds, as a table for the steps that follow.
-- unscoped: part of a load; returns nothing
create or replace temp table incoming_day as select * from incoming

-- name: note_due
-- Officers and days to work out anew, as a table for the steps that follow.
-- unscoped: part of a load; returns nothing
create or replace temp table incoming_due as select officer_id::varchar as officer_id, op_day from incoming

-- name: none_due
-- No officer and day in particular: the steps that follow are for all of them.
-- unscoped: part of a load; returns nothing
create or replace temp table incoming_due (officer_id varchar, op_day date)

-- name: new_reach
-- First and last moment that pings of batches after a mark can touch; empty when there are none.
-- unscoped: part of a load; two moments
select min(seen_at) - interval 300 second, max(seen_at) + interval 300 second from ping where batch_id > $mark

-- name: due_reach
-- First and last day that is due.
-- unscoped: part of a load; two days
select min(op_day), max(op_day) from incoming_due

-- name: whole_reach
-- First and last moment of any ping; empty when there are none.
-- unscoped: part of a load; two moments
select min(seen_at), max(seen_at) from ping

-- name: first_reaching
-- The earliest operational day of a visit that lasts until a moment or longer; empty for none.
-- unscoped: part of a load; a day
select min(op_day) from visit where ended_at >= $from_at

-- name: note_new
-- Officers and days that pings of batches after a mark can touch. Operational days begin on whole hours.
-- unscoped: part of a load; returns nothing
create or replace temp table incoming_due as
with hours as (
    select officer_id, min(epoch_us(seen_at) // 1000000) as first_s, max(epoch_us(seen_at) // 1000000) as last_s
    from ping where batch_id > $mark group by officer_id, epoch_us(seen_at) // 3600000000
),
reached as (
    select officer_id, (first_s - 300) // 3600 * 3600 as hour_s from hours
    union
    select officer_id, (last_s + 300) // 3600 * 3600 from hours
)
select distinct r.officer_id, d.op_day
from reached r join incoming_day d on r.hour_s >= d.from_s and r.hour_s < d.until_s

-- name: note_reaching
-- Officers and days of visits that began on an earlier day and reach one that is due.
-- unscoped: part of a load; returns nothing
insert into incoming_due
select distinct v.officer_id, v.op_day
from visit v
join incoming_day own using (op_day)
join incoming_due t on t.officer_id = v.officer_id and t.op_day > v.op_day
join incoming_day later on later.op_day = t.op_day
where epoch_us(v.ended_at) // 1000000 + 300 >= greatest(own.until_s, later.from_s)
    and not exists (select 1 from incoming_due d where d.officer_id = v.officer_id and d.op_day = v.op_day)

-- name: forget_due
-- Make room for the visits of the officers and days that are due, to places whose ground did not change.
-- unscoped: part of a load; returns nothing
delete from visit
where (officer_id, op_day) in (select officer_id, op_day from incoming_due)
    and hotspot_id not in (select hotspot_id from patrol_ground join changed_place using (place))

-- name: forget_changed
-- Make room for all visits to places whose ground changed.
-- unscoped: part of a load; returns nothing
delete from visit where hotspot_id in (select hotspot_id from patrol_ground join changed_place using (place))

-- name: take_squares
-- The squares that count in the steps that follow: of changed places, or of all others.
-- unscoped: part of a load; returns nothing
create or replace temp table incoming_square as
select * from patrol_square where (place in (select place from changed_place)) = $changed

-- name: take_edges
-- The pieces of edge that belong to them.
-- unscoped: part of a load; returns nothing
create or replace temp table incoming_edge as
select * from patrol_edge
where area in (select area from patrol_ground where (place in (select place from changed_place)) = $changed)

-- name: days_with_pings
-- Operational days to work out, with how many pings they hold: all of them, or those that are due.
-- unscoped: part of a load; counts by day
with hours as (
    select epoch_us(seen_at) // 3600000000 * 3600 as hour_s, count(*) as n from ping
    where seen_at >= $from_at and seen_at < $until_at group by 1
)
select d.op_day, d.from_s, d.until_s, sum(h.n)::bigint as pings
from hours h join incoming_day d on h.hour_s >= d.from_s and h.hour_s < d.until_s
where $everybody or d.op_day in (select op_day from incoming_due)
group by all order by d.op_day

-- name: number_officers
-- A number for each officer of some days, as a table for the steps that follow; at first all are wanted.
-- unscoped: part of a load; returns nothing
create or replace temp table incoming_officer as
select officer_id, row_number() over (order by officer_id)::integer as officer, true as is_wanted
from (
    select distinct officer_id from ping
    where $everybody and seen_at >= make_timestamp($start_s::bigint * 1000000) and seen_at < make_timestamp($end_s::bigint * 1000000)
    union
    select officer_id from incoming_due where not $everybody and op_day in (
        select op_day from incoming_day where from_s >= $start_s and from_s < $end_s
    )
)

-- name: want_late
-- Only those with a visit that may go on beyond what was looked at are still wanted.
-- unscoped: part of a load; returns nothing
update incoming_officer set is_wanted = officer in (select track // 2 from found where ended_s + 300 >= $until_s)

-- name: wanted
-- How many there are.
-- unscoped: part of a load; a number
select count(*) from incoming_officer where is_wanted

-- name: number_words
-- A number for each reason and source of the pings in a span of time, in their order, as a table for the steps that follow.
-- unscoped: part of a load; returns nothing
create or replace temp table incoming_word as
select word, row_number() over (order by word)::integer as number
from (
    select distinct unnest([flag, source]) as word
    from (
        select distinct flag, source from ping
        where seen_at >= make_timestamp($from_s::bigint * 1000000) and seen_at < make_timestamp($until_s::bigint * 1000000)
    )
)
where word is not null

-- name: take_track
-- The pings of the wanted officers in a span of time, in whole numbers; a track is an officer's flagged or unflagged ones.
-- unscoped: part of a load; returns nothing
create or replace temp table incoming_track as
select o.officer * 2 + (p.flag is not null)::integer as track, coalesce(f.number, 0) as reason, s.number as source,
    epoch_us(p.seen_at) // 1000000 as at_s, p.e_dm, p.n_dm,
    (p.e_dm // 100)::bigint * 16777216 + p.n_dm // 100 as square
from ping p
join (select officer, officer_id from incoming_officer where is_wanted) o using (officer_id)
join incoming_word s on s.word = p.source
left join incoming_word f on f.word = p.flag
where p.seen_at >= make_timestamp($from_s::bigint * 1000000) and p.seen_at < make_timestamp($until_s::bigint * 1000000)

-- name: forget_found
-- Make room for the visits of the wanted officers, who are looked at again for longer.
-- unscoped: part of a load; returns nothing
delete from found where track // 2 in (select officer from incoming_officer where is_wanted)

-- name: begin_found
-- An empty table of visits for the steps that follow; reasons and sources are words here.
-- unscoped: part of a load; returns nothing
create or replace temp table found (
    track integer, place integer, most_area integer, why varchar, started_s bigint, ended_s bigint, all_pings bigint,
    source varchar, all_still_s bigint, all_foot_s bigint, all_vehicle_s bigint, all_unknown_s bigint,
    unseen_before_s bigint, unseen_after_s bigint, category varchar, is_long integer
)

-- name: find
-- The visits that begin in a span of time.
-- unscoped: part of a load; returns nothing
insert into found
select v.track, v.place, v.most_area, f.word, v.started_s, v.ended_s, v.all_pings, s.word, v.all_still_s, v.all_foot_s,
    v.all_vehicle_s, v.all_unknown_s, v.unseen_before_s, v.unseen_after_s, v.category, v.is_long
from ({visits}) v
left join incoming_word f on f.number = v.why
left join incoming_word s on s.number = v.one_source and v.one_source = v.other_source
where v.started_s >= $start_s and v.started_s < $end_s

-- name: keep
-- Keep the visits found, in time order, under the names of officer, place and day.
-- unscoped: part of a load; returns nothing
insert into visit
select o.officer_id, g.hotspot_id, g.patrol_area_id, g.lpa, make_timestamp(v.started_s * 1000000),
    make_timestamp(v.ended_s * 1000000), d.op_day, v.all_pings,
    v.source, v.all_still_s, v.all_foot_s, v.all_vehicle_s,
    v.all_unknown_s, v.unseen_before_s, v.unseen_after_s, v.category, v.is_long = 1, v.why, false,
    $rule_version
from found v
join incoming_officer o on o.officer = v.track // 2
join patrol_ground g on g.area = v.most_area
join incoming_day d on v.started_s >= d.from_s and v.started_s < d.until_s
where $everybody or exists (select 1 from incoming_due t where t.officer_id = o.officer_id and t.op_day = d.op_day)
order by v.started_s, o.officer_id, g.hotspot_id

-- name: between
-- Visits of some operational days, in time order.
select officer_id, hotspot_id, patrol_area_id, lpa, started_at, ended_at, op_day, pings, source, still_s, foot_s,
    vehicle_s, unknown_s, unseen_before_s, unseen_after_s, category, is_long, flag, is_tasked, rule_version
from visit
where op_day between $first_on and $last_on and ($all_lpas or lpa in (select unnest($lpas)))
order by started_at, officer_id, hotspot_id, flag
