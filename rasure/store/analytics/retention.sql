-- name: people
-- People by the strictest group of the offences they have a role in, or 'none' without one in scope, and the day of
-- their latest role (`incoming`: offence_group, grp, strictness, from the strictest).
-- Columns grp, held, past, oldest_on; past is before the day `cutoffs` gives for the group.
with roles as (
    select i.person_id, coalesce(g.strictness, $rest) as strictness, i.dated_on
    from involvement i
    left join offence_class c using (class_key)
    left join incoming g using (offence_group)
    where ($all_lpas or i.lpa in (select unnest($lpas)))
),
latest as (select person_id, min(strictness) as strictness, max(dated_on) as last_on from roles group by person_id)
select k.grp, count(*) as held, count(*) filter (l.last_on < k.cutoff_on) as past, min(l.last_on) as oldest_on
from latest l join cutoffs k using (strictness) group by k.grp

-- name: people_without_role
-- People with no role in any offence held.
-- unscoped: a count; people lie in no area but through their roles
select count(*) from person p where not exists (select 1 from involvement i where i.person_id = p.person_id)

-- name: offences
-- Offences of the records system by group: grp, held, past, oldest_on; published data are open and have no period.
select k.grp, count(*) as held, count(*) filter (o.dated_on < k.cutoff_on) as past, min(o.dated_on) as oldest_on
from offence o
left join offence_class c using (class_key)
left join incoming g using (offence_group)
join cutoffs k on k.strictness = coalesce(g.strictness, $rest)
where o.source = 'niche' and ($all_lpas or o.lpa in (select unnest($lpas)))
group by k.grp

-- name: positions
-- Positions of officers: held, before a day, the oldest.
-- unscoped: a count of the whole table for its keeper
select count(*) as held, count(*) filter (seen_at < $cutoff_on) as past, min(seen_at)::date as oldest_on from ping

-- name: earlier_versions
-- Rows kept as history, by the load that replaced them.
-- unscoped: a count of the whole table for its keeper
select count(*) as held, count(*) filter (b.loaded_at < $cutoff_on) as past, min(b.loaded_at)::date as oldest_on
from superseded s join load_batch b using (batch_id)

-- name: rejected_rows
-- Rejected rows that still show a value, by their load.
-- unscoped: a count of the whole table for its keeper
select count(*) as held, count(*) filter (b.loaded_at < $cutoff_on) as past, min(b.loaded_at)::date as oldest_on
from reject r join load_batch b using (batch_id) where r.value is not null
