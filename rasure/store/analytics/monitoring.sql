-- name: searches
-- Searches in a span of days by ethnicity as the person searched defined it; unknown where they did not say.
select case when self_defined_ethnicity is null or self_defined_ethnicity ilike '%not stated%' then 'unknown'
        else split_part(self_defined_ethnicity, ' - ', 1) end as grp,
    count(*) as n
from stop_search
where ($all_lpas or lpa in (select unnest($lpas))) and searched_on between $first_on and $last_on
group by 1 order by 1

-- name: people
-- How many of the people asked for (`incoming`: id) are of each self-defined ethnicity: counts alone, no person.
-- unscoped: counts of people whom the caller has found under a scope
select case when m.self_defined_ethnicity is null or m.self_defined_ethnicity ilike '%not stated%' then 'unknown'
        else split_part(m.self_defined_ethnicity, ' - ', 1) end as grp,
    count(distinct i.id) as n
from incoming i left join person_monitoring m on m.person_id = i.id
group by 1 order by 1

-- name: recorded
-- How many people were suspect or offender in a span of days, or ($is_victim) victim of counted violence, by self-defined
-- ethnicity: whom a rule could have found. Victims only to who may know of them.
select case when m.self_defined_ethnicity is null or m.self_defined_ethnicity ilike '%not stated%' then 'unknown'
        else split_part(m.self_defined_ethnicity, ' - ', 1) end as grp,
    count(distinct j.person_id) as n
from judged j left join person_monitoring m using (person_id)
where case when $is_victim then j.role = 'victim' and j.in_scope and $sees_victims
        else j.role in ('suspect', 'offender') end
    and j.dated_on between $first_on and $last_on and ($all_lpas or list_contains($lpas, j.lpa))
group by 1 order by 1
