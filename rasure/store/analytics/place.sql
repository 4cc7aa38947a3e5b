-- name: offences
-- Located offences that count in one hexagon, oldest first: what every part of a place's page is counted from.
select o.dated_on, o.committed_from, o.committed_to, o.precision::varchar as precision, o.offence_group, o.harm_days,
    o.premises, p.premises_id, o.grade::varchar as grade
from counted o left join premises p using (premises)
where o.cell = $cell and not o.outside_force
    and ($all_lpas or o.lpa in (select unnest($lpas)))
    and ($any_lpa or o.lpa = $lpa)
    and o.dated_on between $first_on and $last_on
    and ($any_group or o.offence_group in (select unnest($groups)))
    and ($any_band or o.band = $band)
    and ($weak or o.grade in ('exact', 'street'))
order by o.dated_on, o.committed_from

-- name: latest
-- The latest $most of them in full, newest first, without those at what is set apart ($apart_premises, or the default
-- point $apart_e_dm, $apart_n_dm).
with latest as (
    select o.offence_id, o.row_key
    from scored_offence o
    where o.cell = $cell and o.in_scope and not coalesce(o.outside_force, false)
        and ($all_lpas or o.lpa in (select unnest($lpas)))
        and ($any_lpa or o.lpa = $lpa)
        and o.dated_on between $first_on and $last_on
        and ($any_group or o.offence_group in (select unnest($groups)))
        and ($any_band or o.band = $band)
        and ($weak or o.grade in ('exact', 'street'))
        and coalesce(o.location_id, '') not in (select location_id from location where cell = $cell and premises_id = $apart_premises)
        and not ($apart_point and o.grade = 'centroid' and o.e_dm = $apart_e_dm and o.n_dm = $apart_n_dm
            and coalesce(o.location_id, '') not in (select location_id from location where cell = $cell and premises_id is not null))
    order by o.dated_on desc, o.committed_from desc, o.row_key desc
    limit $most
)
select o.dated_on, o.committed_from, o.committed_to, o.precision::varchar as precision, c.offence_group,
    o.location_text, o.weapon, o.outcome, o.offence_id
from offence o semi join latest using (offence_id, row_key) join offence_class c using (class_key)
where o.cell = $cell and ($all_lpas or o.lpa in (select unnest($lpas)))
order by o.dated_on desc, o.committed_from desc, o.row_key desc

-- name: times
-- When the in-scope offences of a selection happened: start and end of those with a clock time.
select committed_from, committed_to
from counted
where precision in ('exact', 'range') and committed_from is not null
    and ($all_lpas or lpa in (select unnest($lpas)))
    and dated_on between $first_on and $last_on
    and ($any_group or offence_group in (select unnest($groups)))
    and ($any_band or band = $band)

-- name: premises
-- Premises inside a hexagon, one row each: never a dwelling, whose name is an address somebody lives at.
select premises_id, min(name) as name, min(kind) as kind, bool_or(is_institution) as is_institution,
    avg(e_dm) / 10 as e_m, avg(n_dm) / 10 as n_m
from location
where cell = $cell and premises_id is not null and kind not in ('dwelling', 'street', 'unknown')
    and ($all_lpas or lpa in (select unnest($lpas)))
group by premises_id order by premises_id

-- name: people
-- How many different people are victim, suspect or offender in the same offences: a number, no row.
select count(distinct i.person_id)
from involvement i join scored_offence o using (offence_id)
where i.role in ('victim', 'suspect', 'offender')
    and o.cell = $cell and o.in_scope and not coalesce(o.outside_force, false)
    and ($all_lpas or o.lpa in (select unnest($lpas)))
    and ($any_lpa or o.lpa = $lpa)
    and o.dated_on between $first_on and $last_on
    and ($any_group or o.offence_group in (select unnest($groups)))
    and ($any_band or o.band = $band)
    and ($weak or o.grade in ('exact', 'street'))
    and coalesce(o.location_id, '') not in (select location_id from location where cell = $cell and premises_id = $apart_premises)
    and not ($apart_point and o.grade = 'centroid' and o.e_dm = $apart_e_dm and o.n_dm = $apart_n_dm
        and coalesce(o.location_id, '') not in (select location_id from location where cell = $cell and premises_id is not null))

-- name: hot_spots
-- Every published hot spot that holds a hexagon, latest first; first_at is when its set first held the hexagon.
select h.hotspot_id, h.name, h.contact, h.daily_cap, h.tasks, s.set_id, s.version, s.name as set_name, s.created_at,
    min(s.created_at) over (partition by s.set_id) as first_at,
    (select max(n.version) from hotspot_set n where n.set_id = s.set_id) as latest_version,
    (select count(*) from patrol_area a where a.set_id = h.set_id and a.version = h.version
        and a.hotspot_id = h.hotspot_id) as patrol_areas
from hotspot h
join hotspot_set s on s.set_id = h.set_id and s.version = h.version
where exists (
        select 1 from patrol_area a where a.set_id = h.set_id and a.version = h.version
            and a.hotspot_id = h.hotspot_id and a.cell = $cell)
    and ($all_lpas or h.lpa in (select unnest($lpas)))
order by s.created_at desc, s.set_id, s.version desc, h.hotspot_id

-- name: plans
-- Problem-solving plans of a place, named by its hexagon or by a hot spot holding it; open ones first, then newest.
select plan_id, title, owner, sponsor, problem, objective, opened_on, review_due_on, closed_on, closure_reason
from plan
where subject_kind = 'place' and subject_id in (select unnest($subjects))
    and ($all_lpas or lpa in (select unnest($lpas)))
order by closed_on is not null, opened_on desc, plan_id

-- name: plan_responses
-- What the plans of a place do, under the 4Ps.
select r.plan_id, r.heading, r.response, r.lead_agency, r.starts_on, r.ends_on
from plan_response r
join plan p using (plan_id)
where p.subject_kind = 'place' and p.subject_id in (select unnest($subjects))
    and ($all_lpas or p.lpa in (select unnest($lpas)))
order by r.plan_id, r.starts_on, r.heading, r.response

-- name: patrols
-- What officers recorded of their patrols of a hot spot, counted: no officer is named.
select count(*) as patrols, count(*) filter (is_tasked) as tasked,
    count(*) filter (mode in ('foot', 'stopped')) as on_foot_or_stopped, max(started_at) as last_at
from patrol
where hotspot_id = $hotspot_id and ($all_lpas or lpa in (select unnest($lpas)))

-- name: visits
-- Visits to a hot spot worked out from tracks, counted; computed says whether any visit was worked out at all.
select count(*) as visits, max(started_at) as last_at, exists (select 1 from visit) as computed
from visit
where hotspot_id = $hotspot_id and ($all_lpas or lpa in (select unnest($lpas)))
