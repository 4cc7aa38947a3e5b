-- name: starts
-- Offences of a selection by the UTC hour they start in (hours since 1970, empty when no committed time is known), their
-- date, and whether no more than the day is known: n, and how many of them are known to the month only.
select
    epoch_us(committed_from) // 3600000000 as hour, dated_on, precision = 'day' as by_day,
    count(*) as n, count(*) filter (precision = 'month') as month_only
from counted
where not outside_force
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
    and ($any_cell or cell = $cell)
    and dated_on between $first_on and $last_on
    and ($any_group or offence_group in (select unnest($groups)))
    and ($any_band or band = $band)
    and ($weak or grade in ('exact', 'street'))
group by all

-- name: spans
-- Of the same offences those with a span, or an end before their start: start and end in UTC seconds. One known to a day
-- only, with no end, spans that local day.
select
    epoch_us(committed_from) // 1000000 as start_s,
    coalesce(epoch_us(committed_to), epoch_us(timezone('Europe/London', (dated_on + 1)::timestamp))) // 1000000 as end_s
from counted
where not outside_force
    and committed_from is not null
    and (committed_to <> committed_from or (committed_to is null and precision = 'day'))
    and ($all_lpas or lpa in (select unnest($lpas)))
    and ($any_lpa or lpa = $lpa)
    and ($any_cell or cell = $cell)
    and dated_on between $first_on and $last_on
    and ($any_group or offence_group in (select unnest($groups)))
    and ($any_band or band = $band)
    and ($weak or grade in ('exact', 'street'))

-- name: touching
-- The newest offences of a selection that start $since and whose span touches any of the hours in `incoming` (since_s,
-- until_s). Spans of a week or more touch every hour and say nothing, so they are left out.
with span as (
    select
        offence_id, committed_from, location_text, lpa, offence_group,
        case
            when committed_to is null and precision = 'day'
                then timezone('UTC', timezone('Europe/London', (dated_on + 1)::timestamp))
            else committed_to
        end as ended_at,
        epoch_us(committed_from) // 1000000 as start_s,
        greatest(coalesce(epoch_us(ended_at) // 1000000, 0), start_s + 1) as stop_s
    from scored_offence
    where in_scope and not coalesce(outside_force, false)
        and committed_from >= $since
        and ($all_lpas or lpa in (select unnest($lpas)))
        and ($any_lpa or lpa = $lpa)
        and ($any_cell or cell = $cell)
        and dated_on between $first_on and $last_on
        and ($any_group or offence_group in (select unnest($groups)))
        and ($any_band or band = $band)
        and ($weak or grade in ('exact', 'street'))
)
select committed_from, ended_at, location_text, lpa, offence_group
from span asof join incoming on start_s < until_s
where since_s < stop_s and stop_s - start_s < 604800
order by committed_from desc, offence_id
limit $most

-- name: months
-- Months for which offences are held, whatever their source; a month that is not among them is a gap.
-- unscoped: counts of files, no records
select distinct month from coverage where kind in ('street', 'offences') order by month

-- name: known_from
-- The first day of what is held: the first report, or the first published month. An older crime that was reported later
-- does not make its day one that is known.
-- unscoped: one date, no records
select min(coalesce(reported_at::date, date_trunc('month', dated_on)::date)) from offence
