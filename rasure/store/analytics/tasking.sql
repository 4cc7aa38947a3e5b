-- name: events_in_box
-- Located offences of a selection inside a box, each with its exact place: what an outline is fitted to. Those at the
-- institutions in `incoming` (cell, premises) are left out, as in the ranking.
select e_dm / 10 as e_m, n_dm / 10 as n_m, dated_on, harm_days
from counted c
where e_dm between $west_dm and $east_dm and n_dm between $south_dm and $north_dm and not outside_force
    and not exists (select 1 from incoming i where i.cell = c.cell and i.premises = c.premises)
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
    and dated_on between $first_on and $last_on
    and ($any_group or offence_group in (select unnest($groups)))
    and ($any_band or band = $band)
    and ($weak or grade in ('exact', 'street'))
order by dated_on, e_dm, n_dm, harm_days

-- name: sets
-- Every version of every published set, newest first, with how much of it the reader may see.
select s.set_id, s.version, s.name, s.created_at, s.created_by, s.rule::varchar as rule, s.data_version, s.note,
    count(distinct h.hotspot_id) as hot_spots, count(a.patrol_area_id) as patrol_areas
from hotspot_set s
join hotspot h on h.set_id = s.set_id and h.version = s.version
join patrol_area a on a.set_id = h.set_id and a.version = h.version and a.hotspot_id = h.hotspot_id
where ($all_lpas or h.lpa in (select unnest($lpas)))
group by all
order by s.created_at desc, s.set_id, s.version desc

-- name: set_areas
-- The patrol areas of one version of a set with what their hot spots say.
select h.hotspot_id, h.name, h.lpa, h.contact, h.daily_cap, h.tasks, a.patrol_area_id, a.name as patrol_area_name,
    a.cell, a.e_dm, a.n_dm, a.outline_wkb
from hotspot h
join patrol_area a on a.set_id = h.set_id and a.version = h.version and a.hotspot_id = h.hotspot_id
where h.set_id = $set_id and h.version = $version
    and ($all_lpas or h.lpa in (select unnest($lpas)))
order by h.hotspot_id, a.patrol_area_id

-- name: latest_version
-- The highest version of a set, empty when there is none.
-- unscoped: a number; publishing needs it over all areas
select max(version) from hotspot_set where set_id = $set_id
