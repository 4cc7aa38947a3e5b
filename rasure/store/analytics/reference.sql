-- name: clear_offence_class
-- unscoped: reference table
delete from offence_class

-- name: clear_harm_weight
-- unscoped: reference table
delete from harm_weight

-- name: clear_series_break
-- unscoped: reference table
delete from series_break

-- name: classes
-- The inclusion rule in force for one source.
-- unscoped: reference table
select class_key, offence, ho_class, ho_code, offence_group, include_rule, harm_key, rule_version, basis,
    rule_verified, note
from offence_class where source = $source order by offence_group, class_key

-- name: rule_version
-- The version of the inclusion rule in force.
-- unscoped: reference table
select max(rule_version) from offence_class

-- name: series_breaks
-- Dates that rankings do not cross.
-- unscoped: reference table
select source, last_before, first_after, what, consequence, evidence from series_break order by first_after

-- name: weights
-- How many harm weights of the edition in force there are, and how many of them nobody has confirmed.
-- unscoped: reference table
select count(*) as held, count(*) filter (not verified) as unconfirmed from harm_weight
where edition = (select value from store_meta where key = 'harm_edition')
