-- name: counts
-- Offences that count, by area, calendar quarter and offence group, of whole quarters between two days. Raw: small
-- numbers are in it, so only services/partner.py may ask, which withholds them before anybody sees them.
select lpa, date_trunc('quarter', dated_on)::date as starts_on, offence_group, count(*) as offences
from counted
where lpa is not null and not outside_force
    and ($all_lpas or lpa in (select unnest($lpas)))
    and dated_on between $first_on and $last_on
group by all order by all

-- name: groups
-- Offence groups that count under the rule in force and occur anywhere: an area without one has none of it, a nought.
-- unscoped: names of groups, the same for every reader, or what one reader may see would change what another is told
select distinct offence_group from counted order by offence_group

-- name: reach
-- First and last day known of each source, of the whole force: when a quarter is over must not depend on who asks.
-- unscoped: two days a source, no records
select source::varchar as source, min(dated_on) as first_on, max(dated_on) as last_on from counted group by source
