"""Check our sums: operation name to pure function, case files in, one JSON object a case out.

May import: terms, errors, geo, harm and the four subjects. Start reading at `run.py`.
"""
