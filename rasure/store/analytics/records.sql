-- name: load_batches
-- Every accepted load, newest first.
-- unscoped: counts of loads, no records
select batch_id, kind, label, store_class, loaded_at, files, rows_read, accepted, rejected, duplicate, revised, note
from load_batch order by batch_id desc

-- name: coverage
-- Rows a source, kind, force and month.
-- unscoped: counts of files, no records
select source::varchar as source, kind, force, month, sum(rows)::bigint as rows from coverage group by all order by all

-- name: months
-- Months a kind of file of a source covers.
-- unscoped: counts of files, no records
select distinct month from coverage where source = $source and kind = $kind order by month

-- name: rejects
-- Rejected rows of one load: a row of an extract may name a person, so only whoever may load sees them.
-- unscoped: rejected rows have no area; the desk admits VIEW_REJECTS before this is read
select file, line, column_name, value, reason, explanation from reject
where batch_id = $batch_id order by file, line

-- name: reject_reasons
-- How many rows were rejected for each reason, without their values.
-- unscoped: counts, no records
select batch_id, file, column_name, reason, explanation, count(*) as rows from reject
group by all order by batch_id desc, rows desc, file
