-- name: cell_counts
-- Offences of every hexagon of the study area, zeros included, and of any other hexagon the selection reaches: cell, n,
-- in_area; those at premises set apart (`incoming`: cell, premises) left out.
with held as (
    select cell, count(*) as n
    from counted c
    where cell is not null and not outside_force
        and ($all_lpas or lpa in (select unnest($lpas)))
        and ($any_lpa or lpa = $lpa)
        and dated_on between $first_on and $last_on
        and ($any_group or offence_group in (select unnest($groups)))
        and ($any_band or band = $band)
        and ($weak or grade in ('exact', 'street'))
        and not exists (select 1 from incoming a where a.cell = c.cell and a.premises = c.premises)
    group by cell
),
ground as (
    select cell from cell
    where in_force and ($all_lpas or lpa in (select unnest($lpas))) and ($any_lpa or lpa = $lpa)
)
select cell, coalesce(n, 0) as n, ground.cell is not null as in_area
from ground full join held using (cell) order by cell

-- name: point_days
-- Located offences of a selection added up by point and day: cell, e_dm, n_dm, dated_on, n, and their mass by the
-- measure asked for; those at premises set apart (`incoming`: cell, premises) left out. Masses are added as decimals, so
-- that the order of the rows changes not one bit of them.
select cell, e_dm, n_dm, dated_on, count(*) as n,
    sum(round(case $measure
        when 'count' then 1 when 'harm' then coalesce(harm_days, 0) else sqrt(coalesce(harm_days, 0)) end, 6
    )::decimal(18, 6))::double as mass
from counted c
where cell is not null and not outside_force
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
    and dated_on between $first_on and $last_on
    and ($any_group or offence_group in (select unnest($groups)))
    and ($any_band or band = $band)
    and ($weak or grade in ('exact', 'street'))
    and not exists (select 1 from incoming a where a.cell = c.cell and a.premises = c.premises)
group by cell, e_dm, n_dm, dated_on
order by cell, e_dm, n_dm, dated_on
