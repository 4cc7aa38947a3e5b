"""Where do the figures come from, how fresh and how complete are they?"""

from rasure.access.roles import Action
from rasure.web import data, guard, loading, reads

scope = guard.admit(Action.VIEW_DATA)
held = reads.holdings(scope, reads.version())
drops = reads.drops()
data.headline(held, drops)
if guard.may(Action.LOAD_DATA):
    loading.view()
if not held.is_empty:
    data.freshness(held)
    data.gaps(held)
    data.locations(held)
    data.rule(held)
data.taken(drops)
data.loads(held)
