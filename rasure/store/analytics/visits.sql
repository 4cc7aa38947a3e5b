-- name: visits
-- Visits of officers to places (methods 6), one row a visit, from positions on whole decimetres and seconds.
-- Given are `incoming_track` (whole numbers: track, an officer's flagged or unflagged positions; reason, source, square;
-- at_s, e_dm, n_dm), `incoming_square` and `incoming_edge` (as patrol_square and patrol_edge). The text is the same for
-- DuckDB, ClickHouse and Spark: no geometry type, no clause of one dialect, whole seconds. Products of lengths stay
-- below 2^53, so they are exact. A visit begins more than 120 s after the last ping inside, so pings in one block of
-- 120 s are of one visit. Only pings inside are put in order. Where else the officer was is asked of whole blocks, which
-- know their first and last ping; of single pings only in blocks that are not inside from end to end (`mixed`), and
-- their order only in blocks the officer left and came back in (`torn`).
-- unscoped: part of a load; what it gives is kept as visits, which are read by area
with held as (
    select t.track, t.reason, t.source, t.at_s, t.e_dm, t.n_dm, s.place, s.area, s.square as within, s.is_edge
    from incoming_track t
    join incoming_square s on s.square = t.square
    where t.at_s >= s.from_s and t.at_s < s.until_s
),
set_against as (
    select h.track, h.reason, h.source, h.at_s, h.e_dm, h.n_dm, h.place, h.area,
        h.e_dm * 100e0 - g.e_mm as east, h.n_dm * 100e0 - g.n_mm as north, g.along_e_mm as along_e, g.along_n_mm as along_n
    from held h
    join incoming_edge g on g.square = h.within and g.area = h.area
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
    select track, place, area, reason, source, at_s,
        at_s - lag(at_s) over w as gap_s,
        area - lag(area) over w as other_area,
        e_dm - lag(e_dm) over w as moved_e,
        n_dm - lag(n_dm) over w as moved_n
    from inside
    window w as (partition by track, place order by at_s, e_dm, n_dm, area)
),
marked as (
    select track, place, area, cast(floor(at_s / 120e0) as bigint) as block, reason, source, at_s, gap_s,
        case when gap_s <= mod(at_s, 120) then 0 else 1 end as is_entry,
        case when gap_s = 0 and moved_e = 0 and moved_n = 0 then 0 else 1 end as is_other,
        case when gap_s = 0 and moved_e = 0 and moved_n = 0 and other_area = 0 then 0 else 1 end as is_other_area,
        case
            when 1e0 * moved_e * moved_e + 1e0 * moved_n * moved_n < 25e0 * gap_s * gap_s then 1
            when 1e0 * moved_e * moved_e + 1e0 * moved_n * moved_n <= 625e0 * gap_s * gap_s then 2
            else 3
        end as mode
    from joined
),
in_area as (
    select track, place, area, block, min(reason) as low_reason, min(source) as low_source, max(source) as high_source,
        min(at_s) as first_s, max(at_s) as last_s, sum(is_other) as others, sum(is_other_area) as area_pings,
        max(case when is_entry = 1 then gap_s end) as entry_gap_s, max(case when is_entry = 1 then mode end) as entry_mode,
        sum(case when is_entry = 0 and mode = 1 then gap_s else 0 end) as still_s,
        sum(case when is_entry = 0 and mode = 2 then gap_s else 0 end) as foot_s,
        sum(case when is_entry = 0 and mode = 3 then gap_s else 0 end) as vehicle_s
    from marked
    group by track, place, area, block
),
in_block as (
    select track, place, block, min(low_reason) as one_reason, min(low_source) as least_source,
        max(high_source) as most_source, min(first_s) as begun_s, max(last_s) as left_s, sum(others) as pings,
        max(entry_gap_s) as gap_s, max(entry_mode) as gap_mode, sum(still_s) as on_still_s, sum(foot_s) as on_foot_s,
        sum(vehicle_s) as on_vehicle_s
    from in_area
    group by track, place, block
),
tally as (
    select track, cast(floor(at_s / 120e0) as bigint) as block, count(*) as sent, min(at_s) as first_s,
        max(at_s) as last_s
    from incoming_track
    group by track, cast(floor(at_s / 120e0) as bigint)
),
around as (
    select track, block, sent, lag(last_s) over w as seen_before_s, lead(first_s) over w as seen_after_s
    from tally
    window w as (partition by track order by block)
),
surrounded as (
    select i.track as track, i.place, i.block as block, i.one_reason, i.least_source, i.most_source, i.begun_s, i.left_s, i.pings,
        i.gap_s, i.gap_mode, i.on_still_s, i.on_foot_s, i.on_vehicle_s, a.sent, a.seen_before_s, a.seen_after_s
    from in_block i
    join around a on a.track = i.track and a.block = i.block
),
mixed as (
    select s.track as track, s.place, s.block, s.begun_s, s.left_s, s.pings, t.at_s
    from incoming_track t
    join surrounded s on s.track = t.track and s.block = cast(floor(t.at_s / 120e0) as bigint)
    where s.sent <> s.pings
),
parted as (
    select track, place, block, pings, max(case when at_s < begun_s then at_s end) as last_before_s,
        min(case when at_s > left_s then at_s end) as first_after_s,
        sum(case when at_s >= begun_s and at_s <= left_s then 1 else 0 end) as sent_between
    from mixed
    group by track, place, block, pings
),
torn as (
    select track, place, block from parted where sent_between <> pings
),
torn_second as (
    select distinct track, place, at_s
    from mixed
    where at_s >= begun_s and at_s <= left_s and (track, place, block) in (select track, place, block from torn)
),
in_order as (
    select track, place, at_s, at_s - lag(at_s) over (partition by track, place order by at_s) as before_s
    from torn_second
),
away as (
    select m.track as track, m.place as place, m.block, sum(case when m.mode = 1 then m.gap_s else 0 end) as away_still_s,
        sum(case when m.mode = 2 then m.gap_s else 0 end) as away_foot_s,
        sum(case when m.mode = 3 then m.gap_s else 0 end) as away_vehicle_s
    from marked m
    join in_order o on o.track = m.track and o.place = m.place and o.at_s = m.at_s
    where m.is_entry = 0 and m.gap_s > o.before_s
    group by m.track, m.place, m.block
),
settled as (
    select s.track as track, s.place as place, s.block as block, s.one_reason, s.least_source, s.most_source, s.begun_s,
        s.left_s, s.pings as pings, s.gap_s, s.gap_mode, coalesce(s.begun_s - coalesce(p.last_before_s, s.seen_before_s), 301) as before_s,
        coalesce(coalesce(p.first_after_s, s.seen_after_s) - s.left_s, 301) as after_s,
        s.on_still_s - coalesce(a.away_still_s, 0) as in_still_s, s.on_foot_s - coalesce(a.away_foot_s, 0) as in_foot_s,
        s.on_vehicle_s - coalesce(a.away_vehicle_s, 0) as in_vehicle_s,
        coalesce(a.away_still_s + a.away_foot_s + a.away_vehicle_s, 0) as in_unknown_s
    from surrounded s
    left join parted p on p.track = s.track and p.place = s.place and p.block = s.block
    left join away a on a.track = s.track and a.place = s.place and a.block = s.block
),
entered as (
    select track, place, block, one_reason, least_source, most_source, begun_s, left_s, pings, before_s, after_s,
        in_still_s, in_foot_s, in_vehicle_s, in_unknown_s,
        case when gap_s is null or gap_s > 300 or (gap_s > before_s and gap_s > 120) then 0 else gap_s end as over_s,
        case when gap_s is null or gap_s > 300 or (gap_s > before_s and gap_s > 120) then 1 else 0 end as is_first,
        case when gap_s > before_s then 4 else gap_mode end as over_mode
    from settled
),
numbered as (
    select track, place, block, one_reason, least_source, most_source, begun_s, left_s, pings, before_s, after_s,
        in_still_s + case when over_mode = 1 then over_s else 0 end as still_s,
        in_foot_s + case when over_mode = 2 then over_s else 0 end as foot_s,
        in_vehicle_s + case when over_mode = 3 then over_s else 0 end as vehicle_s,
        in_unknown_s + case when over_mode = 4 then over_s else 0 end as unknown_s,
        sum(is_first) over (
            order by track, place, block rows between unbounded preceding and current row
        ) as visit_no
    from entered
),
by_area as (
    select n.visit_no, a.area, sum(a.area_pings) as pings
    from numbered n
    join in_area a on a.track = n.track and a.place = n.place and a.block = n.block
    group by n.visit_no, a.area
),
most as (
    select visit_no, 1048575 - mod(max(pings * 1048576 + 1048575 - area), 1048576) as most_area
    from by_area
    group by visit_no
),
whole as (
    select visit_no, min(track) as of_track, min(place) as of_place, min(one_reason) as why,
        min(least_source) as one_source, max(most_source) as other_source, min(begun_s) as started_s,
        max(left_s) as ended_s, min(begun_s - before_s) as before_at_s, max(left_s + after_s) as after_at_s,
        sum(pings) as all_pings, sum(still_s) as all_still_s, sum(foot_s) as all_foot_s,
        sum(vehicle_s) as all_vehicle_s, sum(unknown_s) as all_unknown_s
    from numbered
    group by visit_no
)
select w.of_track as track, w.of_place as place, m.most_area, w.why, w.started_s, w.ended_s, w.all_pings, w.one_source,
    w.other_source, w.all_still_s, w.all_foot_s, w.all_vehicle_s, w.all_unknown_s,
    case when w.started_s - w.before_at_s <= 300 then w.started_s - w.before_at_s end as unseen_before_s,
    case when w.after_at_s - w.ended_s <= 300 then w.after_at_s - w.ended_s end as unseen_after_s,
    case
        when w.all_still_s + w.all_foot_s >= 600 then 'valid'
        when w.ended_s - w.started_s < 120 then 'pass'
        else 'short'
    end as category,
    case when w.ended_s - w.started_s > 1200 then 1 else 0 end as is_long
from whole w
join most m on m.visit_no = w.visit_no
