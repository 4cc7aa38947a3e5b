-- name: keys
-- Which of the incoming keys a table holds.
-- unscoped: used by loaders to judge references; the result is keys that were just given
select row_key from {table} where row_key in (select value from incoming)

-- name: rows
-- Rows held of a table whose column has one of the incoming values.
-- unscoped: used by loaders to complete what comes in; the result leaves the store only as a batch
select * exclude (batch_id) from {table} where {column} in (select value from incoming)

-- name: locations_at
-- Locations held at the incoming points.
-- unscoped: used by loaders to find default points; the result leaves the store only as a batch
select * exclude (batch_id) from location semi join incoming using (e_dm, n_dm)

-- name: known_pings
-- Of the incoming pings, the lines that were sent before, in this file or in an earlier one, and whether they agree.
-- unscoped: used by the loader; the result is line numbers of the file being loaded
with incoming_pings as (
    select line, officer_id::varchar as officer_id, source::varchar as source, seq,
        hash(seen_at, e_dm, n_dm, accuracy_m) as content
    from incoming
),
ranked as (
    select *,
        row_number() over (partition by officer_id, source, seq order by line) as nth,
        first_value(line) over (partition by officer_id, source, seq order by line) as first_line,
        first_value(content) over (partition by officer_id, source, seq order by line) as first_content
    from incoming_pings
),
known as (
    select officer_id, source, seq, hash(seen_at, e_dm, n_dm, accuracy_m) as content
    from ping semi join incoming_pings using (officer_id, source, seq)
),
final as (
    select r.line, case when r.nth > 1 then r.first_line end as first_line,
        r.content = case when r.nth > 1 then r.first_content else k.content end as agrees
    from ranked r left join known k using (officer_id, source, seq)
    where r.nth > 1 or k.content is not null
)
select line, first_line, agrees from final order by line
