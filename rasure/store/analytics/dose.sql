-- name: place_days
-- The dose of every assigned place-day of a period: what `patrol.dose.place_days` gives, over the counted visits of a
-- scope. (`incoming`: officer_id, hotspot_id, started_at, ended_at) are flagged visits a supervisor has restored;
-- widest_minutes is the dose if each visit lasted as long as its officer was not seen elsewhere, $unseen_s at either end.
-- Runs are numbered by range: visits of the same times share a number, in whatever order the window before had them.
with assigned as (
    select a.op_day, a.hotspot_id, any_value(h.lpa) as lpa, arg_max(a.arm, a.trial_id) as arm,
        arg_max(h.name, h.version) as name, arg_max(h.daily_cap, h.version) as daily_cap
    from allocation a join hotspot h using (hotspot_id)
    where a.op_day between $first_on and $last_on
        and ($all_lpas or h.lpa in (select unnest($lpas)))
        and ($any_lpa or h.lpa = $lpa)
    group by a.op_day, a.hotspot_id
), counted as (
    select v.op_day, v.hotspot_id, v.officer_id,
        epoch_us(v.started_at) as begins_us, epoch_us(v.ended_at) as ends_us,
        epoch_us(v.started_at) - 1000000 * least(coalesce(v.unseen_before_s, $unseen_s), $unseen_s) as earliest_us,
        epoch_us(v.ended_at) + 1000000 * least(coalesce(v.unseen_after_s, $unseen_s), $unseen_s) as latest_us,
        v.still_s + v.foot_s >= $valid_s as is_valid,
        v.is_tasked
    from visit v
    where v.op_day between $first_on and $last_on
        and ($all_lpas or v.lpa in (select unnest($lpas)))
        and ($any_lpa or v.lpa = $lpa)
        and (v.flag is null or exists (
            select 1 from incoming i where i.officer_id = v.officer_id and i.hotspot_id = v.hotspot_id
                and i.started_at <= v.started_at and v.ended_at <= i.ended_at))
), counted_ways as (
    select 'all' as way, op_day, hotspot_id, '' as officer_id, begins_us, ends_us, is_valid, is_tasked from counted
    union all
    select 'officer', op_day, hotspot_id, officer_id, begins_us, ends_us, is_valid, is_tasked from counted
    union all
    select 'tasked', op_day, hotspot_id, '', begins_us, ends_us, is_valid, is_tasked from counted where is_tasked
    union all
    select 'widest', op_day, hotspot_id, '', earliest_us, latest_us, is_valid, is_tasked from counted
), reached as (
    select *, max(ends_us) over (
            partition by way, op_day, hotspot_id, officer_id order by begins_us, ends_us
            rows between unbounded preceding and 1 preceding) as until_us
    from counted_ways
), numbered as (
    select *, sum(case when begins_us > until_us then 1 else 0 end) over (
            partition by way, op_day, hotspot_id order by begins_us, ends_us
            range between unbounded preceding and current row) as run
    from reached where way in ('all', 'tasked')
), runs as (
    select way, op_day, hotspot_id, run, (max(ends_us) - min(begins_us)) / 1e6 as length_s,
        bool_or(is_valid) as is_valid, bool_or(is_valid and is_tasked) as is_tasked_valid
    from numbered group by all
), lengths as (
    select op_day, hotspot_id,
        coalesce(sum(greatest(0, ends_us - greatest(begins_us, coalesce(until_us, begins_us)))) filter (way = 'officer'), 0)
            / 6e7 as officer_minutes,
        coalesce(sum(greatest(0, ends_us - greatest(begins_us, coalesce(until_us, begins_us)))) filter (way = 'widest'), 0)
            / 6e7 as widest_minutes
    from reached where way in ('officer', 'widest') group by op_day, hotspot_id
), doses as (
    select op_day, hotspot_id,
        sum(length_s) filter (way = 'all') / 60 as patrol_minutes,
        sum(length_s) filter (way = 'tasked') / 60 as tasked_minutes,
        count(*) filter (way = 'all' and length_s >= $pass_s) as visits,
        count(*) filter (way = 'all' and length_s < $pass_s) as pass_throughs,
        count(*) filter (way = 'tasked' and length_s >= $pass_s) as tasked_visits,
        count(*) filter (way = 'all' and is_valid) as valid_visits,
        count(*) filter (way = 'all' and is_tasked_valid) as tasked_valid_visits
    from runs group by op_day, hotspot_id
)
select a.op_day, a.hotspot_id, a.arm, a.lpa, a.name, a.daily_cap,
    coalesce(d.patrol_minutes, 0) as patrol_minutes, coalesce(l.officer_minutes, 0) as officer_minutes,
    coalesce(d.tasked_minutes, 0) as tasked_minutes,
    coalesce(d.patrol_minutes, 0) - coalesce(d.tasked_minutes, 0) as untasked_minutes,
    coalesce(l.widest_minutes, 0) as widest_minutes, coalesce(d.visits, 0) as visits, coalesce(d.pass_throughs, 0) as pass_throughs,
    coalesce(d.tasked_visits, 0) as tasked_visits, coalesce(d.valid_visits, 0) as valid_visits,
    coalesce(d.tasked_valid_visits, 0) as tasked_valid_visits
from assigned a
left join doses d using (op_day, hotspot_id)
left join lengths l using (op_day, hotspot_id)
order by a.op_day, a.hotspot_id

-- name: visits
-- Visits of a period one by one, with the officer's unit and is_counted: not flagged, or restored
-- (`incoming`: officer_id, hotspot_id, started_at, ended_at).
select v.officer_id, coalesce(u.name, 'Unit not known') as unit, v.hotspot_id, v.lpa, v.op_day, v.started_at, v.ended_at,
    v.still_s, v.foot_s, v.vehicle_s, v.unknown_s, v.still_s + v.foot_s as active_s, v.category, v.is_long, v.flag, v.source,
    v.unseen_before_s, v.unseen_after_s,
    v.is_tasked,
    v.flag is null or exists (
        select 1 from incoming i where i.officer_id = v.officer_id and i.hotspot_id = v.hotspot_id
            and i.started_at <= v.started_at and v.ended_at <= i.ended_at) as is_counted
from visit v
left join officer o using (officer_id)
left join unit u using (unit_id)
where v.op_day between $first_on and $last_on
    and ($all_lpas or v.lpa in (select unnest($lpas)))
    and ($any_lpa or v.lpa = $lpa)
order by v.started_at, v.hotspot_id, v.officer_id

-- name: outputs
-- What tasked patrols of a period recorded, by area: patrols, people spoken to, searches, arrests, and patrols that
-- recorded none of these.
select lpa, count(*) as patrols, sum(coalesce(spoken_to, 0))::bigint as spoken_to, sum(coalesce(searched, 0))::bigint as searched,
    sum(coalesce(arrested, 0))::bigint as arrested,
    count(*) filter (coalesce(spoken_to, 0) + coalesce(searched, 0) + coalesce(arrested, 0) = 0) as without_any
from patrol
where is_tasked and hotspot_id is not null
    and started_at >= $first_at and started_at < $until_at
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
group by lpa order by lpa

-- name: recorded
-- Who ever recorded tasked patrols up to a moment, by officer: unit, patrols, and how many of them name somebody spoken
-- to, searched or arrested, or a task done.
select p.officer_id, coalesce(u.name, 'Unit not known') as unit, count(*) as patrols,
    count(*) filter (coalesce(p.spoken_to, 0) + coalesce(p.searched, 0) + coalesce(p.arrested, 0)
        + coalesce(len(cast(p.tasks_done as varchar[])), 0) > 0) as with_outcome
from patrol p
left join officer o using (officer_id)
left join unit u using (unit_id)
where p.is_tasked and p.hotspot_id is not null and p.started_at < $until_at
    and ($all_lpas or p.lpa in (select unnest($lpas)))
    and ($any_lpa or p.lpa = $lpa)
group by p.officer_id, u.name order by p.officer_id

-- name: extent
-- First and last operational day on which a place was assigned or a visit seen.
select min(op_day) as first_on, max(op_day) as last_on
from (
    select a.op_day from allocation a join hotspot h using (hotspot_id)
    where ($all_lpas or h.lpa in (select unnest($lpas)))
    union all
    select op_day from visit where ($all_lpas or lpa in (select unnest($lpas)))
)

-- name: track
-- Positions of one officer from five minutes before a visit of a scope to five minutes after it, as received.
select p.seen_at, p.e_dm / 10 as e_m, p.n_dm / 10 as n_m, p.accuracy_m, p.source, p.flag
from ping p
where p.officer_id = $officer_id
    and p.seen_at between cast($started_at as timestamp) - interval 5 minute and cast($ended_at as timestamp) + interval 5 minute
    and exists (
        select 1 from visit v where v.officer_id = p.officer_id and v.hotspot_id = $hotspot_id
            and v.started_at = $started_at and v.ended_at = $ended_at
            and ($all_lpas or v.lpa in (select unnest($lpas))))
order by p.seen_at, p.source

-- name: ground
-- The hexagons of a hot spot in its latest version: centre in metres, and the words for each patrol area.
select a.patrol_area_id, a.name, a.cell, a.e_dm / 10 as e_m, a.n_dm / 10 as n_m
from patrol_area a
where a.hotspot_id = $hotspot_id
    and a.version = (select max(b.version) from patrol_area b where b.hotspot_id = a.hotspot_id and b.set_id = a.set_id)
    and ($all_lpas or a.lpa in (select unnest($lpas)))
order by a.patrol_area_id
