"""Is violence within its usual range, were the patrols delivered, and what needs a decision?"""

import streamlit as st

from rasure.access.roles import Action
from rasure.web import command, command_reads, guard

scope = guard.admit(Action.VIEW_COMMAND)
reach = command_reads.reach(command_reads.version())
if reach is None or (scope.lpas is not None and not scope.lpas):
    command.nothing(scope)
    st.stop()

asked = command.choice(scope, reach)
week = command_reads.week(scope, asked, command_reads.version())
command.headline(week)
command.figures(week)
command.pictures(week)
command.decisions(week)
command.downloads(week)
command.behind(week)
command.method()
