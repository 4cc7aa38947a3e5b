"""The store: what is queried, what must never be lost, and the batches both can be rebuilt from.

`analytics` is the only importer of duckdb, `ledger` the only importer of sqlite3; `batches` keeps every
accepted load as immutable Parquet; `store.Store` opens them together. May import: terms, errors,
access.scope. Start reading at `store.py`.
"""
