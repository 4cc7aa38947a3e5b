-- name: areas
-- Local policing areas: code, name, size, label point.
-- unscoped: names and sizes of areas, no records
select code, name, area_m2, lon, lat from area order by name

-- name: area_outlines
-- Outlines of the areas as WKB in EPSG:27700.
-- unscoped: geometry of areas, no records
select code, name, outline_wkb from area order by code

-- name: outline
-- A simplified outline for drawing, as GeoJSON text.
-- unscoped: geometry of areas, no records
select geojson from area_outline where kind = $kind

-- name: study_cells
-- How many hexagons the study area has: the force, or one area of it.
-- unscoped: counts hexagons, no records
select count(*) from cell where in_force and ($any_lpa or lpa = $lpa)

-- name: cells
-- Centre and names of the hexagons asked for: where each lies, and the street most often recorded in it.
-- unscoped: geometry and names of hexagons, no records
select cell, lon, lat, lpa, name, street from cell left join cell_street using (cell)
where cell in (select cell from incoming)

-- name: bounds
-- The box around the study area or one area of it; without boundaries, around every hexagon seen.
-- unscoped: geometry of hexagons, no records
select min(lon), min(lat), max(lon), max(lat) from cell
where ($any_lpa or lpa = $lpa) and (in_force or not exists (select 1 from cell where in_force))

-- name: area_cells
-- The hexagons of one area.
-- unscoped: numbers of hexagons, no records
select cell from cell where lpa = $lpa
