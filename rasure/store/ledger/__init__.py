"""What must never be lost: SQLite in WAL mode with synchronous=FULL. The only importer of sqlite3.

`database.py` opens it; the other modules are its tables, each of one subject.
"""
