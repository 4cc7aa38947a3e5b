-- name: visits
-- Visits of officers to places (methods 6), one row a visit, from positions on whole decimetres and seconds.
-- Given are `incoming_track` (officer, flagged, reason, source: whole numbers; at_s, e_dm, n_dm), `incoming_square` and
-- `incoming_edge` (as patrol_square and patrol_edge). The text is the same for DuckDB, ClickHouse and Spark: no geometry
-- type, no clause of one dialect, whole seconds. Products of lengths stay below 2^53, so they are exact. A track is an
-- officer's flagged or unflagged positions. A visit begins more than 120 s after the last ping inside, so pings in one
-- block of 120 s are of one visit: blocks are summed up first, and only they are put in order to number the visits.
-- unscoped: part of a load; what it gives is kept as visits, which are read by area
with held as (
    select t.officer * 2 + t.flagged as track, t.reason, t.source, t.at_s, t.e_dm, t.n_dm,
        s.place, s.area, s.square, s.is_edge
    from incoming_track t
    join incoming_square s on s.square
        = cast(floor(t.e_dm / 100e0) as bigint) * 16777216 + cast(floor(t.n_dm / 100e0) as bigint)
    where t.at_s >= s.from_s and t.at_s < s.until_s
),
hit as (
    select distinct cast(track as bigint) * 16777216 + cast(floor(at_s / 300e0) as bigint) as block from held
),
around as (
    select block from hit
    union all
    select block - 1 as block from hit
    union all
    select block + 1 as block from hit
),
seconds as (
    select distinct officer * 2 + flagged as track, at_s
    from incoming_track
    where cast(officer * 2 + flagged as bigint) * 16777216 + cast(floor(at_s / 300e0) as bigint)
        in (select block from around)
),
in_order as (
    select track, at_s, coalesce(at_s - lag(at_s) over w, 301) as before_s,
        coalesce(lead(at_s) over w - at_s, 301) as after_s
    from seconds
    window w as (partition by track order by at_s)
),
set_against as (
    select h.track, h.reason, h.source, h.at_s, h.e_dm, h.n_dm, h.place, h.area,
        h.e_dm * 100e0 - g.e_mm as east, h.n_dm * 100e0 - g.n_mm as north, g.along_e_mm as along_e, g.along_n_mm as along_n
    from held h
    join incoming_edge g on g.square = h.square and g.area = h.area
    where h.is_edge = 1
),
inside as (
    select track, reason, source, at_s, e_dm, n_dm, place, area from held where is_edge = 0
    union all
    select track, reason, source, at_s, e_dm, n_dm, place, area from set_against
    where case
        when east * along_e + north * along_n <= 0e0 then east * east + north * north <= 4e8
        when east * along_e + north * along_n >= along_e * along_e + along_n * along_n
            then (east - along_e) * (east - along_e) + (north - along_n) * (north - along_n) <= 4e8
        else (east * along_n - north * along_e) * (east * along_n - north * along_e)
            <= 4e8 * (along_e * along_e + along_n * along_n)
    end
),
joined as (
    select i.track, i.reason, i.source, i.at_s, i.place, i.area, o.before_s, o.after_s,
        i.at_s - lag(i.at_s) over w as gap_s,
        i.area - lag(i.area) over w as other_area,
        i.e_dm - lag(i.e_dm) over w as moved_e,
        i.n_dm - lag(i.n_dm) over w as moved_n
    from inside i
    join in_order o on o.track = i.track and o.at_s = i.at_s
    window w as (partition by i.track, i.place order by i.at_s, i.e_dm, i.n_dm, i.area)
),
marked as (
    select track, reason, source, at_s, place, area, gap_s, before_s, after_s,
        case when gap_s is null or gap_s > 300 or (gap_s > before_s and gap_s > 120) then 1 else 0 end as is_first,
        case when gap_s = 0 and moved_e = 0 and moved_n = 0 then 0 else 1 end as is_other,
        case when gap_s = 0 and moved_e = 0 and moved_n = 0 and other_area = 0 then 0 else 1 end as is_other_area,
        case
            when gap_s > before_s then 4
            when 1e0 * moved_e * moved_e + 1e0 * moved_n * moved_n < 25e0 * gap_s * gap_s then 1
            when 1e0 * moved_e * moved_e + 1e0 * moved_n * moved_n <= 625e0 * gap_s * gap_s then 2
            else 3
        end as mode
    from joined
),
in_block as (
    select track, place, area, cast(floor(at_s / 120e0) as bigint) as block, max(is_first) as is_begun,
        min(reason) as low_reason, min(source) as low_source, max(source) as high_source,
        min(at_s) as first_s, max(at_s) as last_s, min(at_s - before_s) as seen_before_s,
        max(at_s + after_s) as seen_after_s, sum(is_other) as others, sum(is_other_area) as in_area,
        sum(case when mode = 1 and is_first = 0 then gap_s else 0 end) as still_s,
        sum(case when mode = 2 and is_first = 0 then gap_s else 0 end) as foot_s,
        sum(case when mode = 3 and is_first = 0 then gap_s else 0 end) as vehicle_s,
        sum(case when mode = 4 and is_first = 0 then gap_s else 0 end) as unknown_s
    from marked
    group by track, place, area, cast(floor(at_s / 120e0) as bigint)
),
visited as (
    select track, place, area, low_reason, low_source, high_source, first_s, last_s, seen_before_s, seen_after_s,
        others, in_area, still_s, foot_s, vehicle_s, unknown_s,
        sum(is_begun) over (
            partition by track, place order by block range between unbounded preceding and current row
        ) as visit_no
    from in_block
),
by_area as (
    select track, place, visit_no, area, min(low_reason) as one_reason, min(low_source) as least_source,
        max(high_source) as most_source, min(first_s) as begun_s, max(last_s) as left_s, min(seen_before_s) as before_at,
        max(seen_after_s) as after_at, sum(others) as pings, sum(in_area) as area_pings, sum(still_s) as area_still_s,
        sum(foot_s) as area_foot_s, sum(vehicle_s) as area_vehicle_s, sum(unknown_s) as area_unknown_s
    from visited
    group by track, place, visit_no, area
),
whole as (
    select track, place, visit_no, min(one_reason) as why, min(least_source) as one_source,
        max(most_source) as other_source, min(begun_s) as started_s, max(left_s) as ended_s,
        min(before_at) as before_at_s, max(after_at) as after_at_s, sum(pings) as all_pings,
        1048575 - mod(max(area_pings * 1048576 + 1048575 - area), 1048576) as most_area,
        sum(area_still_s) as all_still_s, sum(area_foot_s) as all_foot_s, sum(area_vehicle_s) as all_vehicle_s,
        sum(area_unknown_s) as all_unknown_s
    from by_area
    group by track, place, visit_no
)
select cast(floor(track / 2e0) as integer) as officer, mod(track, 2) as flagged, why, place, most_area, started_s,
    ended_s, all_pings, one_source, other_source, all_still_s, all_foot_s, all_vehicle_s, all_unknown_s,
    case when started_s - before_at_s <= 300 then started_s - before_at_s end as unseen_before_s,
    case when after_at_s - ended_s <= 300 then after_at_s - ended_s end as unseen_after_s,
    case
        when all_still_s + all_foot_s >= 600 then 'valid'
        when ended_s - started_s < 120 then 'pass'
        else 'short'
    end as category,
    case when ended_s - started_s > 1200 then 1 else 0 end as is_long
from whole
