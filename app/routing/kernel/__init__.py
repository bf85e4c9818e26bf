"""The compiled search behind `solve`: ruin and recreate over demand -> (team, day pattern), in machine code.

`arrays` lays a `Grid` out as numpy arrays, `trips` times and prices trips, `moves` changes a timetable and takes
changes back, `anneal` runs the moves, `lanes` runs several searches side by side and joins what they found,
`recombine` picks the best set of team weeks from everything seen. The compiler is loaded with the first search only:
pages never import this package.
"""
