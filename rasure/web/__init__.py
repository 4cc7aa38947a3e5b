"""Streamlit: the shell, the guard, filters, reads with their cache, charts, maps, tables, theme.

May import: services, access, terms, errors, and streamlit, pydeck, altair. Start reading at `shell.py`.
"""
