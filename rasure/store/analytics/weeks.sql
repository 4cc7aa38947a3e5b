-- name: reach
-- How far the offences with a known day reach: first and last operational day, and the newest report (UTC).
-- unscoped: three moments of the whole store, no record
select min(op_day) as first_on, max(op_day) as last_on, max(reported_at) as reported_at
from offence where op_day is not null

-- name: counts
-- Offences that count by operational week, area and group, each week as it was known by a moment of its own
-- (`incoming`: week_on, known_until); `offences` counts all that is known of it now, n what was known then. Of what was
-- known: harm, and how many have a weight.
select i.week_on, o.lpa, o.offence_group, count(*) as offences,
    count(*) filter (o.reported_at is null or o.reported_at < i.known_until) as n,
    coalesce(sum(o.harm_days) filter (o.reported_at is null or o.reported_at < i.known_until), 0)::double as harm_days,
    count(o.harm_days) filter (o.reported_at is null or o.reported_at < i.known_until) as with_harm
from scored_offence o
join incoming i on i.week_on = date_trunc('week', o.op_day)::date
where o.in_scope and ($all_lpas or o.lpa in (select unnest($lpas)))
group by all
order by i.week_on, o.lpa nulls first, o.offence_group

-- name: gravest
-- The one offence of most harm of some operational days, as it was known by a moment; no row where none has a weight.
select o.harm_days, c.offence
from scored_offence o
join offence_class c using (class_key)
where o.in_scope and o.harm_days is not null and o.op_day between $first_on and $last_on
    and (o.reported_at is null or o.reported_at < $until_at)
    and ($all_lpas or o.lpa in (select unnest($lpas)))
    and ($any_lpa or o.lpa = $lpa)
order by o.harm_days desc, c.class_key desc
limit 1

-- name: places
-- The hexagons of one area with the most offences of some operational days, and whether each is patrol ground now.
select o.cell, any_value(s.street) as street, count(*) as offences,
    bool_or(o.cell in (select a.cell from patrol_area a where a.cell is not null and a.lpa = $lpa)) as is_patrolled
from scored_offence o
left join cell_street s using (cell)
where o.in_scope and o.cell is not null and o.op_day between $first_on and $last_on and o.lpa = $lpa
    and ($all_lpas or o.lpa in (select unnest($lpas)))
group by o.cell
order by offences desc, o.cell
limit $most

-- name: outcomes
-- Offences that count of some operational days, and those whose outcome in force is one of $groups.
select count(*) as offences, count(outcome) as with_outcome,
    count(*) filter (lower(outcome) in (select unnest($groups))) as positive
from scored_offence
where in_scope and op_day between $first_on and $last_on
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)

-- name: searches
-- Searches of some days: how many, with a recorded outcome, found what was looked for.
select count(*) as searches, count(outcome) as with_outcome, count(*) filter (outcome is not null and outcome_linked) as found
from stop_search
where searched_on between $first_on and $last_on
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)

-- name: any_searches
-- Whether the store holds any search at all.
-- unscoped: a yes or no
select exists (select 1 from stop_search)

-- name: plans
-- Problem-solving plans opened by the end of a period, the review that is longest due first; without a title where it is
-- about a person, for whoever reads a summary is told of nobody.
select plan_id, case when subject_kind <> 'person' then title end as title, lpa, opened_on, review_due_on,
    case when closed_on <= $last_on then closed_on end as closed_on
from plan
where opened_on <= $last_on
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
order by review_due_on nulls last, plan_id

-- name: operations
-- Operations of a period and what funds them, the first to end first.
select operation_id, name, lpa, starts_on, ends_on, funding_gbp::double as funding_gbp, funder
from operation
where coalesce(starts_on, $first_on) <= $last_on and coalesce(ends_on, $last_on) >= $first_on
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
order by ends_on nulls last, operation_id

-- name: partners
-- Agencies engaged by the end of a period, the longest without a contact first.
select partner_id, name, lpa, engaged_on, last_contact_on
from partner
where coalesce(engaged_on, $last_on) <= $last_on
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
order by last_contact_on nulls first, partner_id

-- name: training
-- Officers by course, as of the end of a period: trained in the period, trained at all, and those whose refresher is due.
with latest as (
    select t.course, t.officer_id, max(t.completed_on) as completed_on,
        arg_max(t.refresher_due_on, t.completed_on) as refresher_due_on
    from training t
    join officer o using (officer_id)
    where t.completed_on <= $last_on
        and ($all_lpas or o.lpa in (select unnest($lpas)))
        and ($any_lpa or o.lpa = $lpa)
    group by t.course, t.officer_id
)
select course, count(*) as officers, count(*) filter (completed_on >= $first_on) as trained,
    count(*) filter (refresher_due_on <= $last_on) as due
from latest
group by course
order by course
