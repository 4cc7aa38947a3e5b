-- name: texts
-- Every column that holds text, with what names a row of its table: row_key where there is one.
-- unscoped: the schema, no records
select c.table_name, c.column_name,
    exists (select 1 from duckdb_columns() k where k.table_name = c.table_name and k.column_name = 'row_key') as is_keyed
from duckdb_columns() c
join duckdb_tables() t using (schema_name, table_name)
where not c.internal and c.data_type in ('VARCHAR', 'JSON') and c.column_name not in ('row_key', 'row_hash')
order by c.table_name, c.column_name

-- name: mentions
-- The keys of rows whose text holds two words, whatever their case and accents, first by key.
-- unscoped: an erasure asks where a name stands; the answer is keys for the operator who keeps the store, no text
select {key} as key from {table}
where contains(strip_accents(lower("{column}")), strip_accents(lower($family)))
    and contains(strip_accents(lower("{column}")), strip_accents(lower($given)))
order by all
