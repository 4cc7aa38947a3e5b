"""Who did what, and is the log of it whole?"""

from rasure.access.roles import Action
from rasure.web import audit, glass, guard

guard.admit(Action.VIEW_AUDIT)
principal = guard.require_principal()
audit.headline(principal)
audit.records(principal)
audit.sample(principal)
audit.unusual(principal)
glass.listed(principal)
