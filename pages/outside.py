"""Do you need another area's records for a reason that cannot wait?"""

from rasure.access.roles import Action
from rasure.web import glass, guard

guard.admit(Action.BREAK_GLASS)
glass.ask(guard.require_principal())
