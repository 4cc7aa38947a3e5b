-- name: to_rank
-- Located in-scope offences of a selection: cell, dated_on, harm_days; the input of every place ranking.
select cell, dated_on, harm_days
from scored_offence
where in_scope and cell is not null and not coalesce(outside_force, false)
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
    and dated_on between $first_on and $last_on
    and ($any_group or offence_group in (select unnest($groups)))
    and ($any_band or band = $band)
    and ($weak or grade in ('exact', 'street'))

-- name: summary
-- What a selection holds, and what of it cannot be placed or timed.
select
    count(*) as offences,
    count(*) filter (cell is not null and not coalesce(outside_force, false)) as located,
    count(*) filter (cell is null) as unlocated,
    count(*) filter (coalesce(outside_force, false)) as outside_force,
    count(*) filter (grade in ('centroid', 'suspect')) as weak,
    count(*) filter (precision = 'month') as month_only,
    count(*) filter (band is null) as unbanded,
    count(harm_days) as with_harm,
    min(dated_on) as first_on,
    max(dated_on) as last_on
from scored_offence
where in_scope
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
    and dated_on between $first_on and $last_on
    and ($any_group or offence_group in (select unnest($groups)))
    and ($any_band or band = $band)

-- name: groups
-- Offence groups that count under the rule in force and occur in the store.
select distinct offence_group
from scored_offence
where in_scope and ($all_lpas or lpa in (select unnest($lpas)))
order by offence_group

-- name: extent
-- First and last day with an in-scope offence.
select min(dated_on) as first_on, max(dated_on) as last_on
from scored_offence
where in_scope and ($all_lpas or lpa in (select unnest($lpas)))

-- name: sources
-- Sources of the offences held.
-- unscoped: names of sources, no records
select distinct source::varchar from offence order by 1

-- name: grades
-- How well the place is known, by source: the rows of each geolocation grade.
select source::varchar as source, grade::varchar as grade, count(*) as offences, count(*) filter (in_scope) as in_scope
from scored_offence
where ($all_lpas or lpa in (select unnest($lpas)))
group by all order by all

-- name: classes
-- Rows of each offence class, and how many of them count under the rule in force.
select source::varchar as source, offence_group, class_key, include_rule, count(*) as offences,
    count(*) filter (in_scope) as in_scope
from scored_offence
where ($all_lpas or lpa in (select unnest($lpas)))
group by all order by in_scope desc, offences desc, class_key
