"""The only makers of files that leave: CSV that no spreadsheet runs, and the briefing of a place as a PDF.

May import: services, places, access, words, terms, errors and typst. Start reading at `briefing.py`.
"""
