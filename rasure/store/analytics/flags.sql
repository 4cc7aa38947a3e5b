-- name: flags_mark
-- What flags were worked out by: the rule, and the last batch of pings looked at.
-- unscoped: no records
select value from store_meta where key = $key

-- name: newest
-- The last batch that brought pings; 0 for none.
-- unscoped: a number
select coalesce(max(batch_id), 0) from ping

-- name: reach
-- First and last moment of pings of batches after a mark; empty when there are none.
-- unscoped: part of a load; two moments
select min(seen_at), max(seen_at) from ping where batch_id > $mark

-- name: day
-- Positions of one operational day and ten minutes around it, of the officers of whom any of these is of a batch after a
-- mark, and of those to be looked at again; in order of officer, device and time.
-- unscoped: part of a load
with own as (
    select rowid as row, officer_id, source, seen_at, e_dm, n_dm, accuracy_m, received_at, flag, batch_id
    from ping where seen_at >= $from_at and seen_at < $until_at
)
select row, officer_id, source, epoch_us(seen_at) as at_us, e_dm, n_dm, accuracy_m, flag, batch_id,
    epoch_us(received_at) as received_us
from own
where officer_id in (select officer_id from own where batch_id > $mark) or officer_id in (select unnest($again::varchar[]))
order by officer_id, source, seen_at, row

-- name: set_flags
-- Write the flags of `incoming` (row, flag).
-- unscoped: part of a load; returns nothing
update ping set flag = i.flag from incoming i where ping.rowid = i.row
