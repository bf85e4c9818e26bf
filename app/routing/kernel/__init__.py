"""The compiled search behind `solve`: ruin and recreate over demand -> (team, day pattern), in machine code.

`layout` names the arrays, `arrays` lays a `Grid` out in them, `pointers` lets compiled code read them by name, `trips`
times and prices trips, `moves` changes a timetable and takes changes back, `searcher` runs the moves, `lanes` runs
several searches side by side and joins what they found, `recombine` picks the best set of team weeks from everything
seen. The compiler is loaded with the first search only: pages never import this package.
"""
