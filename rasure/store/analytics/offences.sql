-- name: sums
-- For each hexagon of a selection and each premises in it (empty: anywhere else) its offences and their weight by age
-- (`incoming`: dated_on, weight, block), with harm where it is known. Weights are whole numbers, so that no order of rows
-- can move a sum.
select c.cell, c.premises, count(*) as n, sum(i.weight) as score, count(c.harm_days) as n_with_harm,
    sum(cast(c.harm_days * i.weight as bigint)) as harm_score,
    sum(cast(sqrt(c.harm_days) * i.weight as bigint)) as sqrt_harm_score,
    max(cast(c.harm_days * i.weight as bigint)) as top_event, max(c.dated_on) as last_on, bit_or(i.block) as blocks
from counted c
join incoming i using (dated_on)
where c.cell is not null and not c.outside_force
    and ($all_lpas or c.lpa in (select unnest($lpas)))
    and ($any_lpa or c.lpa = $lpa)
    and c.dated_on between $first_on and $last_on
    and ($any_group or c.offence_group in (select unnest($groups)))
    and ($any_band or c.band = $band)
    and ($weak or c.grade in ('exact', 'street'))
group by c.cell, c.premises

-- name: to_rank
-- Located offences of a selection one by one: cell, dated_on, harm_days, premises; for what sums by age cannot tell.
select cell, dated_on, harm_days, premises
from counted
where cell is not null and not outside_force
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
    and dated_on between $first_on and $last_on
    and ($any_group or offence_group in (select unnest($groups)))
    and ($any_band or band = $band)
    and ($weak or grade in ('exact', 'street'))

-- name: two_periods
-- Located offences of each hexagon in a period and in the one it is compared with: cell, lpa, now, before; those at
-- premises set apart (`incoming`: cell, premises) left out.
select cell, any_value(lpa) as lpa,
    count(*) filter (dated_on between $first_on and $last_on) as now,
    count(*) filter (dated_on between $before_first_on and $before_last_on) as before
from counted c
where cell is not null and not outside_force
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
    and (dated_on between $first_on and $last_on or dated_on between $before_first_on and $before_last_on)
    and ($any_group or offence_group in (select unnest($groups)))
    and ($any_band or band = $band)
    and ($weak or grade in ('exact', 'street'))
    and not exists (select 1 from incoming a where a.cell = c.cell and a.premises = c.premises)
group by cell

-- name: dated_points
-- The latest offences of a selection whose day and place are known: e_dm, n_dm, dated_on. Published points are left out:
-- their snapping makes neighbours of strangers, and their day is a month's last. So are those at premises set apart
-- (`incoming`: cell, premises).
select e_dm, n_dm, dated_on
from counted c
where cell is not null and not outside_force and source != 'police_uk'
    and precision != 'month' and grade in ('exact', 'street')
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
    and dated_on between $first_on and $last_on
    and ($any_group or offence_group in (select unnest($groups)))
    and ($any_band or band = $band)
    and not exists (select 1 from incoming a where a.cell = c.cell and a.premises = c.premises)
order by dated_on desc, e_dm, n_dm
limit $most

-- name: premises_counts
-- Offences of a selection at each known premises with at least $least of them, and in its hexagon as a whole: cell,
-- premises, events, total.
select cell, premises, count(*) as events, sum(count(*)) over (partition by cell)::bigint as total
from counted
where cell is not null and not outside_force
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
    and dated_on between $first_on and $last_on
    and ($any_group or offence_group in (select unnest($groups)))
    and ($any_band or band = $band)
    and ($weak or grade in ('exact', 'street'))
group by cell, premises
qualify premises is not null and events >= $least

-- name: summary
-- What a selection holds, and what of it cannot be placed or timed.
select
    count(*) as offences,
    count(*) filter (cell is not null and not outside_force) as located,
    count(*) filter (cell is null) as unlocated,
    count(*) filter (outside_force) as outside_force,
    count(*) filter (grade in ('centroid', 'suspect')) as weak,
    count(*) filter (precision = 'month') as month_only,
    count(*) filter (band is null) as unbanded,
    count(harm_days) as with_harm,
    min(dated_on) as first_on,
    max(dated_on) as last_on
from counted
where ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
    and dated_on between $first_on and $last_on
    and ($any_group or offence_group in (select unnest($groups)))
    and ($any_band or band = $band)

-- name: groups
-- Offence groups that count under the rule in force and occur in the store.
select distinct offence_group
from counted
where ($all_lpas or lpa in (select unnest($lpas)))
order by offence_group

-- name: extent
-- First and last day with an in-scope offence.
select min(dated_on) as first_on, max(dated_on) as last_on
from counted
where ($all_lpas or lpa in (select unnest($lpas)))

-- name: premises
-- What the premises asked for (`incoming`: premises) are called and what kind of building each is.
-- unscoped: names of buildings; the caller has read the offences that lead here under a scope
select premises, premises_id, name as premises_name, kind, is_default_point, e_dm, n_dm from premises semi join incoming using (premises)

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
