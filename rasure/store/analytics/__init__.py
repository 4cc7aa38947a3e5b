"""What is queried: one DuckDB file, rebuildable at any time. The only importer of duckdb.

`database.py` opens and hardens it; one module per kind of read, each with its `.sql` twin.
"""
