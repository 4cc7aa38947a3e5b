-- name: forget_counted
-- Make room for what counts after a load.
-- unscoped: part of a load; returns nothing
delete from counted

-- name: forget_premises
-- Make room for the premises after a load.
-- unscoped: part of a load; returns nothing
delete from premises

-- name: forget_judged
-- Make room for people's parts after a load.
-- unscoped: part of a load; returns nothing
delete from judged

-- name: learn_premises
-- Number the premises and default points of the offences that count, in the order of their identifiers.
-- unscoped: part of a load; returns nothing
insert into premises
with at_premises as (
    select l.premises_id, coalesce(l.premises_id, concat('point ', o.e_dm, ' ', o.n_dm)) as key,
        l.name, l.kind, l.premises_id is null as is_default_point, o.e_dm, o.n_dm
    from scored_offence o left join location l using (location_id)
    where o.in_scope and o.cell is not null and (l.premises_id is not null or o.grade = 'centroid')
)
select row_number() over (order by key), any_value(premises_id), min(name), min(kind), bool_and(is_default_point),
    min(e_dm), arg_min(n_dm, (e_dm, n_dm))
from at_premises group by key

-- name: learn_counted
-- The offences that count, in time order.
-- unscoped: part of a load; returns nothing
insert into counted
select o.dated_on, o.cell, coalesce(o.outside_force, false), o.lpa, o.offence_group, o.band, o.grade, o.precision,
    o.harm_days, coalesce(p.premises, d.premises), o.e_dm, o.n_dm, o.committed_from, o.committed_to, o.source
from scored_offence o
left join location l using (location_id)
left join premises p on p.premises_id = l.premises_id
left join premises d on o.grade = 'centroid' and l.premises_id is null and d.is_default_point
    and d.e_dm = o.e_dm and d.n_dm = o.n_dm
where o.in_scope
order by o.dated_on, o.row_key

-- name: learn_judged
-- People's parts in offences, in order of the person.
-- unscoped: part of a load; returns nothing
insert into judged
with knives as (select distinct offence_id from weapon where weapon = 'knife')
select i.person_id, i.offence_id, i.dated_on, i.lpa, i.role, i.category, i.evidence, o.class_key,
    k.offence_id is not null and o.offence_id is not null, coalesce(o.in_scope, false), o.harm_days
from involvement i left join scored_offence o using (offence_id) left join knives k using (offence_id)
order by i.person_id, i.dated_on, i.offence_id, i.role

-- name: counted_as
-- What the counted offences follow from: the last load and the reference tables in force.
-- unscoped: no records
select concat(coalesce((select max(batch_id) from load_batch), 0), '-',
    (select value from store_meta where key = 'reference_digest'))
