"""HTTP behind the gate: liveness, map data, basemap, jobs. One error shape everywhere.

May import: services, access, terms, errors, store.tiles and starlette. Start reading at `routes.py`.
"""
