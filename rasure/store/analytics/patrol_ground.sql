-- name: held_ground
-- The hot spots whose ground is held: hotspot_id, place, digest.
-- unscoped: part of a load; geometry of published sets
select distinct hotspot_id, place, digest from patrol_ground order by place

-- name: published
-- Every patrol area of every version of every set, in the order of publication.
-- unscoped: part of a load; geometry of published sets
select a.hotspot_id, a.set_id, a.version, s.created_at, h.lpa, a.patrol_area_id, a.cell, a.outline_wkb
from patrol_area a
join hotspot h on h.set_id = a.set_id and h.version = a.version and h.hotspot_id = a.hotspot_id
join hotspot_set s on s.set_id = a.set_id and s.version = a.version
where a.cell is not null or a.outline_wkb is not null
order by s.created_at, a.set_id, a.version, a.hotspot_id, a.patrol_area_id

-- name: last_area
-- The highest number given to a patrol area.
-- unscoped: a number
select coalesce(max(area), 0) from patrol_ground

-- name: forget_patrol_ground
-- Make room for the ground of some hot spots.
-- unscoped: part of a load; returns nothing
delete from patrol_ground where place in (select unnest($places))

-- name: forget_patrol_square
-- Make room for their squares.
-- unscoped: part of a load; returns nothing
delete from patrol_square where place in (select unnest($places))

-- name: forget_patrol_edge
-- Make room for their edges.
-- unscoped: part of a load; returns nothing
delete from patrol_edge where area in (select area from patrol_ground where place in (select unnest($places)))
