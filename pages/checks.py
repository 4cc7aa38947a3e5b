"""Are our sums right?"""

from rasure.access.roles import Action
from rasure.services import sums as service
from rasure.web import guard, sums

guard.admit(Action.VIEW_DATA)
found = service.recomputed()
sums.headline(found)
sums.families(found)
