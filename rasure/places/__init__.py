"""Location: hexagon grid, ranking of cells, concentration, Gi*, density, back-tests, times, institutions.

Pure: frames and arrays in, new frames out. May import terms, errors, geo, harm and numpy, pandas, scipy,
statsmodels, shapely. Coordinates are EPSG:27700 metres. Start reading at `grid.py`, then `ranking.py`.
"""
