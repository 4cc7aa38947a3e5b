"""Files in: strict reading, contracts, and one module per source.

`dialect.py` reads CSV bytes as text and nothing but text, `contract.py` types declared columns, `police_uk.py`
and `niche.py` know their sources' columns and quirks, `boundaries.py` and `basemap.py` the ground. May import:
terms, errors, geo, harm, places.grid, store. Never imported by a served page: it is heavy.
"""
