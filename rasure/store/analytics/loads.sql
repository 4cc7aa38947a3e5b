-- name: disposition
-- What each incoming row is, by its key: new, revised, duplicate, or conflict (same key twice in one load with
-- other content, where the last does not win). Columns seq, disposition.
-- unscoped: compares digests of incoming rows with digests held; returns no record
with ranked as (
    select seq, row_key, row_hash,
        row_number() over (partition by row_key order by seq) as from_first,
        row_number() over (partition by row_key order by seq desc) as from_last,
        first_value(row_hash) over (partition by row_key order by seq) as first_hash
    from incoming
),
held as (
    select row_key, row_hash from {table} where row_key in (select row_key from incoming)
),
final as (
    select r.seq,
        case
            when $last_wins and r.from_last > 1 then 'duplicate'
            when not $last_wins and r.from_first > 1 and r.row_hash = r.first_hash then 'duplicate'
            when not $last_wins and r.from_first > 1 then 'conflict'
            when h.row_key is null then 'new'
            when h.row_hash = r.row_hash then 'duplicate'
            else 'revised'
        end as disposition
    from ranked r left join held h using (row_key)
)
select seq, disposition from final order by seq

-- name: supersede
-- Move the predecessors of incoming rows to `superseded`.
-- unscoped: part of a load; returns nothing
insert into superseded
select '{table}', t.row_key, t.batch_id, $batch_id, to_json(t) from {table} t
where t.row_key in (select row_key from incoming)

-- name: delete_predecessors
-- Remove the predecessors of incoming rows.
-- unscoped: part of a load; returns nothing
delete from {table} where row_key in (select row_key from incoming)

-- name: new_cells
-- Add the cells that are not there yet.
-- unscoped: geometry of the grid, no records
insert into cell by name select * from incoming where cell not in (select cell from cell)

-- name: replace_cells
-- Replace the study area; cells outside it that offences fell in stay.
-- unscoped: geometry of the grid, no records
delete from cell where in_force or cell in (select cell from incoming)

-- name: assign_areas
-- Give rows the area found for them by newly loaded boundaries.
-- unscoped: part of a load; returns nothing
update {table} set lpa = i.lpa, outside_force = i.outside_force from incoming i where {table}.row_key = i.row_key

-- name: recorded_areas
-- Where the source recorded an area that is in force, by code or name, that one stands.
-- unscoped: part of a load; returns nothing
with recorded as (
    select o.occurrence_id, min(a.code) as code
    from occurrence o
    left join location l using (location_id)
    join area a on lower(coalesce(o.lpa_recorded, l.lpa_recorded)) in (lower(a.code), lower(a.name))
    group by o.occurrence_id
)
update offence set lpa = r.code from recorded r
where offence.source = 'niche' and offence.occurrence_id = r.occurrence_id

-- name: involved_areas
-- People's roles lie in the area of their offence.
-- unscoped: part of a load; returns nothing
update involvement set lpa = o.lpa from offence o
where o.source = 'niche' and involvement.offence_id = o.offence_id

-- name: assign_search_areas
-- The same for searches, which carry no outside flag.
-- unscoped: part of a load; returns nothing
update stop_search set lpa = i.lpa from incoming i where stop_search.row_key = i.row_key

-- name: set_meta
-- Record a fact about this file.
-- unscoped: no records
insert or replace into store_meta values ($key, $value)

-- name: meta
-- One fact about this file.
-- unscoped: no records
select value from store_meta where key = $key

-- name: applied_batches
-- Batches this file holds.
-- unscoped: counts of loads, no records
select batch_id from load_batch order by batch_id

-- name: has_file
-- Whether a file with these bytes was loaded before.
-- unscoped: digests of files, no records
select count(*) > 0 from load_file where sha256 = $sha256

-- name: points
-- Every located row: key, position.
-- unscoped: used by the boundary loader to assign areas; the result leaves the store only as a batch
select row_key, e_dm, n_dm from {table} where e_dm is not null

-- name: forget_streets
-- Make room for the streets as they are after a load.
-- unscoped: part of a load; returns nothing
delete from cell_street

-- name: learn_streets
-- The street most often recorded in each hexagon; among equals the first by name.
-- unscoped: part of a load; returns nothing
insert into cell_street
select cell, arg_min(location_text, (-offences, location_text))
from (
    select cell, location_text, count(*) as offences from offence
    where cell is not null and location_text is not null group by all
) group by cell
