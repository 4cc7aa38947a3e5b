-- name: keys
-- Which of the incoming keys a table holds.
-- unscoped: used by loaders to judge references; the result is keys that were just given
select row_key from {table} where row_key in (select value from incoming)

-- name: rows
-- Rows held of a table whose column has one of the incoming values.
-- unscoped: used by loaders to complete what comes in; the result leaves the store only as a batch
select * exclude (batch_id) from {table} where {column} in (select value from incoming)

-- name: locations_at
-- Locations held at the incoming points.
-- unscoped: used by loaders to find default points; the result leaves the store only as a batch
select * exclude (batch_id) from location semi join incoming using (e_dm, n_dm)
