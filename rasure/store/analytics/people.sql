-- name: done
-- For the ranking: id, date, kind, harm, evidence of everything candidates are suspected or proven to have done from
-- $read_from, which may lie before the look-back, to say since when the rule is met. Candidates have an event in the
-- scope and at least $least_dates dates that may qualify; the rule itself judges. Proof counts of an offender alone; a
-- suspect's is suspicion. Where it happened is not read out.
with own as materialized (
    select person_id as id, dated_on as date, coalesce(harm_days, 0) as harm, role, lpa,
        listed_kind(evidence, class_key, has_knife, in_scope, $blade_classes, $weapon_classes) as kind,
        listed_evidence(role, evidence) as evidence
    from judged
    where role in ('suspect', 'offender') and dated_on between $read_from and $as_of
        and ($any_person or list_contains($subjects, person_id))
),
candidates as (
    select id from own where list_contains($kinds, kind) and list_contains($qualifying, evidence)
    group by id having count(distinct date) >= $least_dates
),
inside as (
    select distinct id from own
    where date >= $first_on and ($all_lpas or list_contains($lpas, lpa)) and ($any_lpa or lpa = $lpa)
)
select id, date, kind, harm, evidence
from own semi join candidates using (id) semi join inside using (id)
where kind is not null

-- name: suffered
-- For the ranking: id, date, kind, harm, evidence of the counted violence that candidates were victims of in the
-- look-back; candidates have been a victim in the scope, and on at least $least_dates dates. Empty without the column.
with own as materialized (
    select person_id as id, dated_on as date, coalesce(harm_days, 0) as harm, lpa, in_scope from judged
    where role = 'victim' and dated_on between $read_from and $as_of and $sees_victims
        and ($any_person or list_contains($subjects, person_id))
),
likely as (
    select id from own group by id
    having count(distinct date) >= $least_dates
        and bool_or(date >= $first_on and ($all_lpas or list_contains($lpas, lpa)) and ($any_lpa or lpa = $lpa))
)
select id, date, 'suffered' as kind, harm, 'victim' as evidence from own semi join likely using (id) where in_scope

-- name: ages
-- For the ranking: id and age in whole years of people asked for (`incoming`: id).
-- unscoped: years alone, of people whose events the caller has read under a scope
select i.id, date_sub('year', p.born_on, $as_of) as age
from incoming i left join person p on p.person_id = i.id

-- name: identities
-- Who people asked for (`incoming`: id) are, as far as the scope's columns go, and the area, of those in the scope, where
-- something last happened to or by each. Of somebody under 18, or of unknown age, no name leaves here: their record is
-- opened with a second approval.
with inside as materialized (
    select person_id, arg_max(lpa, (dated_on, lpa))
        filter (case when $is_victim then role = 'victim' else role in ('suspect', 'offender') end) as lpa
    from judged semi join incoming on person_id = id
    where dated_on between $first_on and $as_of and ($all_lpas or list_contains($lpas, lpa))
    group by person_id
)
select person_id as id, i.lpa,
    case when $sees_name and (date_sub('year', p.born_on, $as_of) >= 18 or $sees_children) then p.family_name end as family_name,
    case when $sees_name and (date_sub('year', p.born_on, $as_of) >= 18 or $sees_children) then p.given_name end as given_name
from inside i join person p using (person_id)

-- name: done_records
-- The records behind the events of people asked for (`incoming`: id), newest first: what a reader is shown of why. An
-- event of another area has its date, kind and evidence and neither number, nor area, nor words.
with own as materialized (
    select person_id as id, offence_id, dated_on as date, lpa, category, class_key, harm_days as harm, role,
        ($all_lpas or list_contains($lpas, lpa)) as is_own,
        listed_kind(evidence, class_key, has_knife, in_scope, $blade_classes, $weapon_classes) as kind,
        listed_evidence(role, evidence) as evidence
    from judged semi join incoming on person_id = id
    where role in ('suspect', 'offender') and dated_on between $read_from and $as_of
),
inside as (select distinct id from own where is_own and date >= $first_on)
select id, date, kind, harm, evidence, category, case when is_own then offence end as offence,
    case when is_own then offence_id end as offence_id, case when is_own then lpa end as lpa
from own semi join inside using (id) join offence_class using (class_key)
where kind is not null
order by id, date desc, harm desc, offence_id

-- name: suffered_records
-- The records behind what people asked for (`incoming`: id) suffered, newest first; of other areas without the details.
with own as materialized (
    select person_id as id, offence_id, dated_on as date, lpa, category, class_key, harm_days as harm, in_scope,
        ($all_lpas or list_contains($lpas, lpa)) as is_own
    from judged semi join incoming on person_id = id
    where role = 'victim' and dated_on between $read_from and $as_of and $sees_victims
),
inside as (select distinct id from own where is_own and date >= $first_on)
select id, date, 'suffered' as kind, harm, 'victim' as evidence, category, case when is_own then offence end as offence,
    case when is_own then offence_id end as offence_id, case when is_own then lpa end as lpa
from own semi join inside using (id) join offence_class using (class_key)
where in_scope
order by id, date desc, harm desc, offence_id

-- name: also
-- Which of the people asked for (`incoming`: id) stand in the other kind of role too, in counted violence of the
-- look-back: victims among those who did something, or the other way round. A yes or no, for safeguarding.
select person_id as id from judged semi join incoming on person_id = id
where dated_on between $first_on and $as_of
group by person_id
having bool_or(in_scope and case when $is_victim then role in ('suspect', 'offender') else role = 'victim' end)
    and bool_or($all_lpas or list_contains($lpas, lpa))

-- name: latest_on
-- The last day on which anything happened to or by anybody: how far the lists can know.
-- unscoped: one day, no records
select max(dated_on) from involvement
