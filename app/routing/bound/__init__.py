"""How near a plan is to the best possible: a proven lower bound by column generation.

A linear programme over every possible trip of every team (solved with HiGHS, its trips found by dynamic programming in
numba) relaxes the timetable; its duals prove figures that no plan can beat, at every moment of the run. Sources:
Desaulniers, Desrosiers and Solomon (eds.), Column Generation, 2005; Farley 1990 for bounds before the end; Wentges 1997
for smoothed duals. numba and HiGHS are loaded by the first call, not by importing this package.
"""

from app.routing.bound.figures import Bound, Figures, gap, template_figures
from app.routing.bound.run import bound
from app.routing.bound.words import bound_report, bound_words

__all__ = ["Bound", "Figures", "bound", "bound_report", "bound_words", "gap", "template_figures"]
