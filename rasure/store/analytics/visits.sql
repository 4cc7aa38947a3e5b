-- name: visits
-- Visits of officers to places (methods 6), one row a visit, from positions on whole decimetres and seconds.
-- Given are `incoming_track` (officer, flagged, reason, source: whole numbers; at_s, e_dm, n_dm), `incoming_square` and
-- `incoming_edge` (as patrol_square and patrol_edge). The text is the same for DuckDB, ClickHouse and Spark: no geometry
-- type, no clause of one dialect, whole seconds. Products of millimetres stay below 2^53, so they are exact.
-- unscoped: part of a load; what it gives is kept as visits, which are read by area
with hit as (
    select distinct t.officer, t.flagged, cast(floor(t.at_s / 300e0) as bigint) as block
    from incoming_track t
    join incoming_square s on s.square
        = cast(floor(t.e_dm / 100e0) as bigint) * 16777216 + cast(floor(t.n_dm / 100e0) as bigint)
),
around as (
    select officer, flagged, block from hit
    union
    select officer, flagged, block - 1 from hit
    union
    select officer, flagged, block + 1 from hit
),
numbered as (
    select t.officer, t.flagged, t.reason, t.source, t.at_s, t.e_dm, t.n_dm,
        dense_rank() over (partition by t.officer, t.flagged order by t.at_s) as nth
    from incoming_track t
    join around a on a.officer = t.officer and a.flagged = t.flagged
        and a.block = cast(floor(t.at_s / 300e0) as bigint)
),
held as (
    select n.officer, n.flagged, n.reason, n.source, n.at_s, n.nth, n.e_dm, n.n_dm, s.place, s.area, s.square, s.is_edge
    from numbered n
    join incoming_square s on s.square
        = cast(floor(n.e_dm / 100e0) as bigint) * 16777216 + cast(floor(n.n_dm / 100e0) as bigint)
    where n.at_s >= s.from_s and n.at_s < s.until_s
),
set_against as (
    select h.officer, h.flagged, h.reason, h.source, h.at_s, h.nth, h.e_dm, h.n_dm, h.place, h.area,
        h.e_dm * 100e0 - g.e_mm as east, h.n_dm * 100e0 - g.n_mm as north, g.along_e_mm as along_e, g.along_n_mm as along_n
    from held h
    join incoming_edge g on g.square = h.square and g.area = h.area
    where h.is_edge = 1
),
inside as (
    select officer, flagged, reason, source, at_s, nth, e_dm, n_dm, place, area from held where is_edge = 0
    union all
    select officer, flagged, reason, source, at_s, nth, e_dm, n_dm, place, area from set_against
    where case
        when east * along_e + north * along_n <= 0e0 then east * east + north * north <= 4e8
        when east * along_e + north * along_n >= along_e * along_e + along_n * along_n
            then (east - along_e) * (east - along_e) + (north - along_n) * (north - along_n) <= 4e8
        else (east * along_n - north * along_e) * (east * along_n - north * along_e)
            <= 4e8 * (along_e * along_e + along_n * along_n)
    end
),
joined as (
    select officer, flagged, reason, source, at_s, nth, e_dm, n_dm, place, area,
        at_s - lag(at_s) over w as gap_s,
        nth - lag(nth) over w as steps,
        area - lag(area) over w as other_area,
        cast(e_dm - lag(e_dm) over w as bigint) as moved_e,
        cast(n_dm - lag(n_dm) over w as bigint) as moved_n
    from inside
    window w as (partition by officer, flagged, place order by at_s, e_dm, n_dm, area)
),
marked as (
    select officer, flagged, reason, source, at_s, nth, e_dm, n_dm, place, area, gap_s,
        case when gap_s is null or gap_s > 300 or (steps > 1 and gap_s > 120) then 1 else 0 end as is_first,
        case when gap_s = 0 and moved_e = 0 and moved_n = 0 then 0 else 1 end as is_other,
        case when gap_s = 0 and moved_e = 0 and moved_n = 0 and other_area = 0 then 0 else 1 end as is_other_area,
        case
            when steps > 1 then 4
            when moved_e * moved_e + moved_n * moved_n < 25 * gap_s * gap_s then 1
            when moved_e * moved_e + moved_n * moved_n <= 625 * gap_s * gap_s then 2
            else 3
        end as mode
    from joined
),
visited as (
    select officer, flagged, reason, source, at_s, nth, place, area, mode, is_other, is_other_area,
        case when is_first = 1 then 0 else gap_s end as spent_s,
        sum(is_first) over (
            partition by officer, flagged, place order by at_s, e_dm, n_dm, area
            range between unbounded preceding and current row
        ) as visit_no
    from marked
),
by_area as (
    select officer, flagged, place, visit_no, area, min(reason) as reason, min(source) as low_source,
        max(source) as high_source, min(at_s) as first_s, max(at_s) as last_s, min(nth) as first_nth,
        max(nth) as last_nth, sum(is_other) as pings, sum(is_other_area) as in_area,
        sum(case when mode = 1 then spent_s else 0 end) as still_s,
        sum(case when mode = 2 then spent_s else 0 end) as foot_s,
        sum(case when mode = 3 then spent_s else 0 end) as vehicle_s,
        sum(case when mode = 4 then spent_s else 0 end) as unknown_s
    from visited
    group by officer, flagged, place, visit_no, area
),
whole as (
    select officer, flagged, place, visit_no, min(reason) as why, min(low_source) as one_source,
        max(high_source) as other_source, min(first_s) as started_s, max(last_s) as ended_s,
        min(first_nth) as nth_in, max(last_nth) as nth_out, sum(pings) as all_pings,
        1048575 - mod(max(in_area * 1048576 + 1048575 - area), 1048576) as most_area,
        sum(still_s) as all_still_s, sum(foot_s) as all_foot_s, sum(vehicle_s) as all_vehicle_s,
        sum(unknown_s) as all_unknown_s
    from by_area
    group by officer, flagged, place, visit_no
),
seen_before as (
    select v.officer, v.flagged, v.place, v.visit_no, max(n.at_s) as seen_s
    from whole v
    join numbered n on n.officer = v.officer and n.flagged = v.flagged and n.nth = v.nth_in - 1
    group by v.officer, v.flagged, v.place, v.visit_no
),
seen_after as (
    select v.officer, v.flagged, v.place, v.visit_no, min(n.at_s) as seen_s
    from whole v
    join numbered n on n.officer = v.officer and n.flagged = v.flagged and n.nth = v.nth_out + 1
    group by v.officer, v.flagged, v.place, v.visit_no
)
select v.officer, v.flagged, v.why, v.place, v.most_area, v.started_s, v.ended_s, v.all_pings, v.one_source,
    v.other_source, v.all_still_s, v.all_foot_s, v.all_vehicle_s, v.all_unknown_s,
    case when v.started_s - b.seen_s <= 300 then v.started_s - b.seen_s end as unseen_before_s,
    case when a.seen_s - v.ended_s <= 300 then a.seen_s - v.ended_s end as unseen_after_s,
    case
        when v.all_still_s + v.all_foot_s >= 600 then 'valid'
        when v.ended_s - v.started_s < 120 then 'pass'
        else 'short'
    end as category,
    case when v.ended_s - v.started_s > 1200 then 1 else 0 end as is_long
from whole v
left join seen_before b on b.officer = v.officer and b.flagged = v.flagged and b.place = v.place
    and b.visit_no = v.visit_no
left join seen_after a on a.officer = v.officer and a.flagged = v.flagged and a.place = v.place
    and a.visit_no = v.visit_no
