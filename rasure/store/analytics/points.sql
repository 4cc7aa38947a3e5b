-- name: offences
-- In-scope offences of one hexagon by the exact point they are recorded at: the street, the offence group, how many.
-- Those at homes come by squares of 50 metres, so that no home is pointed at.
with placed as (
    select o.offence_group, o.dated_on, o.precision, o.grade,
        coalesce(l.kind = 'dwelling', false) as is_home,
        case when l.kind = 'dwelling' then o.e_dm // 500 * 500 + 250 else o.e_dm end as e_dm,
        case when l.kind = 'dwelling' then o.n_dm // 500 * 500 + 250 else o.n_dm end as n_dm,
        case when l.kind = 'dwelling' then l.street else o.location_text end as street
    from scored_offence o left join location l using (location_id)
    where o.in_scope and o.cell = $cell and o.e_dm is not null and not coalesce(o.outside_force, false)
        and ($all_lpas or o.lpa in (select unnest($lpas)))
        and ($any_lpa or o.lpa = $lpa)
        and o.dated_on between $first_on and $last_on
        and ($any_group or o.offence_group in (select unnest($groups)))
        and ($any_band or o.band = $band)
        and ($weak or o.grade in ('exact', 'street'))
)
select e_dm, n_dm, is_home, street, offence_group, count(*) as n, min(dated_on) as first_on, max(dated_on) as last_on,
    bool_or(precision = 'month') as month_only, bool_and(grade in ('centroid', 'suspect')) as is_weak
from placed
group by e_dm, n_dm, is_home, street, offence_group
order by e_dm, n_dm, is_home, street, offence_group

-- name: patrol_areas
-- The patrol areas of one published hot spot: what they are called, the hexagon each is, and its outline if moved.
select a.name, a.cell, a.outline_wkb
from patrol_area a
where a.set_id = $set_id and a.version = $version and a.hotspot_id = $hotspot_id
    and ($all_lpas or a.lpa in (select unnest($lpas)))
order by a.patrol_area_id

-- name: weapons
-- Weapons recorded in the in-scope offences of one hexagon: how many offences each, none, and those that do not say.
-- Offences at what the ranking sets apart, a building or the source's default point, are left out as they are there.
select case when o.weapon_present then coalesce(o.weapon, 'unspecified') when not o.weapon_present then 'none' end
    as weapon, count(*) as n
from scored_offence o
left join location l on l.location_id = o.location_id and l.cell = $cell
where o.in_scope and o.cell = $cell and not coalesce(o.outside_force, false)
    and ($all_lpas or o.lpa in (select unnest($lpas)))
    and ($any_lpa or o.lpa = $lpa)
    and o.dated_on between $first_on and $last_on
    and ($any_group or o.offence_group in (select unnest($groups)))
    and ($any_band or o.band = $band)
    and ($weak or o.grade in ('exact', 'street'))
    and coalesce(l.premises_id <> $apart_premises, true)
    and not ($apart_default and l.premises_id is null and o.grade = 'centroid')
group by 1 order by n desc, weapon
