-- name: done
-- For the ranking: id, date, kind, harm, evidence of everything candidates are suspected or proven to have done from
-- $read_from, which may lie before the look-back, to say since when the rule is met. Candidates have an event in the scope and at least $least_dates dates that may qualify; the rule
-- itself judges. Proof counts of an offender alone; a suspect's is suspicion. Where it happened is not read out.
with own as (
    select i.person_id as id, i.offence_id, i.dated_on as date, i.role, i.evidence, i.lpa
    from involvement i
    where i.role in ('suspect', 'offender') and i.dated_on between $read_from and $as_of
        and ($any_person or i.person_id = $person_id)
),
likely as (
    select id from own group by id
    having count(distinct date) filter (role = 'offender' and evidence in (select unnest($qualifying))) >= $least_dates
        and bool_or(date >= $first_on and ($all_lpas or lpa in (select unnest($lpas))) and ($any_lpa or lpa = $lpa))
),
knives as (select distinct offence_id from weapon where weapon = 'knife'),
judged as (
    select e.id, e.date, coalesce(o.harm_days, 0) as harm,
        case when e.evidence = 'searched_nothing_found' then 'searched'
            when o.class_key in (select unnest($blade_classes)) then 'knife_possession'
            when k.offence_id is not null and o.class_key in (select unnest($weapon_classes)) then 'knife_possession'
            when k.offence_id is not null then 'knife_enabled'
            when o.in_scope then 'violence' end as kind,
        case when e.evidence is null then 'suspect'
            when e.role = 'suspect' and e.evidence not in ('intelligence', 'searched_nothing_found') then 'suspect'
            else e.evidence end as evidence
    from own e semi join likely using (id)
    join scored_offence o using (offence_id)
    left join knives k using (offence_id)
),
candidates as (
    select id from judged
    where kind in (select unnest($kinds)) and evidence in (select unnest($qualifying))
    group by id having count(distinct date) >= $least_dates
)
select id, date, kind, harm, evidence from judged semi join candidates using (id) where kind is not null

-- name: suffered
-- For the ranking: id, date, kind, harm, evidence of the counted violence that candidates were victims of in the
-- look-back; candidates have been a victim in the scope, and on at least $least_dates dates. Empty without the column.
with own as (
    select i.person_id as id, i.offence_id, i.dated_on as date, i.lpa
    from involvement i
    where i.role = 'victim' and i.dated_on between $read_from and $as_of and $sees_victims
        and ($any_person or i.person_id = $person_id)
),
likely as (
    select id from own group by id
    having count(distinct date) >= $least_dates
        and bool_or(date >= $first_on and ($all_lpas or lpa in (select unnest($lpas))) and ($any_lpa or lpa = $lpa))
)
select e.id, e.date, 'suffered' as kind, coalesce(o.harm_days, 0) as harm, 'victim' as evidence
from own e semi join likely using (id) join scored_offence o using (offence_id)
where o.in_scope

-- name: ages
-- For the ranking: id and age in whole years of people asked for (`incoming`: id).
-- unscoped: years alone, of people whose events the caller has read under a scope
select i.id, date_sub('year', p.born_on, $as_of) as age
from incoming i left join person p on p.person_id = i.id

-- name: identities
-- Who people asked for (`incoming`: id) are, as far as the scope's columns go. Of somebody under 18, or of unknown age,
-- no name leaves here: their record is opened with a second approval.
select p.person_id as id,
    case when $sees_name and (date_sub('year', p.born_on, $as_of) >= 18 or $sees_children) then p.family_name end as family_name,
    case when $sees_name and (date_sub('year', p.born_on, $as_of) >= 18 or $sees_children) then p.given_name end as given_name
from person p
where p.person_id in (select id from incoming)
    and p.person_id in (
        select i.person_id from involvement i
        where i.person_id in (select id from incoming) and i.dated_on between $first_on and $as_of
            and ($all_lpas or i.lpa in (select unnest($lpas))))

-- name: done_records
-- The records behind the events of people asked for (`incoming`: id), newest first: what a reader is shown of why. An
-- event of another area has its date, kind and evidence and neither number, nor area, nor words.
with knives as (select distinct offence_id from weapon where weapon = 'knife'),
judged as (
    select i.person_id as id, i.dated_on as date, o.harm_days as harm, i.role, i.category, c.offence,
        i.offence_id, i.lpa, ($all_lpas or i.lpa in (select unnest($lpas))) as is_own,
        case when i.evidence = 'searched_nothing_found' then 'searched'
            when o.class_key in (select unnest($blade_classes)) then 'knife_possession'
            when k.offence_id is not null and o.class_key in (select unnest($weapon_classes)) then 'knife_possession'
            when k.offence_id is not null then 'knife_enabled'
            when o.in_scope then 'violence' end as kind,
        case when i.evidence is null then 'suspect'
            when i.role = 'suspect' and i.evidence not in ('intelligence', 'searched_nothing_found') then 'suspect'
            else i.evidence end as evidence
    from involvement i
    join scored_offence o using (offence_id)
    join offence_class c on c.class_key = o.class_key
    left join knives k using (offence_id)
    where i.person_id in (select id from incoming) and i.role in ('suspect', 'offender')
        and i.dated_on between $read_from and $as_of
        and i.person_id in (
            select m.person_id from involvement m
            where m.role in ('suspect', 'offender') and m.dated_on between $first_on and $as_of
                and ($all_lpas or m.lpa in (select unnest($lpas))))
)
select id, date, kind, harm, evidence, category, case when is_own then offence end as offence,
    case when is_own then offence_id end as offence_id, case when is_own then lpa end as lpa
from judged
where kind is not null
order by id, date desc, harm desc, offence_id

-- name: suffered_records
-- The records behind what people asked for (`incoming`: id) suffered, newest first; of other areas without the details.
select i.person_id as id, i.dated_on as date, 'suffered' as kind, o.harm_days as harm, 'victim' as evidence, i.category,
    case when $all_lpas or i.lpa in (select unnest($lpas)) then c.offence end as offence,
    case when $all_lpas or i.lpa in (select unnest($lpas)) then i.offence_id end as offence_id,
    case when $all_lpas or i.lpa in (select unnest($lpas)) then i.lpa end as lpa
from involvement i join scored_offence o using (offence_id) join offence_class c on c.class_key = o.class_key
where i.person_id in (select id from incoming) and i.role = 'victim' and o.in_scope and $sees_victims
    and i.dated_on between $read_from and $as_of
    and i.person_id in (
        select m.person_id from involvement m
        where m.role = 'victim' and m.dated_on between $first_on and $as_of
            and ($all_lpas or m.lpa in (select unnest($lpas))))
order by i.person_id, i.dated_on desc, o.harm_days desc, i.offence_id

-- name: areas
-- The area, of those in the scope, where something last happened to or by each of the people asked for (`incoming`: id).
select i.person_id as id, arg_max(i.lpa, (i.dated_on, i.lpa)) as lpa
from involvement i
where i.person_id in (select id from incoming) and i.dated_on between $first_on and $as_of
    and case when $is_victim then i.role = 'victim' else i.role in ('suspect', 'offender') end
    and ($all_lpas or i.lpa in (select unnest($lpas)))
group by i.person_id

-- name: also
-- Which of the people asked for (`incoming`: id) stand in the other kind of role too, in counted violence of the
-- look-back: victims among those who did something, or the other way round. A yes or no, for safeguarding.
select distinct i.person_id as id
from involvement i join scored_offence o using (offence_id)
where i.person_id in (select id from incoming)
    and case when $is_victim then i.role in ('suspect', 'offender') else i.role = 'victim' end
    and o.in_scope and i.dated_on between $first_on and $as_of
    and i.person_id in (
        select m.person_id from involvement m
        where m.dated_on between $first_on and $as_of and ($all_lpas or m.lpa in (select unnest($lpas))))

-- name: latest_on
-- The last day on which anything happened to or by anybody: how far the lists can know.
-- unscoped: one day, no records
select max(dated_on) from involvement
