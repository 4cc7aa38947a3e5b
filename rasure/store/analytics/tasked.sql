-- name: forget_tasked
-- No visit is tasked until it is shown to be.
-- unscoped: part of a load; returns nothing
update visit set is_tasked = false where is_tasked

-- name: reported_by_the_app
-- A visit is tasked when the patrol app reported any of its positions: it reports only while a patrol runs. A visit of
-- several devices names none, so its positions are asked.
-- unscoped: part of a load; returns nothing
update visit set is_tasked = true
where source = 'app' or source like 'app-%'
    or (source is null and exists (
        select 1 from ping p where p.officer_id = visit.officer_id and (p.source = 'app' or p.source like 'app-%')
            and p.seen_at between visit.started_at and visit.ended_at))

-- name: written_down
-- A visit is tasked, too, when a tasked patrol record of the place with its officer in the crew overlaps it, two minutes
-- to either side. A record without an end is taken for half an hour.
-- unscoped: part of a load; returns nothing
update visit set is_tasked = true
from (
    select hotspot_id, unnest(coalesce(cast(crew as varchar[]), []) || [officer_id]) as officer_id,
        started_at - interval 2 minute as from_at,
        coalesce(ended_at, started_at + interval 30 minute) + interval 2 minute as to_at
    from patrol where is_tasked and hotspot_id is not null
) as record
where not visit.is_tasked and record.hotspot_id = visit.hotspot_id and record.officer_id = visit.officer_id
    and record.from_at <= visit.ended_at and record.to_at >= visit.started_at

-- name: tasked_as
-- What is_tasked was worked out from: the rule of visits, and the last batch with pings, patrol areas or patrol records.
-- unscoped: a text
select concat_ws(' ', (select value from store_meta where key = 'visits_rule'),
    (select value from store_meta where key = 'visits_of_batch'), coalesce((select max(batch_id) from patrol), 0))
