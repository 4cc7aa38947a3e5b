"""Who may do what: roles, capabilities, the scope every read carries.

May import: terms, errors. Start reading at `roles.py`, then `scope.py`.
"""
