"""On whom do searches and the lists of people fall, and how are the lists kept?"""

from rasure.access.roles import Action
from rasure.web import fairness, guard, people_reads

scope = guard.admit(Action.MONITOR_DISPARITY)
principal = guard.require_principal()
found = people_reads.fairness(scope)
fairness.recorded(principal, found)
fairness.headline(found)
fairness.kept(found)
for one in found.comparisons:
    fairness.comparison(one)
fairness.for_the_auditor(principal)
