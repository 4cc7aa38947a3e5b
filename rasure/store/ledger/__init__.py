"""What must never be lost: SQLite in WAL mode with synchronous=FULL. The only importer of sqlite3.

`database.py` opens it; `batches.py`, `erasures.py`, `sessions.py`, `partner_releases.py` and `meta.py` are its tables.
"""
