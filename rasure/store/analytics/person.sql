-- name: standing
-- Whether a person has a part in an offence of the reader's areas that the reader may know of, and is under 18 by
-- $today. No name, no date; one row, or none.
select coalesce(date_sub('year', p.born_on, $today) < 18, false) as is_child
from person p
where p.person_id = $person_id and exists (
    select 1 from judged
    where person_id = $person_id and ($all_lpas or list_contains($lpas, lpa))
        and ($sees_victims or role in ('suspect', 'offender')))
limit 1

-- name: known_person
-- Whether anybody has this identifier, wherever.
-- unscoped: for the log alone, which names no identifier that is none; the answer never leaves the service
select exists (select 1 from person where person_id = $id)

-- name: known_place
-- Whether there is such a hexagon.
-- unscoped: ground, no records
select exists (select 1 from cell where cell = try_cast($id as bigint))

-- name: known_offence
-- Whether there is such an offence, wherever.
-- unscoped: for the log alone, which names no identifier that is none; the answer never leaves the service
select exists (select 1 from offence where offence_id = $id)

-- name: place_standing
-- One row when a hexagon lies in the reader's areas.
select false as is_child from cell
where cell = try_cast($id as bigint) and ($all_lpas or lpa in (select unnest($lpas)))

-- name: offence_standing
-- One row when an offence lies in the reader's areas.
select false as is_child from offence
where offence_id = $id and ($all_lpas or lpa in (select unnest($lpas)))
limit 1

-- name: identity
-- Who the opened person is, each column only to readers who hold it; of a child nothing without approval. One row, or
-- none when the person has no part in an offence of the reader's areas that the reader may know of.
with parts as (
    select bool_or(role = 'victim') as has_been_victim,
        coalesce(bool_or($sees_victims or role in ('suspect', 'offender')), false) as is_there
    from judged
    where person_id = $opened_person and ($all_lpas or list_contains($lpas, lpa))
)
select p.person_id,
    case when $sees_name then p.family_name end as family_name,
    case when $sees_name then p.given_name end as given_name,
    case when $sees_born_on then p.born_on end as born_on,
    date_sub('year', p.born_on, $today) as age_years,
    p.gender,
    coalesce(date_sub('year', p.born_on, $today) < 18, false) as is_child,
    parts.has_been_victim
from person p, parts
where p.person_id = $opened_person and parts.is_there
    and ($sees_children or not coalesce(date_sub('year', p.born_on, $today) < 18, false))
limit 1

-- name: days
-- On which days there are offences of the reader's areas in which the opened person has a part the reader may know of.
select distinct dated_on from judged
where person_id = $opened_person and ($all_lpas or list_contains($lpas, lpa))
    and ($sees_victims or role in ('suspect', 'offender'))
    and ($sees_children or not exists (
        select 1 from person where person_id = $opened_person and date_sub('year', born_on, $today) < 18))
order by dated_on

-- name: history
-- The opened person's part in each offence of the reader's areas, latest first: the fact of the role and its category,
-- the evidence as assessed, what the offence was, where, and its harm. Victim and witness only to who may know.
-- $days are those of the person's offences, so that offences of other days are skipped as they are read.
with own as materialized (
    select offence_id, role, category, evidence from judged
    where person_id = $opened_person and ($all_lpas or list_contains($lpas, lpa))
        and ($sees_victims or role in ('suspect', 'offender'))
        and ($sees_children or not exists (
            select 1 from person where person_id = $opened_person and date_sub('year', born_on, $today) < 18))
),
theirs as materialized (
    select offence_id, dated_on, committed_from, committed_to, precision, class_key, weapon, outcome, lpa, cell,
        location_text
    from offence semi join own using (offence_id)
    where list_contains($days, dated_on) and ($all_lpas or list_contains($lpas, lpa))
)
select own.*, o.dated_on, o.committed_from, o.committed_to, o.precision::varchar as precision, c.offence,
    c.offence_group, o.weapon, o.outcome, o.lpa, o.cell, o.location_text, h.days as harm_days
from own
join theirs o using (offence_id)
left join offence_class c on c.class_key = o.class_key
left join harm_weight h on h.harm_key = c.harm_key
    and h.edition = (select value from store_meta where key = 'harm_edition')
order by o.dated_on desc, o.committed_from desc, own.offence_id, own.role

-- name: associates
-- Who was suspect or offender in the same offences of the reader's areas as the opened person was, most often first.
-- A child's name is never among them: approval is for one record. $days as in `history`.
with own as materialized (
    select distinct offence_id from judged
    where person_id = $opened_person and role in ('suspect', 'offender')
        and ($all_lpas or list_contains($lpas, lpa))
        and ($sees_children or not exists (
            select 1 from person where person_id = $opened_person and date_sub('year', born_on, $today) < 18))
),
others as materialized (
    select person_id, count(distinct offence_id) as together, max(dated_on) as last_on
    from involvement semi join own using (offence_id)
    where list_contains($days, dated_on) and person_id <> $opened_person and role in ('suspect', 'offender')
        and ($all_lpas or list_contains($lpas, lpa))
    group by person_id
    order by together desc, last_on desc, person_id
    limit $most
)
select o.person_id,
    case when $sees_name and not coalesce(date_sub('year', p.born_on, $today) < 18, false) then p.family_name end
        as family_name,
    case when $sees_name and not coalesce(date_sub('year', p.born_on, $today) < 18, false) then p.given_name end
        as given_name,
    coalesce(date_sub('year', p.born_on, $today) < 18, false) as is_child, o.together, o.last_on
from others o join person p using (person_id)
order by o.together desc, o.last_on desc, o.person_id

-- name: between
-- How often some associates of the opened person were suspects or offenders together, without that person, in the
-- reader's areas.
with among as (
    select distinct offence_id, person_id from judged
    where list_contains($person_ids, person_id) and role in ('suspect', 'offender')
        and ($all_lpas or list_contains($lpas, lpa)) and $opened_person is not null
)
select a.person_id, b.person_id as other_id, count(*) as together
from among a join among b on a.offence_id = b.offence_id and a.person_id < b.person_id
group by all order by all

-- name: orders
-- Orders and bail that bind or bound the opened person, the latest first.
select o.kind, o.made_on, o.ends_on, o.ended_on, o.breached_on, o.conditions
from court_order o join person p using (person_id)
where o.person_id = $opened_person
    and ($sees_children or not coalesce(date_sub('year', p.born_on, $today) < 18, false))
    and exists (
        select 1 from judged where person_id = $opened_person and role in ('suspect', 'offender')
            and ($all_lpas or list_contains($lpas, lpa)))
order by o.made_on desc, o.kind

-- name: plans
-- Problem-solving plans about the opened person, open ones first, then the latest.
select q.plan_id, q.title, q.owner, q.sponsor, q.problem, q.objective, q.opened_on, q.review_due_on, q.closed_on,
    q.closure_reason
from plan q join person p on p.person_id = q.subject_id
where q.subject_kind = 'person' and q.subject_id = $opened_person
    and ($all_lpas or q.lpa in (select unnest($lpas)))
    and ($sees_children or not coalesce(date_sub('year', p.born_on, $today) < 18, false))
order by q.closed_on is not null, q.opened_on desc, q.plan_id

-- name: plan_responses
-- What those plans do, under the 4Ps.
select r.plan_id, r.heading, r.response, r.lead_agency, r.starts_on, r.ends_on
from plan_response r
join plan q using (plan_id)
join person p on p.person_id = q.subject_id
where q.subject_kind = 'person' and q.subject_id = $opened_person
    and ($all_lpas or q.lpa in (select unnest($lpas)))
    and ($sees_children or not coalesce(date_sub('year', p.born_on, $today) < 18, false))
order by r.plan_id, r.starts_on, r.heading, r.response

-- name: at_place
-- Who is recorded in the offences that count of the opened hexagon since $since_on, the most often first: offences by
-- role. No child's name; victims and witnesses only to who may know of them.
with own as (
    select offence_id from scored_offence
    where cell = try_cast($opened_place as bigint) and in_scope and dated_on >= $since_on
        and ($all_lpas or lpa in (select unnest($lpas)))
)
select i.person_id,
    case when $sees_name and not bool_or(coalesce(date_sub('year', p.born_on, $today) < 18, false))
        then any_value(p.family_name) end as family_name,
    case when $sees_name and not bool_or(coalesce(date_sub('year', p.born_on, $today) < 18, false))
        then any_value(p.given_name) end as given_name,
    bool_or(coalesce(date_sub('year', p.born_on, $today) < 18, false)) as is_child,
    count(distinct i.offence_id) filter (i.role in ('suspect', 'offender')) as suspected,
    count(distinct i.offence_id) filter (i.category = 'convicted') as convicted,
    case when $sees_victims then count(distinct i.offence_id) filter (i.role = 'victim') end as victim,
    case when $sees_victims then count(distinct i.offence_id) filter (i.role = 'witness') end as witness,
    max(i.dated_on) as last_on
from involvement i join own using (offence_id) join person p using (person_id)
where ($sees_victims or i.role in ('suspect', 'offender'))
group by i.person_id
order by count(distinct i.offence_id) desc, last_on desc, i.person_id

-- name: in_offence
-- Who is recorded in the opened offence, one row a role. No child's name.
select i.person_id, i.role, i.category, i.evidence,
    case when $sees_name and not coalesce(date_sub('year', p.born_on, $today) < 18, false) then p.family_name end
        as family_name,
    case when $sees_name and not coalesce(date_sub('year', p.born_on, $today) < 18, false) then p.given_name end
        as given_name,
    coalesce(date_sub('year', p.born_on, $today) < 18, false) as is_child
from involvement i join person p using (person_id)
where i.offence_id = $opened_offence and ($all_lpas or i.lpa in (select unnest($lpas)))
    and ($sees_victims or i.role in ('suspect', 'offender'))
order by i.role, i.person_id

-- name: linked_to_place
-- How many different people `at_place` would name of a hexagon: a number for the log.
select count(distinct i.person_id)
from involvement i join scored_offence o using (offence_id)
where o.cell = try_cast($id as bigint) and o.in_scope and o.dated_on >= $since_on
    and ($all_lpas or o.lpa in (select unnest($lpas)))
    and ($sees_victims or i.role in ('suspect', 'offender'))

-- name: linked_to_offence
-- How many different people `in_offence` would name of an offence: a number for the log.
select count(distinct i.person_id)
from involvement i
where i.offence_id = $id and ($all_lpas or i.lpa in (select unnest($lpas)))
    and ($sees_victims or i.role in ('suspect', 'offender'))

-- name: offence
-- One offence in the reader's areas, without anybody: when, what, where, with what.
select o.offence_id, o.occurrence_id, o.dated_on, o.committed_from, o.committed_to, o.precision::varchar as precision,
    o.reported_at, c.offence, c.offence_group, c.include_rule, o.weapon, o.weapon_present, o.outcome, o.outcome_on, o.lpa,
    o.cell, o.grade::varchar as grade, o.location_text, l.kind as location_kind, h.days as harm_days
from offence o
left join location l on l.location_id = o.location_id
left join offence_class c on c.class_key = o.class_key
left join harm_weight h on h.harm_key = c.harm_key
    and h.edition = (select value from store_meta where key = 'harm_edition')
where o.offence_id = $id and ($all_lpas or o.lpa in (select unnest($lpas)))
limit 1

-- name: known_for_panel
-- What the panel of unusual look-ups compares: the family name, and the area when all of a person's parts lie in one
-- (`incoming`: person_id).
-- unscoped: for that panel alone, which compares these with the officers' own and shows none of them
select p.person_id, any_value(p.family_name) as family_name,
    case when count(distinct i.lpa) = 1 then any_value(i.lpa) end as lpa
from person p semi join incoming using (person_id) left join involvement i using (person_id)
group by p.person_id
